import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SandboxClock } from '../../../scenarios/sandbox/clock.ts';
import { realTime } from '../../../scenarios/sandbox/real-world.ts';
import { clockContract } from '../../contracts/clock-contract.ts';

clockContract("the sandbox's clock, left alone", () => {
  const clock = new SandboxClock(realTime);
  const pass = async (ms: number): Promise<void> => {
    const untilMs = clock.monotonicMs() + ms;
    while (clock.monotonicMs() < untilMs + 3) await wait(3);
  };
  return { clock, pass, pending: () => clock.waiting };
});

clockContract("the sandbox's clock, jumping", () => {
  const clock = new SandboxClock(realTime);
  const pass = async (ms: number): Promise<void> => void (await clock.advance(ms));
  return { clock, pass, pending: () => clock.waiting, jumps: true };
});

const dayMs = 86_400_000;

describe('a jump of the sandbox clock', () => {
  it('runs what falls due on its way in order, each at its own time', async () => {
    const clock = new SandboxClock(realTime);
    const fromMs = clock.wallMs();
    const ran: [string, number][] = [];
    const note = (name: string) => () => ran.push([name, Math.round((clock.wallMs() - fromMs) / dayMs)]);
    clock.after(20 * dayMs, note('closing'));
    clock.after(3 * dayMs, note('expiry'));
    clock.after(40 * dayMs, note('not yet'));
    const { fired, complete } = await clock.advance(30 * dayMs);
    expect(ran).toEqual([
      ['expiry', 3],
      ['closing', 20],
    ]);
    expect([fired, complete]).toEqual([2, true]);
    expect(Math.round((clock.wallMs() - fromMs) / dayMs)).toBe(30);
    clock.close();
  });

  it('runs what a wake sets, where it is due within the jump', async () => {
    const clock = new SandboxClock(realTime);
    let months = 0;
    const renew = async (): Promise<void> => {
      await clock.sleep(30 * dayMs);
      months += 1;
      await renew();
    };
    void renew();
    await clock.advance(365 * dayMs);
    expect(months).toBe(12);
    clock.close();
  });

  it('lets time pass as on the wall while somebody outside is waited for, and then goes on', async () => {
    const clock = new SandboxClock(realTime);
    const fromMs = clock.wallMs();
    let answeredMs = 0;
    let afterMs = 0;
    clock.after(dayMs, () => {
      void clock.outside(async () => {
        // A receiver that calls back: its own work needs this clock too.
        await wait(20);
        await clock.sleep(5);
        answeredMs = clock.wallMs() - fromMs;
      });
    });
    clock.after(2 * dayMs, () => {
      afterMs = answeredMs;
    });
    await clock.advance(3 * dayMs);
    expect(answeredMs).toBeGreaterThanOrEqual(dayMs + 20);
    expect(answeredMs).toBeLessThan(2 * dayMs);
    expect(afterMs).toBe(answeredMs);
    clock.close();
  });

  it('waits for the jump before it, so that two add up', async () => {
    const clock = new SandboxClock(realTime);
    const fromMs = clock.wallMs();
    await Promise.all([clock.advance(dayMs), clock.advance(dayMs)]);
    expect(Math.round((clock.wallMs() - fromMs) / dayMs)).toBe(2);
    expect(clock.aheadMs()).toBe(2 * dayMs);
    clock.close();
  });

  it('stops on its way when work breeds work for ever, and says so', async () => {
    const clock = new SandboxClock(realTime, { jumpTakesMaxMs: 30 });
    const again = (): void => void clock.after(0, again);
    again();
    const { complete } = await clock.advance(dayMs);
    expect(complete).toBe(false);
    expect(clock.aheadMs()).toBeLessThan(dayMs);
    clock.close();
  });

  it('starts as far ahead as it was left, and reports a wake that threw without stopping', async () => {
    const errors: unknown[] = [];
    const clock = new SandboxClock(realTime, { aheadMs: 7 * dayMs, onError: (error) => errors.push(error) });
    expect(clock.wallMs() - Date.now()).toBeGreaterThan(7 * dayMs - 1_000);
    let ran = false;
    clock.after(1, () => {
      throw new Error('a bug');
    });
    clock.after(2, () => {
      ran = true;
    });
    await clock.advance(10);
    expect(ran).toBe(true);
    expect(errors).toHaveLength(1);
    clock.close();
  });
});
