/**
 * The command line. Parses arguments, hands over to one file per command, turns whatever comes
 * back into an exit status. Nothing heavy is imported before a command needs it.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Kill } from '../live/excerpt.ts';
import type { Lang } from '../play/words.ts';
import { exitStatus, HarnessError, UsageError } from './exit-status.ts';
import type { ExploreCommand } from './explore.ts';
import type { FidelityOptions } from './fidelity.ts';
import type { FraudMatrixOptions } from './fraud-matrix.ts';
import { julyDays } from './july-days.ts';
import type { LiveOptions } from './live.ts';
import type { NightlyOptions } from './nightly.ts';
import type { ProveOptions } from './prove.ts';
import type { ReplayOptions } from './replay.ts';
import type { SandboxCommand } from './sandbox.ts';
import type { ScoreOptions } from './score.ts';
import type { Shell, Tty } from './shell.ts';

const ttyOf = (stream: NodeJS.WriteStream): Tty | null =>
  stream.isTTY
    ? { columns: stream.columns || 80, colour: stream.hasColors() && process.env.NO_COLOR === undefined }
    : null;

/** The process we are in. A reader that goes away (`| head`) ends the command quietly. */
const realShell = (): Shell => {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  return {
    out: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    outTty: ttyOf(process.stdout),
    noteTty: ttyOf(process.stderr),
    nowMs: () => performance.now(),
    after(delayMs, act) {
      const timer = setTimeout(act, delayMs);
      return () => clearTimeout(timer);
    },
    onInterrupt(act) {
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.on(signal, act);
      return () => {
        for (const signal of signals) process.off(signal, act);
      };
    },
  };
};

const seedOf = (text: string): number => {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > 0xffff_ffff)
    throw new InvalidArgumentError('A seed is a whole number from 0 to 4294967295.');
  return seed;
};

const countOf = (text: string): number => {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1000)
    throw new InvalidArgumentError('Say a whole number from 1 to 1000.');
  return count;
};

const wholeOf = (text: string): number => {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count > 0xffff_ffff) throw new InvalidArgumentError('Say a whole number.');
  return count;
};

const minutesOf = (text: string): number => {
  const minutes = Number(text);
  if (!(minutes > 0 && minutes <= 100_000)) throw new InvalidArgumentError('Say a number of minutes above 0.');
  return minutes;
};

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

const millisecondsOf = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Say whole milliseconds.');
  return Number(text);
};

/** The keys of PAY.JP's public examples, which the sandbox knows. */
const examples = { secret: 'sk_test_c62fade9d045b54cd76d7036', public: 'pk_test_c62fade9d045b54cd76d7036' };

/** The first of six ports. */
const portOf = (text: string): number => {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_530) throw new InvalidArgumentError('Say a port from 0 to 65530.');
  return port;
};

const namesOf = (text: string): readonly string[] => {
  const names = text.split(',');
  if (names.length < 2 || names.includes(''))
    throw new InvalidArgumentError('Name at least two policies, with a comma between.');
  return names;
};

const langOption = () =>
  new Option('--lang <lang>', 'language of titles and reports').choices(['en', 'ja']).default('en');
const seedOption = () => new Option('--seed <n>', 'same seed, same run').argParser(seedOf).default(1);
const jsonOption = () =>
  new Option('--json', 'one JSON document {"runs": […]} on standard output, all else on standard error').default(false);
const junitOption = () => new Option('--junit <file>', 'also write a JUnit file');

/** One line, whatever commander makes of it. */
const oneLine = (text: string): string =>
  `breakwater: ${text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')}\n`;

const commandLine = (shell: Shell, end: (status: number) => void): Command => {
  const program = new Command('breakwater')
    .description('Rehearse the day your acquirer goes down.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.out(text),
      writeErr: (text) => shell.note(text),
      outputError: (text, write) => write(oneLine(text)),
    })
    .addHelpText(
      'after',
      '\nExit status: 0 holds, 1 fails, 2 wrong usage or invalid file, 3 missing tool or broken harness, 130 interrupted.',
    );

  program
    .command('list')
    .description('scenarios, one a line: id, date, title, sources')
    .addOption(langOption())
    .action(async (options: { lang: Lang }) => {
      const { list } = await import('./list.ts');
      end(list(shell, options));
    });

  program
    .command('replay')
    .description('play scenarios on the virtual stage, by default under every policy they name')
    .argument('<scenarios...>', 'ids of the catalogue, or files')
    .option('--policy <policy>', 'play under this policy: a name, or a file')
    .addOption(new Option('--compare <policies>', 'play under these policies: A,B').argParser(namesOf))
    .addOption(new Option('--seed <n>', 'same seed, same run; absent: the scenario’s own, or 1').argParser(seedOf))
    .option('--out <dir>', 'where reports, results and traces go', 'out')
    .addOption(jsonOption())
    .addOption(junitOption())
    .option('--markdown <file>', 'also write a summary for the page of a job')
    .addOption(
      new Option('--seeds <n>', 'so many seeds, from the first on: median and range of each figure').argParser(countOf),
    )
    .addOption(new Option('--trace <depth>', 'what the trace keeps').choices(['standard', 'full']).default('standard'))
    .option('--baseline <file>', 'compare with earlier results (what --json printed, or a result.json)')
    .option('--tolerance <file>', 'how far figures may move from the baseline; without it not at all')
    .option('--fraud-rules <file>', 'play under these fraud rules instead of the policy’s')
    .option('--who-was-hurt', 'also play each day without the incident, and count failures beyond it', false)
    .addOption(langOption())
    .action(async (scenarios: string[], options: ReplayOptions) => {
      const { replay } = await import('./replay.ts');
      end(await replay(shell, scenarios, options));
    });

  program
    .command('start')
    .description('replay the three days of July 2017 under every policy')
    .addOption(seedOption())
    .option('--out <dir>', 'where reports, results and traces go', 'out/july-2017')
    .addOption(jsonOption())
    .addOption(junitOption())
    .addOption(langOption())
    .action(async (options: Omit<ReplayOptions, 'trace' | 'whoWasHurt'>) => {
      const { replay } = await import('./replay.ts');
      end(await replay(shell, julyDays, { ...options, trace: 'standard', whoWasHurt: false }));
    });

  program
    .command('explore')
    .description('random bad days: every invariant on each; failures are cut down to scenario files')
    .option('--seeds <n>', 'how many, all shards together; absent: 200, or what --minutes allow', wholeOf)
    .addOption(new Option('--from <n>', 'the first of them').argParser(seedOf).default(1))
    .option('--minutes <m>', 'no seed begins after so many minutes', minutesOf)
    .option('--shard <i/n>', 'this part of a campaign that runs on n machines', '1/1')
    .addOption(new Option('--size <size>', 'of every world').choices(['full', 'small']).default('full'))
    .option('--shrinks <n>', 'ways of failing that are cut down afterwards', wholeOf, 10)
    .option('--out <dir>', 'where the campaign and what it found go; there it is resumed', 'out/explore')
    .action(async (options: ExploreCommand) => {
      const { explore } = await import('./explore.ts');
      end(await explore(shell, options));
    });

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
          const { score } = await import('./score.ts');
          end(await score(shell, scenario, options));
          return;
        }
        const { live } = await import('./live.ts');
        end(
          await live(shell, scenario, {
            ...options,
            ...(instances === undefined ? {} : { instances: Number(instances) }),
          }),
        );
      },
    );

  program
    .command('fidelity')
    .description('play the same excerpts on both stages and show how far they agree')
    .argument('[scenarios...]', 'ids or files; by default 2017-07-12 and both sides of 2017-07-14')
    .option('--policy <policy>', 'of the named scenarios')
    .addOption(new Option('--client <client>', 'who sends').choices(['k6', 'cast']).default('k6'))
    .addOption(seedOption())
    .option('--out <dir>', 'where fidelity.json and logs go', 'out/fidelity')
    .addOption(jsonOption())
    .action(async (scenarios: string[], options: FidelityOptions) => {
      const { fidelity } = await import('./fidelity.ts');
      end(await fidelity(shell, scenarios, options));
    });

  program
    .command('check')
    .description('validate scenario files, naming the place and reason of each fault')
    .argument('[files...]', 'scenario files, or ids of the catalogue')
    .option('--schema', 'print the JSON Schema of scenario files', false)
    .action(async (files: string[], options: { schema: boolean }) => {
      const { check } = await import('./check.ts');
      end(await check(shell, files, options));
    });

  program
    .command('history')
    .description('judge what clients recorded of a gateway (NDJSON), from outside: is there an order that explains it?')
    .argument('<files...>', 'one operation a line; scenarios/history/README.md has the fields')
    .option('--skew-ms <n>', 'how far clocks of the clients may be apart', millisecondsOf, 0)
    .option('--json', 'the whole judgement as one JSON document on standard output, all else on standard error', false)
    .action(async (files: string[], options: { skewMs: number; json: boolean }) => {
      const { history } = await import('./history.ts');
      end(await history(shell, files, options));
    });

  program
    .command('new')
    .description('write a commented scenario file that passes the check')
    .argument('<id>', 'its id; the file is called <id>.yaml')
    .action(async (id: string) => {
      const { writeNew } = await import('./new.ts');
      end(writeNew(shell, id));
    });

  program
    .command('sandbox')
    .description('a gateway, its acquirers and its status page to build against, until it is stopped')
    .addOption(new Option('--port <n>', 'first of six ports; 0 takes free ones').argParser(portOf).default(4240))
    .option('--state <dir>', 'keep everything there across restarts; otherwise it is forgotten')
    .option('--policy <policy>', 'the policy of the default world: a name, or a file', 'sandbox')
    .addOption(new Option('--worlds-max <n>', 'worlds beside the default one').argParser(countOf).default(200))
    .addOption(new Option('--idle-hours <n>', 'a world that nobody asked this long is reclaimed').argParser(countOf))
    .action(async (options: SandboxCommand) => {
      const { sandbox } = await import('./sandbox.ts');
      end(await sandbox(shell, options));
    });

  program
    .command('nightly')
    .description('the long proofs of a room: many seeds, removed protections, one hash in several processes')
    .argument('<room>', 'what to prove')
    .addOption(new Option('--seeds <n>', 'how many seeds').argParser(countOf).default(10))
    .addOption(new Option('--from <n>', 'the first of them').argParser(seedOf).default(1))
    .addOption(new Option('--seed <n>', 'this one and no other').argParser(seedOf).conflicts(['seeds', 'from']))
    .addOption(new Option('--kills <n>', 'blows of a run of live-kills (30)').argParser(countOf))
    .option('--out <dir>', 'where <room>.json goes', 'out/nightly')
    .action(async (room: string, { seed, ...options }: NightlyOptions & { seed?: number }) => {
      const { nightly } = await import('./nightly.ts');
      end(await nightly(shell, room, seed === undefined ? options : { ...options, from: seed, seeds: 1 }));
    });

  program
    .command('prove')
    .description('plant bugs into copies of the sources, let the explorer look for them: found or not, by which check')
    .option('--bug <names...>', 'only these', [])
    .addOption(
      new Option('--finds <n>', 'a bug is done when so many worlds have shown it').argParser(countOf).default(3),
    )
    .addOption(
      new Option('--size <size>', 'of the worlds: two minutes, or ten').choices(['small', 'full']).default('small'),
    )
    .addOption(new Option('--seeds-max <n>', 'worlds at most against one bug').argParser(countOf).default(60))
    .option('--swarm', 'worlds of the whole swarm, not those in which the bug can show', false)
    .addOption(new Option('--workers <n>', 'processes; as many as cores').argParser(countOf))
    .addOption(new Option('--from <n>', 'the first seed').argParser(seedOf).default(1))
    .option('--out <dir>', 'where prove.json and prove.txt go; what was played there is not played again', 'out/prove')
    .option('--shrink', 'cut the first world that shows each bug down, and write it as a scenario', false)
    .action(async (options: ProveOptions) => {
      const { prove } = await import('./prove.ts');
      end(await prove(shell, options));
    });

  program
    .command('fraud-matrix')
    .description('recipes of card testing and honest merchants through the fraud rules: a confusion matrix')
    .addOption(new Option('--seeds <n>', 'how many seeds').argParser(countOf).default(5))
    .addOption(new Option('--from <n>', 'the first of them').argParser(seedOf).default(1))
    .option('--fraud-rules <file>', 'these rules instead of those of the policy protected')
    .addOption(jsonOption())
    .action(async (options: FraudMatrixOptions) => {
      const { fraudMatrix } = await import('./fraud-matrix.ts');
      end(await fraudMatrix(shell, options));
    });

  program
    .command('bench-stage')
    .description('requests per CPU-second of the stage and of a day, beside a bare node:http echo')
    .action(async () => {
      const { benchStage } = await import('./bench-stage.ts');
      end(await benchStage(shell));
    });

  program
    .command('bench-gateway')
    .description('charges per second of a gateway process, beside two bare node:http servers in a row')
    .addOption(new Option('--memory', 'also 100,000 charges, for what memory they leave behind').default(false))
    .action(async (options: { memory: boolean }) => {
      const { benchGateway } = await import('./bench-gateway.ts');
      end(await benchGateway(shell, options));
    });

  program
    .command('bench-sim')
    .description(
      'the simulator beside mountebank, WireMock and MockServer (wants Java 17; installs them into the cache)',
    )
    .action(async () => {
      const { benchSim } = await import('../bench-sim/bench.ts');
      end(await benchSim(shell));
    });

  program
    .command('bench-protection')
    .description('what all protections cost a charge, beside the same gateway with them off')
    .action(async () => {
      const { benchProtection } = await import('../bench-protection/bench.ts');
      end(await benchProtection(shell));
    });

  program
    .command('bench-status')
    .description('what 500 readers a second of the status page cost a charge, during an incident')
    .action(async () => {
      const { benchStatus } = await import('../bench-status/bench.ts');
      end(await benchStatus(shell));
    });

  program
    .command('bench-live')
    .description('charges per second of 1, 2 and 4 gateway instances on PostgreSQL, as ratios')
    .action(async () => {
      const { benchLive } = await import('../bench-live/bench.ts');
      end(await benchLive(shell));
    });

  return program;
};

/** Runs one command. Resolves with the exit status; writes everything there is to say. */
export const main = async (args: readonly string[], shell: Shell = realShell()): Promise<number> => {
  let status: number = exitStatus.holds;
  const program = commandLine(shell, (ended) => {
    status = ended;
  });
  try {
    if (args.length === 0) throw new UsageError('breakwater: say a command; breakwater --help lists them');
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.holds : exitStatus.usage;
    if (error instanceof UsageError) {
      for (const line of error.lines) shell.note(`${line}\n`);
      return exitStatus.usage;
    }
    const reason =
      error instanceof HarnessError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    shell.note(`breakwater: ${reason}\n`);
    return exitStatus.harness;
  }
};
