/** `breakwater history`. */
import { InvalidArgumentError } from 'commander';
import type { DefineCommand } from './command.ts';

const millisecondsOf = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Say whole milliseconds.');
  return Number(text);
};

export const historyCommand: DefineCommand = (program, shell, end) => {
  program
    .command('history')
    .description('judge what clients recorded of a gateway (NDJSON), from outside: is there an order that explains it?')
    .argument('<files...>', 'one operation a line; scenarios/history/README.md has the fields')
    .option('--skew-ms <n>', 'how far clocks of the clients may be apart', millisecondsOf, 0)
    .option('--json', 'the whole judgement as one JSON document on standard output, all else on standard error', false)
    .action(async (files: string[], options: { skewMs: number; json: boolean }) => {
      const { history } = await import('../history.ts');
      end(await history(shell, files, options));
    });
};
