/** `breakwater pictures`. */
import type { PicturesOptions } from '../pictures.ts';
import type { DefineCommand } from './command.ts';

export const picturesCommand: DefineCommand = (program, shell, end) => {
  program
    .command('pictures')
    .description('draw each day from results that were played before: one small SVG a day, for the catalogue')
    .argument('[ids...]', 'days; all of which there are results')
    .option('--from <dir>', 'folder of results, as replay leaves them', 'out')
    .option('--out <dir>', 'folder of the pictures', 'scenarios/catalogue/pictures')
    .action(async (ids: string[], options: PicturesOptions) => {
      const { pictures } = await import('../pictures.ts');
      end(pictures(shell, ids, options));
    });
};
