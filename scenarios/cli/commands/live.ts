/** `breakwater live`: real programs; with a gateway of somebody else’s, its score card. */
import { InvalidArgumentError, Option } from 'commander';
import type { Kill } from '../../live/excerpt.ts';
import type { LiveOptions } from '../live.ts';
import { jsonOption, junitOption, langOption, portOf, seedOption } from '../options.ts';
import type { ScoreOptions } from '../score.ts';
import type { DefineCommand } from './command.ts';

/** The keys of PAY.JP's public examples, which the sandbox knows. */
const examples = { secret: 'sk_test_c62fade9d045b54cd76d7036', public: 'pk_test_c62fade9d045b54cd76d7036' };

/** `gateway-1@45`. */
const killOf = (text: string, before: readonly Kill[] = []): readonly Kill[] => {
  const [, program, seconds] = /^([a-z0-9-]+)@(\d{1,4})$/.exec(text) ?? [];
  if (program === undefined) throw new InvalidArgumentError('Say a program and a second: gateway-1@45.');
  return [...before, { program, atSeconds: Number(seconds) }];
};

const secondsOf = (text: string): number => {
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds > 3600) throw new InvalidArgumentError('Say whole seconds from 0 to 3600.');
  return seconds;
};

const speedOf = (text: string): number => {
  const speed = Number(text);
  if (!(speed > 0) || speed > 100) throw new InvalidArgumentError('Say a number above 0, at most 100.');
  return speed;
};

export const liveCommand: DefineCommand = (program, shell, end) => {
  program
    .command('live')
    .description('play the excerpt of a scenario with real programs, sockets, databases and faults')
    .argument('<scenario>', 'id of the catalogue, or a file')
    .option('--policy <policy>', 'play under this policy: a name, or a file')
    .addOption(new Option('--instances <n>', 'gateway instances').choices(['1', '2', '3', '4']))
    .addOption(new Option('--store <store>', 'the gateway’s database').choices(['sqlite', 'postgres']))
    .option('--database <url>', 'an empty PostgreSQL database of yours, instead of one that is started')
    .option('--redis <url>', 'a Redis of yours, instead of one that is started')
    .option('--gateway <url>', 'a gateway of yours that speaks PAY.JP: gets a score card instead')
    .option('--adapter <file>', 'the same for any other gateway, by a small module (scenarios/score/README.md)')
    .addOption(new Option('--secret-key <key>', 'of that gateway').default(examples.secret))
    .addOption(new Option('--public-key <key>', 'of that gateway').default(examples.public))
    .option('--status-url <url>', 'where that gateway tells of incidents, as JSON')
    .addOption(new Option('--wait <seconds>', 'for that gateway to come up').argParser(secondsOf).default(5))
    .addOption(new Option('--settle <seconds>', 'for its books to get straight').argParser(secondsOf).default(30))
    .addOption(new Option('--client <client>', 'who sends').choices(['k6', 'cast']).default('k6'))
    .addOption(new Option('--before <seconds>', 'played before the cause').argParser(secondsOf))
    .addOption(new Option('--cause <seconds>', 'played of the cause').argParser(secondsOf))
    .addOption(new Option('--after <seconds>', 'played after the cause').argParser(secondsOf))
    .addOption(new Option('--speed <x>', 'plays quiet stretches faster').argParser(speedOf).default(1))
    .addOption(
      new Option('--kill <program@second>', 'SIGKILL, and back ten seconds later; may be repeated')
        .argParser(killOf)
        .default([]),
    )
    .addOption(seedOption())
    .addOption(new Option('--port <n>', 'first of some forty ports; 0 takes free ones').argParser(portOf).default(0))
    .option('--out <dir>', 'where report, result and logs go', 'out/live')
    .addOption(jsonOption())
    .addOption(junitOption())
    .addOption(langOption())
    .action(
      async (
        scenario: string,
        { instances, ...options }: Omit<LiveOptions, 'instances'> & ScoreOptions & { instances?: string },
      ) => {
        if (options.gateway !== undefined || options.adapter !== undefined) {
          const { score } = await import('../score.ts');
          end(await score(shell, scenario, options));
          return;
        }
        const { live } = await import('../live.ts');
        end(
          await live(shell, scenario, {
            ...options,
            ...(instances === undefined ? {} : { instances: Number(instances) }),
          }),
        );
      },
    );
};
