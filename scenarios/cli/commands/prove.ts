/** `breakwater prove`. */
import { Option } from 'commander';
import { countOf, seedOf } from '../options.ts';
import type { ProveOptions } from '../prove.ts';
import type { DefineCommand } from './command.ts';

export const proveCommand: DefineCommand = (program, shell, end) => {
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
      const { prove } = await import('../prove.ts');
      end(await prove(shell, options));
    });
};
