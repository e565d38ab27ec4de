/** How a violation fails, without whose it is: the same mistake has the same signature in another world. */
import type { Violation } from '../world.ts';

/** Ids, references, amounts and times become `#`. */
export const signatureOf = ({ check, text }: Pick<Violation, 'check' | 'text'>): string => {
  const line = text.split('\n', 1)[0] ?? '';
  return `${check}: ${line
    .replace(/\b[a-z]{2,6}_[0-9a-z]{8,}\b/gi, '#')
    .replace(/\b[0-9a-f]{8,}[-0-9a-z]*\b/gi, '#')
    .replace(/\b[a-z]+-\d+(-[0-9a-z]+)*\b/gi, '#')
    .replace(/\d+(\.\d+)?/g, '#')}`;
};
