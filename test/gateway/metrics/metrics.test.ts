/** Health, readiness, counts and the names of requests. */
import { describe, expect, it } from 'vitest';
import { createCounts } from '../../../gateway/metrics/counts.ts';
import { expose } from '../../../gateway/metrics/exposition.ts';
import { readReadiness } from '../../../gateway/metrics/ready.ts';
import { openSqliteStore } from '../../../gateway/store/sqlite.ts';
import { openHouse } from '../../corpora/house.ts';
import { createManualClock } from '../manual-clock.ts';
import { adminToken, basic } from '../world.ts';

const bearer = { Authorization: `Bearer ${adminToken}` };

/** Lines of an exposition by series. */
const seriesOf = (text: string): Map<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))] as const),
  );

const open = async () => {
  const house = await openHouse();
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Response> =>
    house.fetch(
      new Request(`http://gateway.test${path}`, { method, headers, ...(body === undefined ? {} : { body }) }),
    );
  const series = async (): Promise<Map<string, number>> => seriesOf(await (await ask('/metrics', bearer)).text());
  return { house, ask, series };
};

describe('/metrics', () => {
  it('is for whoever has a token', async () => {
    const { ask, house } = await open();
    expect((await ask('/metrics')).status).toBe(401);
    expect((await ask('/metrics', { Authorization: basic(house.keys.live.secret) })).status).toBe(401);
    const told = await ask('/metrics', bearer);
    expect(told.status).toBe(200);
    expect(told.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('counts answers by route, status and who decided, and never by path', async () => {
    const { ask, house, series } = await open();
    const key = { Authorization: basic(house.keys.live.secret) };
    const name = 'breakwater_requests_total{method="GET",route="/v1/charges/:id",status="404",decided_by="gateway"}';
    for (let at = 0; at < 3; at += 1) await ask(`/v1/charges/ch_${at}`, key);
    for (let at = 0; at < 5; at += 1) await ask(`/nowhere/${at}`, key);
    await ask('/admin/nothing');
    const counts = await series();
    expect(counts.get(name)).toBe(3);
    expect(counts.get('breakwater_requests_total{method="GET",route="(none)",status="404",decided_by="gateway"}')).toBe(
      6,
    );
    expect([...counts.keys()].filter((line) => /ch_|nowhere|sk_live/.test(line))).toEqual([]);
    expect(counts.get('breakwater_request_duration_seconds_count{method="GET",route="/v1/charges/:id"}')).toBe(3);
  });

  it('counts what acquirers said, and tells the state of breakers and of what is open', async () => {
    const { series } = await open();
    const counts = await series();
    const asked = 'breakwater_upstream_outcomes_total{acquirer="escott",operation="authorise",outcome="approved"}';
    expect(counts.get(asked)).toBeGreaterThan(4);
    expect(counts.get('breakwater_breaker_state{acquirer="escott",state="closed"}')).toBe(1);
    expect(counts.get('breakwater_breaker_state{acquirer="escott",state="open"}')).toBe(0);
    expect(counts.get('breakwater_unknowns_open{acquirer="gmo"}')).toBe(0);
    expect(counts.get('breakwater_deferred_open{type="capture"}')).toBe(0);
    expect(counts.get('breakwater_deliveries_open{state="dead"}')).toBe(0);
  });

  it('has buckets that hold all that is smaller, in seconds', async () => {
    const counts = createCounts();
    for (const ms of [0.5, 1, 3, 40, 99_999]) counts.asked('a', 'capture', 'approved', ms);
    const series = seriesOf((await expose(counts, [])).text);
    const bucket = (le: string): number | undefined =>
      series.get(`breakwater_upstream_duration_seconds_bucket{acquirer="a",operation="capture",le="${le}"}`);
    expect(['0.001', '0.0025', '0.005', '0.05', '20', '+Inf'].map(bucket)).toEqual([2, 2, 3, 4, 4, 5]);
    const sum = series.get('breakwater_upstream_duration_seconds_sum{acquirer="a",operation="capture"}');
    expect(sum).toBeCloseTo(100.0435, 6);
  });
});

describe('readiness', () => {
  it('names what is not ready', async () => {
    const { ask } = await open();
    const told = await ask('/readyz');
    expect(told.status).toBe(503);
    expect(await told.json()).toEqual({
      status: 'not ready',
      checks: { running: 'not started, or stopping', store: 'ok', migrations: 'ok' },
      details: { shared: 'none: this instance counts for itself' },
    });
  });

  it('knows a store that is gone from one that lacks migrations and one that hangs', async () => {
    const clock = createManualClock();
    const running = (): boolean => true;
    const shared = (): 'alone' => 'alone';
    const store = openSqliteStore({ location: ':memory:' });
    expect(await readReadiness({ store, clock, running, shared })).toMatchObject({ ready: true });
    const gone = { ...store, read: () => Promise.reject(new Error('postgres://user:password@host')) };
    expect(await readReadiness({ store: gone, clock, running, shared })).toEqual({
      ready: false,
      checks: { running: 'ok', store: 'cannot be read', migrations: 'not known' },
      details: { shared: 'none: this instance counts for itself' },
    });
    const empty = { ...store, read: async () => [] as never };
    expect((await readReadiness({ store: empty, clock, running, shared })).checks.migrations).toMatch(/^missing: 1, /);
    const hanging = readReadiness({
      store: { ...store, read: () => new Promise<never>(() => undefined) },
      clock,
      running,
      shared,
    });
    clock.advance(2_000);
    expect((await hanging).checks.store).toBe('no answer within 2000 ms');
  });
});

describe('the name of a request', () => {
  it('is ours, new each time, on every answer and in the line of its answer', async () => {
    const { ask, house } = await open();
    const from = house.logged();
    const key = {
      Authorization: basic(house.keys.live.secret),
      'Breakwater-Request-Id': 'req_theirs',
      'X-Request-Id': 'x',
    };
    const paths = [
      '/v1/charges',
      '/v1/charges/ch_0',
      '/nowhere',
      '/healthz',
      '/admin/nothing',
      '/docs',
      '/openapi.json',
      '/statements',
    ];
    const names: string[] = [];
    for (const path of paths) names.push((await ask(path, key)).headers.get('breakwater-request-id') ?? '');
    for (const name of names) expect(name).toMatch(/^req_[0-9a-f]{28}$/);
    expect(new Set(names).size).toBe(paths.length);
    const log = house.logFrom(from);
    for (const name of names) expect(log).toContain(`"request":"${name}"`);
    expect(log).toContain('"merchant":"shop"');
    expect(log).not.toContain('theirs');
    expect(log).not.toContain(house.keys.live.secret);
  });
});
