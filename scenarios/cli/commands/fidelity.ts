/** `breakwater fidelity`. */
import { Option } from 'commander';
import type { FidelityOptions } from '../fidelity.ts';
import { jsonOption, seedOption } from '../options.ts';
import type { DefineCommand } from './command.ts';

export const fidelityCommand: DefineCommand = (program, shell, end) => {
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
      const { fidelity } = await import('../fidelity.ts');
      end(await fidelity(shell, scenarios, options));
    });
};
