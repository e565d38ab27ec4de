/** `breakwater fraud-matrix`. */
import { Option } from 'commander';
import type { FraudMatrixOptions } from '../fraud-matrix.ts';
import { countOf, jsonOption, seedOf } from '../options.ts';
import type { DefineCommand } from './command.ts';

export const fraudMatrixCommand: DefineCommand = (program, shell, end) => {
  program
    .command('fraud-matrix')
    .description('recipes of card testing and honest merchants through the fraud rules: a confusion matrix')
    .addOption(new Option('--seeds <n>', 'how many seeds').argParser(countOf).default(5))
    .addOption(new Option('--from <n>', 'the first of them').argParser(seedOf).default(1))
    .option('--fraud-rules <file>', 'these rules instead of those of the policy protected')
    .addOption(jsonOption())
    .action(async (options: FraudMatrixOptions) => {
      const { fraudMatrix } = await import('../fraud-matrix.ts');
      end(await fraudMatrix(shell, options));
    });
};
