/**
 * How much each merchant asks and how it ends, over the last hour by minutes. In memory and of this
 * instance: a hundred thousand calls pass through here, and nothing is formatted before somebody looks.
 */
import type { Clock } from '../ports.ts';

export const outcomes = ['ok', 'declined', 'wrong', 'limited', 'failed'] as const;
export type CallOutcome = (typeof outcomes)[number];

export interface MerchantVolume {
  readonly merchantId: string;
  readonly calls: number;
  readonly by: Readonly<Record<CallOutcome, number>>;
  /** Failed by us or an upstream, of all that were let in and well-formed. */
  readonly failedShare: number;
}

export interface Volume {
  answered(merchantId: string, mode: 'live' | 'test', status: number): void;
  limited(merchantId: string, mode: 'live' | 'test'): void;
  /** Over the last so many minutes, at most 60. */
  of(mode: 'live' | 'test', minutes: number): readonly MerchantVolume[];
}

const minuteMs = 60_000;
const minutesKept = 60;
const kinds = outcomes.length;
const merchantsMax = 5_000;

interface Ring {
  /** Minute of each slot, and its counts one after the other. */
  readonly minutes: Int32Array;
  readonly counts: Int32Array;
}

const outcomeOf = (status: number): number => {
  if (status < 400) return 0;
  if (status === 402) return 1;
  if (status === 429) return 3;
  return status < 500 ? 2 : 4;
};

export const createVolume = (clock: Pick<Clock, 'monotonicMs'>): Volume => {
  const rings = { live: new Map<string, Ring>(), test: new Map<string, Ring>() };

  const count = (mode: 'live' | 'test', merchantId: string, outcome: number): void => {
    const map = rings[mode];
    let ring = map.get(merchantId);
    if (ring === undefined) {
      // Far more than anybody looks at; the oldest goes.
      if (map.size >= merchantsMax) for (const first of map.keys()) if (map.delete(first)) break;
      ring = { minutes: new Int32Array(minutesKept).fill(-1), counts: new Int32Array(minutesKept * kinds) };
      map.set(merchantId, ring);
    }
    const minute = Math.floor(clock.monotonicMs() / minuteMs);
    const slot = minute % minutesKept;
    if (ring.minutes[slot] !== minute) {
      ring.minutes[slot] = minute;
      ring.counts.fill(0, slot * kinds, (slot + 1) * kinds);
    }
    ring.counts[slot * kinds + outcome]! += 1;
  };

  const sum = (ring: Ring, fromMinute: number): number[] => {
    const total = new Array<number>(kinds).fill(0);
    for (let slot = 0; slot < minutesKept; slot += 1)
      if (ring.minutes[slot]! >= fromMinute)
        for (let kind = 0; kind < kinds; kind += 1) total[kind]! += ring.counts[slot * kinds + kind]!;
    return total;
  };

  return {
    answered: (merchantId, mode, status) => count(mode, merchantId, outcomeOf(status)),
    limited: (merchantId, mode) => count(mode, merchantId, 3),
    of(mode, minutes) {
      const fromMinute = Math.floor(clock.monotonicMs() / minuteMs) - Math.min(minutes, minutesKept) + 1;
      return [...rings[mode]].flatMap(([merchantId, ring]) => {
        const [ok = 0, declined = 0, wrong = 0, limited = 0, failed = 0] = sum(ring, fromMinute);
        const calls = ok + declined + wrong + limited + failed;
        if (calls === 0) return [];
        const served = ok + declined + failed;
        const failedShare = served === 0 ? 0 : failed / served;
        return [{ merchantId, calls, by: { ok, declined, wrong, limited, failed }, failedShare }];
      });
    },
  };
};
