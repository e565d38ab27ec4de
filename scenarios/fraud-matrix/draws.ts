/** What both sides draw: times, numbers of cards, addresses. Every draw comes from a named stream. */
import type { Random } from '../../gateway/ports.ts';
import { luhnDigit } from '../cast/cards.ts';
import { exponential } from '../stage/distributions.ts';

export const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.integer(0, items.length - 1)]!;

/** A number with a right check digit from its first fifteen. */
export const withCheckDigit = (head: string): string => `${head}${luhnDigit(head)}`;

/** The issuers of the world: `Visa` and others, eight digits each; the first are the large ones. */
export const issuerRanges: readonly string[] = Array.from({ length: 240 }, (_, index) =>
  index % 3 === 2
    ? String(52_000_000 + index * 13_007).slice(0, 8)
    : index % 7 === 3
      ? String(35_300_000 + index * 1_009).slice(0, 8)
      : String(43_000_000 + index * 20_011).slice(0, 8),
);

/** A buyer's issuer: a few have most cards. */
export const drawRange = (random: Random): string =>
  issuerRanges[Math.min(issuerRanges.length - 1, Math.floor(exponential(random, 30)))]!;

export const cardIn = (random: Random, range: string): string =>
  withCheckDigit(range + String(random.integer(0, 9_999_999)).padStart(7, '0'));

export const drawAddress = (random: Random): string =>
  `${random.integer(1, 200)}.${random.integer(0, 255)}.${random.integer(0, 255)}.${random.integer(1, 254)}`;
