import { describe, expect, it } from 'vitest';
import { openDay, plainCreates } from './day.ts';

const merchants = [{ group: 'big', count: 1, operationsPerSecond: 0.01, ...plainCreates }];
const incident = { id: 'inc_1', stage: 'investigating', updates: [{ atMs: 1, stage: 'investigating' }] };

describe('the reader of the status page', () => {
  it('looks again and again and reports only changes', async () => {
    const day = await openDay({ merchants, reader: { everyMs: 2_000 } });
    let incidents: object[] = [];
    day.gateway.script(({ path, atMs }) =>
      path === '/api/v1/status.json'
        ? { status: 200, body: { updatedAt: atMs, page: { generated_at: atMs }, incidents } }
        : undefined,
    );
    await day.clock.advance(9_000);
    incidents = [incident];
    await day.clock.advance(9_000);
    // An update inside an incident is a change, though only a time differs.
    incidents = [{ ...incident, updates: [...incident.updates, { atMs: 2, stage: 'investigating' }] }];
    await day.clock.advance(9_000);
    expect(day.received.map(({ member, type, atMs }) => ({ member, type, atMs }))).toEqual([
      { member: 'public', type: 'status', atMs: 0 },
      { member: 'public', type: 'status', atMs: 2_000 },
      { member: 'public', type: 'status', atMs: 10_000 },
      { member: 'public', type: 'status', atMs: 20_000 },
    ]);
    expect(day.received[2]?.body).toMatchObject({ incidents: [incident] });
    expect(day.gateway.seen.filter(({ path }) => path === '/api/v1/status.json')).toHaveLength(14);
  });

  it('reports once that the page cannot be read, and again when it can', async () => {
    const day = await openDay({ merchants, reader: { everyMs: 2_000 } });
    await day.clock.advance(1_000);
    day.gateway.script(({ path }) => (path === '/api/v1/status.json' ? { silent: true } : undefined));
    await day.clock.advance(9_000);
    day.gateway.script(() => undefined);
    await day.clock.advance(9_000);
    expect(day.received.map(({ type, body }) => [type, body !== null])).toEqual([
      ['status', true],
      ['status-unreadable', false],
      ['status', true],
    ]);
  });

  it('goes on after the drain until it is closed', async () => {
    const day = await openDay({ merchants, reader: { everyMs: 2_000 } });
    await day.cast.drain();
    await day.clock.advance(10_000);
    const looks = () => day.gateway.seen.filter(({ path }) => path === '/api/v1/status.json').length;
    expect(looks()).toBe(6);
    day.cast.close();
    await day.clock.advance(10_000);
    expect(looks()).toBe(6);
  });
});
