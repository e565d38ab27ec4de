/**
 * Options that several commands have. A value is read here or refused with a sentence (`InvalidArgumentError`, exit 2);
 * what only one command asks for is read beside it in `commands/`.
 */
import { InvalidArgumentError, Option } from 'commander';

export const seedOf = (text: string): number => {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > 0xffff_ffff)
    throw new InvalidArgumentError('A seed is a whole number from 0 to 4294967295.');
  return seed;
};

export const countOf = (text: string): number => {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1000)
    throw new InvalidArgumentError('Say a whole number from 1 to 1000.');
  return count;
};

/** The first of six ports. */
export const portOf = (text: string): number => {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_530) throw new InvalidArgumentError('Say a port from 0 to 65530.');
  return port;
};

export const langOption = () =>
  new Option('--lang <lang>', 'language of titles and reports').choices(['en', 'ja']).default('en');
export const seedOption = () => new Option('--seed <n>', 'same seed, same run').argParser(seedOf).default(1);
export const jsonOption = () =>
  new Option('--json', 'one JSON document {"runs": […]} on standard output, all else on standard error').default(false);
export const junitOption = () => new Option('--junit <file>', 'also write a JUnit file');
