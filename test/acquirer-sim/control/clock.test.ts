import { describe, expect, it } from 'vitest';
import { escottConfig, newPayment, OAUT } from '../escott/card.ts';
import { createWorld } from '../world.ts';

const NOW = Date.parse('2017-07-12T21:00:00+09:00');

describe('the clock of the control API', () => {
  it('says the time, and that it moves by itself outside a sandbox', async () => {
    const world = createWorld(escottConfig());
    expect((await world.control('GET', '/clock')).json).toEqual({ wallMs: NOW, monotonicMs: 0, canAdvance: false });
    const { status, json } = await world.control('POST', '/clock/advance', { ms: 1 });
    expect([status, json.error.path]).toEqual([409, 'clock']);
    expect(world.clock.monotonicMs()).toBe(0);
  });

  it('jumps in a sandbox, and what falls due on the way happens in order', async () => {
    const world = createWorld(escottConfig(), { sandbox: true });
    await world.acquirer.start();
    await world.control('PUT', '/injections/b', { kind: 'capacity', workers: 2, ttlMs: 3_600_000 });
    await world.control('PUT', '/injections/a', { kind: 'capacity', workers: 1, ttlMs: 60_000 });
    const waiting = world.send(OAUT, newPayment('1Auth', 'a'));
    const { json } = await world.control('POST', '/clock/advance', { ms: 86_400_000 });
    expect(json).toEqual({ wallMs: NOW + 86_400_000, monotonicMs: 86_400_000, canAdvance: true });
    expect((await waiting).pairs.ResponseCd).toBe('OK');
    expect(world.events.filter(({ event }) => event === 'injection.ended').map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('goes to a wall time', async () => {
    const world = createWorld(escottConfig(), { sandbox: true });
    const untilMs = Date.parse('2017-08-01T00:00:00+09:00');
    expect((await world.control('POST', '/clock/advance', { untilMs })).json.wallMs).toBe(untilMs);
  });

  it.each([
    [{}, 400, ''],
    [{ ms: 1, untilMs: 2 }, 400, ''],
    [{ ms: -1 }, 400, 'ms'],
    [{ ms: 1e15 }, 400, 'ms'],
    [{ untilMs: NOW + 1e15 }, 400, 'untilMs'],
    [{ untilMs: NOW - 1 }, 409, 'untilMs'],
  ])('refuses %j', async (body, status, path) => {
    const world = createWorld(escottConfig(), { sandbox: true });
    const refused = await world.control('POST', '/clock/advance', body);
    expect([refused.status, refused.json.error.path]).toEqual([status, path]);
    expect(world.clock.monotonicMs()).toBe(0);
  });
});
