import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFairQueue, type Waiting } from '../../../../gateway/upstream/admission/fair-queue.ts';

interface Job extends Waiting {
  readonly id: number;
}

const job = (id: number, merchant: string, more: Partial<Job> = {}): Job => ({
  id,
  merchant,
  weight: 1,
  cost: 1,
  rank: 2,
  sinceMs: 0,
  untilMs: 1_000,
  ...more,
});

const any = (): boolean => true;

/** The textbook: every request gets both tags when it arrives, and the smallest start is served. */
const createReference = () => {
  const finish = new Map<string, number>();
  let waiting: { readonly item: Job; readonly start: number; readonly order: number }[] = [];
  let virtual = 0;
  let arrivals = 0;
  return {
    push(item: Job): void {
      const start = Math.max(virtual, finish.get(item.merchant) ?? 0);
      finish.set(item.merchant, start + item.cost / item.weight);
      waiting.push({ item, start, order: arrivals });
      arrivals += 1;
    },
    pop(): { readonly start: number; readonly item: Job; readonly equals: ReadonlySet<number> } | null {
      const least = Math.min(...waiting.map(({ start }) => start));
      const next = waiting.filter(({ start }) => start === least);
      const [first] = next;
      if (first === undefined) return null;
      return { ...first, equals: new Set(next.map(({ item }) => item.id)) };
    },
    serve(id: number): void {
      virtual = waiting.find(({ item }) => item.id === id)!.start;
      waiting = waiting.filter(({ item }) => item.id !== id);
      if (waiting.length > 0) return;
      finish.clear();
      virtual = 0;
    },
  };
};

const seed = 20170712;

describe(`a fair queue (seed ${seed})`, () => {
  it('serves in the order of start tags, as the textbook has it', () => {
    const step = fc.oneof(
      fc.record({
        push: fc.record({ merchant: fc.constantFrom('a', 'b', 'c', 'd'), cost: fc.integer({ min: 1, max: 3 }) }),
      }),
      fc.constant({ pop: true as const }),
    );
    const weights: Readonly<Record<string, number>> = { a: 1, b: 1, c: 0.5, d: 2 };
    let served = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 60, maxLength: 120 }), (steps) => {
        const queue = createFairQueue<Job>({ perMerchant: 1_000 });
        const reference = createReference();
        const wrong: number[] = [];
        steps.forEach((one, id) => {
          if ('push' in one) {
            const { merchant, cost } = one.push;
            const item = job(id, merchant, { cost, weight: weights[merchant]!, untilMs: 1e9 });
            queue.push(item, 1_000);
            reference.push(item);
            return;
          }
          const wanted = reference.pop();
          const got = queue.pop(0, any);
          // Equal tags may be served in either order; each order is as fair.
          if ((wanted === null) !== (got === null) || wanted?.equals.has(got!.id) === false) wrong.push(id);
          if (wanted === null || got === null) return;
          reference.serve(got.id);
          served += 1;
        });
        expect(wrong).toEqual([]);
      }),
      { seed, numRuns: 300 },
    );
    expect(served).toBeGreaterThan(5_000);
  });

  it('gives everybody its weighted max-min share, to one request', () => {
    const demand = { flood: 200, busy: 60, small: 5, flagged: 60 };
    const weight = { flood: 1, busy: 1, small: 1, flagged: 0.1 };
    const queue = createFairQueue<Job>({ perMerchant: 1_000 });
    for (const merchant of ['flood', 'flagged', 'busy', 'small'] as const)
      for (let id = 0; id < demand[merchant]; id += 1)
        queue.push(job(id, merchant, { weight: weight[merchant], untilMs: 1e9 }), 1_000);
    const got = { flood: 0, busy: 0, small: 0, flagged: 0 };
    for (let served = 0; served < 84; served += 1) got[queue.pop(0, any)!.merchant as keyof typeof got] += 1;
    // 84: small has all of its 5, and 79 are divided 1 : 1 : 0.1.
    expect(got.small).toBe(5);
    for (const [merchant, share] of [
      ['flood', 79 / 2.1],
      ['busy', 79 / 2.1],
      ['flagged', 7.9 / 2.1],
    ] as const)
      expect(Math.abs(got[merchant] - share)).toBeLessThanOrEqual(1);
  });

  it('remembers nothing of who used what while nobody waited', () => {
    const queue = createFairQueue<Job>({ perMerchant: 8 });
    for (let id = 0; id < 20; id += 1) {
      queue.push(job(id, 'busy'), 16);
      queue.pop(0, any);
    }
    queue.push(job(1, 'busy'), 16);
    queue.push(job(2, 'other'), 16);
    expect(queue.pop(0, any)?.merchant).toBe('busy');
  });

  it('holds so many of one merchant and no more', () => {
    const queue = createFairQueue<Job>({ perMerchant: 2 });
    expect([1, 2, 3].map((id) => queue.push(job(id, 'a'), 16)?.id ?? null)).toEqual([null, null, 3]);
    expect(queue.push(job(4, 'b'), 16)).toBeNull();
    expect(queue.size).toBe(3);
  });

  it('when it is full sheds the lowest rank first, then whoever asks for most', () => {
    const queue = createFairQueue<Job>({ perMerchant: 8 });
    queue.push(job(1, 'big'), 4);
    queue.push(job(2, 'big'), 4);
    queue.push(job(3, 'small', { rank: 1 }), 4);
    queue.push(job(4, 'other'), 4);
    expect(queue.push(job(5, 'new'), 4)?.id).toBe(3);
    expect(queue.push(job(6, 'newer'), 4)?.id).toBe(2);
  });

  it('passes over what cannot be started and comes back to it', () => {
    const queue = createFairQueue<Job>({ perMerchant: 8 });
    queue.push(job(1, 'a'), 16);
    queue.push(job(2, 'b'), 16);
    expect(queue.pop(0, ({ merchant }) => merchant === 'b')?.id).toBe(2);
    expect(queue.pop(0, () => false)).toBeNull();
    expect(queue.pop(0, any)?.id).toBe(1);
  });

  it('takes the newest first once the oldest has waited for more than half of its time', () => {
    const queue = createFairQueue<Job>({ perMerchant: 8 });
    for (const [id, sinceMs] of [
      [1, 0],
      [2, 300],
      [3, 550],
    ] as const)
      queue.push(job(id, 'a', { sinceMs, untilMs: sinceMs + 1_000 }), 16);
    expect(queue.pop(400, any)?.id).toBe(1);
    expect(queue.pop(900, any)?.id).toBe(3);
  });

  it('lets go whoever has waited its time', () => {
    const queue = createFairQueue<Job>({ perMerchant: 8 });
    queue.push(job(1, 'a', { untilMs: 500 }), 16);
    queue.push(job(2, 'a', { untilMs: 900 }), 16);
    expect(queue.nextExpiryMs()).toBe(500);
    expect(queue.expire(600).map(({ id }) => id)).toEqual([1]);
    expect(queue.nextExpiryMs()).toBe(900);
  });
});
