/**
 * Whose card it is, and the ranges that a PRes lists.
 *
 * Issuers are written as prefixes, the longest that fits decides; a PRes has ranges that must not overlap,
 * so a wide prefix is cut around the narrower ones inside it.
 */
import type { Issuer, ThreeDSecureConfig } from './config.ts';

export interface CardRange {
  /** 16 digits (emv-3ds.md section 9: 13 to 19). */
  readonly start: string;
  readonly end: string;
  readonly issuer: Issuer;
}

export interface Directory {
  readonly issuers: readonly Issuer[];
  /** In order of their starts; no two overlap. */
  readonly ranges: readonly CardRange[];
  /** `none`: a card of a scheme here whose issuer takes no part. Undefined: no scheme here has such a number. */
  issuerOf(number: string): Issuer | 'none' | undefined;
}

const DIGITS = 16;

export const createDirectory = ({
  issuers,
  notEnrolled,
}: Pick<ThreeDSecureConfig, 'issuers' | 'notEnrolled'>): Directory => {
  const owners = new Map<string, Issuer | 'none'>(notEnrolled.map((prefix) => [prefix, 'none']));
  for (const issuer of issuers) for (const prefix of issuer.prefixes) owners.set(prefix, issuer);
  const prefixes = [...owners.keys()].sort();
  const longest = Math.max(...prefixes.map(({ length }) => length));

  /** What a prefix covers, less what narrower ones inside it cover. */
  const cut = (prefix: string): readonly (readonly [bigint, bigint])[] => {
    const startOf = (head: string) => BigInt(head.padEnd(DIGITS, '0'));
    const endOf = (head: string) => BigInt(head.padEnd(DIGITS, '9'));
    let from = startOf(prefix);
    const left: [bigint, bigint][] = [];
    for (const inner of prefixes) {
      if (inner === prefix || !inner.startsWith(prefix) || startOf(inner) < from) continue;
      if (startOf(inner) > from) left.push([from, startOf(inner) - 1n]);
      from = endOf(inner) + 1n;
    }
    if (from <= endOf(prefix)) left.push([from, endOf(prefix)]);
    return left;
  };

  const ranges = prefixes
    .flatMap((prefix) => {
      const issuer = owners.get(prefix);
      if (issuer === undefined || issuer === 'none') return [];
      return cut(prefix).map(([start, end]) => ({
        start: String(start).padStart(DIGITS, '0'),
        end: String(end).padStart(DIGITS, '0'),
        issuer,
      }));
    })
    .sort((a, b) => (a.start < b.start ? -1 : 1));

  return {
    issuers,
    ranges,
    issuerOf(number) {
      for (let length = Math.min(longest, number.length); length > 0; length -= 1) {
        const owner = owners.get(number.slice(0, length));
        if (owner !== undefined) return owner;
      }
      return undefined;
    },
  };
};
