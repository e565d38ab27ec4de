/** `breakwater list`. */
import type { Lang } from '../../play/words.ts';
import { langOption } from '../options.ts';
import type { DefineCommand } from './command.ts';

export const listCommand: DefineCommand = (program, shell, end) => {
  program
    .command('list')
    .description('scenarios, one a line: id, date, title, sources')
    .addOption(langOption())
    .action(async (options: { lang: Lang }) => {
      const { list } = await import('../list.ts');
      end(list(shell, options));
    });
};
