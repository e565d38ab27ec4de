import { describe, expect, it } from 'vitest';
import { createAttempts } from '../../acquirer-sim/attempts.ts';
import { createManualClock } from './manual-clock.ts';

const setUp = (answers: boolean[]) => {
  const clock = createManualClock();
  const made: [string, number][] = [];
  const attempts = createAttempts<string>(clock, async (item) => {
    made.push([item, clock.monotonicMs()]);
    await clock.sleep(10);
    return answers.shift() ? null : { item, delayMs: 1_000 };
  });
  return { clock, made, attempts };
};

describe('attempts', () => {
  it('are made until one is answered', async () => {
    const { clock, made, attempts } = setUp([false, false, true]);
    attempts.now('a');
    await clock.advance(10_000);
    expect(made).toEqual([
      ['a', 0],
      ['a', 1_010],
      ['a', 2_020],
    ]);
    expect(clock.pending()).toBe(0);
  });

  it('are saved with what is left of their wait, and one on its way is due at once', async () => {
    const { clock, attempts } = setUp([]);
    attempts.after(5_000, 'waiting');
    attempts.now('on its way');
    await clock.advance(1);
    expect(attempts.save()).toEqual([
      { item: 'waiting', dueInMs: 4_999 },
      { item: 'on its way', dueInMs: 0 },
    ]);
  });

  it('that were dropped on their way are not made again', async () => {
    const { clock, made, attempts } = setUp([false]);
    attempts.now('a');
    await clock.advance(1);
    attempts.drop(() => true);
    await clock.advance(10_000);
    expect(made).toHaveLength(1);
    attempts.stop();
    attempts.now('b');
    expect(made).toHaveLength(1);
  });
});
