/** `breakwater new`. */
import type { DefineCommand } from './command.ts';

export const newCommand: DefineCommand = (program, shell, end) => {
  program
    .command('new')
    .description('write a commented scenario file that passes the check')
    .argument('<id>', 'its id; the file is called <id>.yaml')
    .action(async (id: string) => {
      const { writeNew } = await import('../new.ts');
      end(writeNew(shell, id));
    });
};
