/** `breakwater check`. */
import type { DefineCommand } from './command.ts';

export const checkCommand: DefineCommand = (program, shell, end) => {
  program
    .command('check')
    .description('validate scenario files, naming the place and reason of each fault')
    .argument('[files...]', 'scenario files, or ids of the catalogue')
    .option('--schema', 'print the JSON Schema of scenario files', false)
    .action(async (files: string[], options: { schema: boolean }) => {
      const { check } = await import('../check.ts');
      end(await check(shell, files, options));
    });
};
