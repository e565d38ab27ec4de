import { describe, expect, it } from 'vitest';
import { createLateFlows } from '../../../gateway/incidents/late-flows.ts';

const visa = (about: string): boolean => about.startsWith('visa');

describe('late flows', () => {
  it('are taken out once, the oldest first, those alike', () => {
    const late = createLateFlows<string>();
    for (const [atMs, about] of ['visa 1', 'jcb 1', 'visa 2'].entries()) late.add(about, atMs);
    expect(late.take(visa)).toEqual([
      { about: 'visa 1', atMs: 0 },
      { about: 'visa 2', atMs: 2 },
    ]);
    expect(late.take(visa)).toEqual([]);
    expect(late.take(() => true)).toEqual([{ about: 'jcb 1', atMs: 1 }]);
  });

  it('are ordinary ones once nothing speaks against those like them', () => {
    const late = createLateFlows<string>();
    late.add('visa 1', 0);
    late.add('jcb 1', 1);
    late.clear(visa);
    expect(late.take(() => true).map(({ about }) => about)).toEqual(['jcb 1']);
  });

  it('are bounded: the oldest are forgotten', () => {
    const late = createLateFlows<number>();
    for (let index = 0; index < 30_000; index += 1) late.add(index, index);
    const kept = late.take(() => true);
    expect(kept.length).toBeLessThanOrEqual(10_000);
    expect(kept.at(-1)?.about).toBe(29_999);
  });
});
