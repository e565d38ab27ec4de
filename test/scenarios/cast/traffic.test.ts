import { describe, expect, it } from 'vitest';
import { openDay, plainCreates } from './day.ts';

const seed = 3;
const busy = { group: 'big', count: 1, operationsPerSecond: 2, ...plainCreates };
const abuser = { id: 'abuser-1', kind: 'declined-charges', operationsPerSecond: 10 } as const;

describe(`traffic (seed ${seed})`, () => {
  it('arrives at its rate, whatever is answered', async () => {
    const arrivals = async (afterMs: number) => {
      const day = await openDay({ merchants: [busy] }, { seed, untilMs: 300_000 });
      day.gateway.script(({ method }) => (method === 'GET' ? undefined : { silent: true, afterMs }));
      await day.clock.advance(400_000);
      return day.gateway.seen.filter(({ path }) => path === '/v1/charges').map(({ atMs }) => atMs);
    };
    const quick = await arrivals(0);
    expect(quick.length).toBeGreaterThan(520);
    expect(quick.length).toBeLessThan(680);
    expect(await arrivals(50_000)).toEqual(quick);
  });

  it('begins nothing at or after the end of the day', async () => {
    const day = await openDay(
      { merchants: [{ group: 'big', count: 3, operationsPerSecond: 1 }] },
      { seed, untilMs: 60_000 },
    );
    await day.clock.advance(3_600_000);
    expect(day.operations.length).toBeGreaterThan(100);
    expect(Math.max(...day.operations.map(({ startedMs }) => startedMs))).toBeLessThan(60_000);
  });

  it('of an abuser waits for the timeline, and stops with it', async () => {
    const day = await openDay({ merchants: [busy], abusers: [abuser] }, { seed });
    const abuse = () => day.operations.filter(({ member }) => member === 'abuser-1');
    await day.clock.advance(10_000);
    expect(abuse()).toEqual([]);
    day.cast.traffic('abuser-1', 'start');
    await day.clock.advance(10_000);
    const sent = abuse().length;
    expect(sent).toBeGreaterThan(70);
    day.cast.traffic('abuser-1', 'stop');
    await day.clock.advance(10_000);
    expect(abuse()).toHaveLength(sent);
    day.cast.traffic('abuser-1', 'start');
    await day.clock.advance(10_000);
    expect(abuse().map(({ ordinal }) => Number(ordinal))).toEqual(abuse().map((_, index) => index + 1));
    expect(abuse().length).toBeGreaterThan(sent);
  });

  it('of a card tester counts from the start of the scenario, as everybody else’s', async () => {
    const testers = [{ id: 'tester', member: 'big-1', everyMs: 1_000, active: true }];
    const merchants = [{ ...busy, operationsPerSecond: 0.001 }];
    const attempts = async (originMs: number) => {
      const day = await openDay({ merchants, testers }, { seed, untilMs: 10_000, originMs });
      await day.clock.advance(originMs + 20_000);
      return day.gateway.seen
        .filter(({ path }) => path === '/v1/tokens')
        .map(({ atMs }) => Math.round(atMs - originMs));
    };
    const tried = await attempts(0);
    expect(tried.length).toBeGreaterThan(5);
    expect(await attempts(60_000)).toEqual(tried);
  });

  it('of an abuser is one charge on a stored card each, and counted apart', async () => {
    const day = await openDay({ merchants: [busy], abusers: [{ ...abuser, active: true }] }, { seed });
    await day.clock.advance(10_000);
    const key = Buffer.from('sk_live_abuser-1:').toString('base64');
    const sent = day.gateway.seen.filter(({ authorization }) => authorization === `Basic ${key}`);
    expect(sent.length).toBeGreaterThan(70);
    expect(sent.every(({ path, form }) => path === '/v1/charges' && typeof form.customer === 'string')).toBe(true);
    expect(day.operations.filter(({ innocent }) => !innocent).every(({ member }) => member === 'abuser-1')).toBe(true);
  });

  it('refuses to start a stranger', async () => {
    const day = await openDay({ merchants: [busy] }, { seed });
    expect(() => day.cast.traffic('big-2', 'start')).toThrow('big-2 is not enrolled');
  });

  it('is drained once all that was under way has ended', async () => {
    const day = await openDay({ merchants: [busy] }, { seed });
    day.gateway.script(({ path }) => (path === '/v1/charges' ? { afterMs: 20_000 } : undefined));
    await day.clock.advance(30_000);
    const begun = day.gateway.seen.filter(({ path }) => path === '/v1/charges').length;
    let drained = false;
    const drain = day.cast.drain().then(() => {
      drained = true;
    });
    await day.clock.advance(10_000);
    expect(drained).toBe(false);
    await day.clock.advance(10_001);
    await drain;
    expect(day.operations).toHaveLength(begun);
  });

  it('fails the drain on a bug of the cast rather than counting it as an outage', async () => {
    const day = await openDay({ merchants: [busy] }, { seed });
    day.gateway.script(() => {
      throw new Error('the stage is broken');
    });
    await day.clock.advance(5_000);
    await expect(day.cast.drain()).rejects.toThrow('the stage is broken');
    expect(day.logged).toContainEqual(expect.objectContaining({ event: 'cast.broken' }));
  });
});
