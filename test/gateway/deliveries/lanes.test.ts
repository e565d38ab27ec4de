import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLanes, type LaneRow } from '../../../gateway/deliveries/lanes.ts';

const row = (id: string, seq: number, object = 'ch_1', endpoint: string | null = 'we_1'): LaneRow => ({
  id,
  seq,
  object_id: object,
  endpoint_id: endpoint,
});

describe('a lane', () => {
  it('lets its first row go and the next one when that is over', () => {
    const lanes = createLanes<LaneRow>();
    const [one, two] = [row('a', 1), row('b', 2)];
    expect([lanes.arrive(one), lanes.arrive(two)]).toEqual(['go', 'wait']);
    expect(lanes.ended(one, false)).toEqual({ row: two, verdict: 'go' });
    expect(lanes.ended(two, true)).toBe(null);
    expect(lanes.size).toBe(0);
  });

  it('is one of many: other objects, other endpoints and notices wait for nobody', () => {
    const lanes = createLanes<LaneRow>();
    const all = [row('a', 1), row('b', 1, 'ch_2'), row('c', 1, 'ch_1', 'we_2'), row('d', 1, 'ch_1', null)];
    expect(all.map((each) => lanes.arrive(each))).toEqual(['go', 'go', 'go', 'go']);
  });

  it('asks about what went before when it does not know it', () => {
    const lanes = createLanes<LaneRow>();
    const second = row('b', 2);
    expect(lanes.arrive(second)).toBe('ask');
    expect(lanes.cleared(second)).toBe(true);
    expect(lanes.cleared(second)).toBe(false);
  });

  it('knows what it delivered until that is about to be written down', () => {
    const lanes = createLanes<LaneRow>();
    const one = row('a', 1);
    lanes.arrive(one);
    lanes.ended(one, false);
    expect(lanes.arrive(row('b', 2))).toBe('go');

    const fresh = createLanes<LaneRow>();
    fresh.arrive(one);
    fresh.ended(one, false);
    fresh.writing([one]);
    expect(fresh.size).toBe(0);
    expect(fresh.arrive(row('b', 2))).toBe('ask');
  });

  it('puts in front what was written first and told last, unless the other is on its way', () => {
    const lanes = createLanes<LaneRow>();
    const [one, two] = [row('a', 1), row('b', 2)];
    expect(lanes.arrive(two)).toBe('ask');
    expect(lanes.arrive(one)).toBe('go');
    expect(lanes.cleared(two)).toBe(false);
    expect(lanes.ended(one, false)).toEqual({ row: two, verdict: 'go' });
  });

  it('has the next one ask when somebody else took the first', () => {
    const lanes = createLanes<LaneRow>();
    const [one, two] = [row('a', 1), row('b', 2)];
    lanes.arrive(one);
    lanes.arrive(two);
    expect(lanes.lost(one)).toEqual({ row: two, verdict: 'ask' });
  });

  it('forgets one in the middle that somebody else took', () => {
    const lanes = createLanes<LaneRow>();
    const rows = [row('a', 1), row('b', 2), row('c', 3)] as const;
    for (const each of rows) lanes.arrive(each);
    expect(lanes.lost(rows[1])).toBe(null);
    expect(lanes.ended(rows[0], false)).toEqual({ row: rows[2], verdict: 'ask' });
  });

  it('ends every row once, in order, in whatever order they are told of (fast-check, 500 runs)', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 }), (order) => {
        const lanes = createLanes<LaneRow>();
        const ended: number[] = [];
        let going: LaneRow | null = null;
        const see = (next: { row: LaneRow; verdict: string } | null): void => {
          if (next?.verdict === 'go') going = next.row;
        };
        for (const seq of order) {
          const each = row(`r${seq}`, seq);
          see({ row: each, verdict: lanes.arrive(each) });
        }
        while (going !== null) {
          const over: LaneRow = going;
          going = null;
          ended.push(over.seq);
          see(lanes.ended(over, false));
        }
        expect(ended).toEqual([1, 2, 3, 4, 5, 6]);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
