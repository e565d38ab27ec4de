/**
 * What a day cost ordinary merchants, for ranking policies against each other: sales that were lost,
 * who was hurt, and whom our own protections refused.
 *
 * A sale is a create; it is lost when it ended neither well nor with an issuer's decline within the
 * buyer's patience. Whatever is settled afterwards, that buyer is gone.
 */
import { isHurt, wasShed } from './bins.ts';
import type { Operation } from './observation.ts';
import type { RunResult, Timings } from './result.ts';

export type Losses = NonNullable<RunResult['losses']>;

/** Names that a person reads; the others are a number. */
const namedMax = 5;

export interface LossBook {
  add(operation: Operation): void;
  /** `causeMs`: when the day's cause begins. */
  figures(timings: Timings, causeMs: number): Losses;
}

export const createLossBook = (): LossBook => {
  let lostSales = 0;
  let lostSalesYen = 0;
  let falseBlocks = 0;
  const hurt = new Map<string, { operations: number; yen: number }>();

  return {
    add(operation) {
      if (!operation.innocent) return;
      if (wasShed(operation)) falseBlocks += 1;
      if (!isHurt(operation)) return;
      let member = hurt.get(operation.member);
      if (member === undefined) {
        member = { operations: 0, yen: 0 };
        hurt.set(operation.member, member);
      }
      member.operations += 1;
      if (operation.kind !== 'create') return;
      lostSales += 1;
      lostSalesYen += operation.amountYen;
      member.yen += operation.amountYen;
    },
    figures(timings, causeMs) {
      const noticed = [timings.detected, timings.abuserTold, timings.firstNotice].filter((atMs) => atMs !== null);
      const worst = [...hurt].toSorted(([a, one], [b, other]) => other.yen - one.yen || (a < b ? -1 : 1));
      return {
        lostSales,
        lostSalesYen,
        falseBlocks,
        merchantsHurt: hurt.size,
        hurtMost: worst.slice(0, namedMax).map(([member, { operations, yen }]) => ({ member, operations, yen })),
        noticedAfterMs: noticed.length === 0 ? null : Math.min(...noticed) - causeMs,
      };
    },
  };
};
