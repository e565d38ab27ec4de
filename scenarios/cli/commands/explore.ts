/** `breakwater explore`. */
import { InvalidArgumentError, Option } from 'commander';
import type { ExploreCommand } from '../explore.ts';
import { seedOf } from '../options.ts';
import type { DefineCommand } from './command.ts';

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

export const exploreCommand: DefineCommand = (program, shell, end) => {
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
      const { explore } = await import('../explore.ts');
      end(await explore(shell, options));
    });
};
