import { describe, expect, it } from 'vitest';
import { paced } from '../../../scenarios/bench-status/paced.ts';
import { createManualClock } from '../../gateway/manual-clock.ts';

const createTime = () => {
  const clock = createManualClock();
  return { clock, time: { nowMs: () => clock.monotonicMs(), after: clock.after } };
};

describe('requests at a pace', () => {
  it('are begun when they are due, whether or not the last was answered, and measured one by one', async () => {
    const { clock, time } = createTime();
    const begunMs: number[] = [];
    const done = paced(time, { perSecond: 10, seconds: 1, inFlightMax: 8 }, async () => {
      begunMs.push(clock.monotonicMs());
      await clock.sleep(250);
    });
    await clock.run(2_000);
    const { tookMs, skipped } = await done;
    expect(begunMs).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
    expect(tookMs).toEqual(Array.from({ length: 10 }, () => 250));
    expect(skipped).toBe(0);
  });

  it('are not begun where too many are under way, so that they end in their time, and that is counted', async () => {
    const { clock, time } = createTime();
    const done = paced(time, { perSecond: 100, seconds: 1, inFlightMax: 2 }, () => clock.sleep(500));
    await clock.run(1_600);
    const { tookMs, skipped } = await done;
    expect(tookMs).toHaveLength(4);
    expect(skipped).toBe(96);
  });

  it('end at once with whatever one of them fails of', async () => {
    const { clock, time } = createTime();
    const done = paced(time, { perSecond: 10, seconds: 10, inFlightMax: 2 }, () => Promise.reject(new Error('gone')));
    const failed = done.catch((reason: unknown) => reason);
    await clock.run(1_000);
    expect(await failed).toMatchObject({ message: 'gone' });
    expect(clock.pending()).toBeLessThanOrEqual(1);
  });
});
