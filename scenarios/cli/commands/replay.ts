/** `breakwater replay`, and `breakwater start`, which is a replay of July 2017. */
import { InvalidArgumentError, Option } from 'commander';
import { julyDays } from '../july-days.ts';
import { countOf, jsonOption, junitOption, langOption, seedOf, seedOption } from '../options.ts';
import type { ReplayOptions } from '../replay.ts';
import type { DefineCommand } from './command.ts';

const namesOf = (text: string): readonly string[] => {
  const names = text.split(',');
  if (names.length < 2 || names.includes(''))
    throw new InvalidArgumentError('Name at least two policies, with a comma between.');
  return names;
};

export const replayCommands: DefineCommand = (program, shell, end) => {
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
      const { replay } = await import('../replay.ts');
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
      const { replay } = await import('../replay.ts');
      end(await replay(shell, julyDays, { ...options, trace: 'standard', whoWasHurt: false }));
    });
};
