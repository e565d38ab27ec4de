/** `breakwater nightly`. */
import { Option } from 'commander';
import type { NightlyOptions } from '../nightly.ts';
import { countOf, seedOf } from '../options.ts';
import type { DefineCommand } from './command.ts';

export const nightlyCommand: DefineCommand = (program, shell, end) => {
  program
    .command('nightly')
    .description('the long proofs of a room: many seeds, removed protections, one hash in several processes')
    .argument('<room>', 'what to prove')
    .addOption(new Option('--seeds <n>', 'how many seeds').argParser(countOf).default(10))
    .addOption(new Option('--from <n>', 'the first of them').argParser(seedOf).default(1))
    .addOption(new Option('--seed <n>', 'this one and no other').argParser(seedOf).conflicts(['seeds', 'from']))
    .addOption(new Option('--kills <n>', 'blows of a run of live-kills (30)').argParser(countOf))
    .option('--days <ids>', 'days of notices, with commas between (all that hurt ordinary merchants)')
    .option('--out <dir>', 'where <room>.json goes', 'out/nightly')
    .action(async (room: string, { seed, ...options }: NightlyOptions & { seed?: number }) => {
      const { nightly } = await import('../nightly.ts');
      end(await nightly(shell, room, seed === undefined ? options : { ...options, from: seed, seeds: 1 }));
    });
};
