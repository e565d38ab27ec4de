/** A status page on a clock that tests move, with a gateway that can be switched off. */
import { createHmac } from 'node:crypto';
import type { Hono } from 'hono';
import type { LogFields, OutboundRequest } from '../../../gateway/ports.ts';
import { createMemoryPageStore, createStatusPage, type PageStore } from '../../../gateway/status-page/app.ts';
import type { StatusPageConfig } from '../../../gateway/status-page/config.ts';
import type { AfterAction, Fact, IncidentStage, IncidentView } from '../../../gateway/status-page/facts.ts';
import type { StatusJson } from '../../../gateway/status-page/render/status-json.ts';
import { createManualClock, type ManualClock } from '../manual-clock.ts';

export const feedSecret = 'a-secret-for-tests-only';
export const adminToken = 'a-token-for-tests-only';

export type Health = 'up' | 'refuses' | 'hangs' | 'errs';

export interface Bench {
  readonly clock: ManualClock;
  readonly app: Hono;
  readonly log: readonly LogFields[];
  readonly probes: readonly { readonly atMs: number; readonly url: string; readonly request: OutboundRequest }[];
  health: Health;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Posts a signed fact; `forge` changes what is sent. */
  feed(fact: Fact, forge?: { readonly header?: string | null; readonly body?: string }): Promise<Response>;
  beat(instance?: string): Promise<Response>;
  /** Beats of `instance` every 10 s for `durationMs`, time moving on. */
  beatFor(durationMs: number, instance?: string): Promise<void>;
  write(body: unknown, token?: string): Promise<Response>;
  /** Any call of the people who write. */
  admin(method: string, path: string, body?: unknown, token?: string): Promise<Response>;
  json(): Promise<StatusJson>;
  html(path: string): Promise<string>;
  /** `stage` of each publication of one incident, in order. */
  stages(incident: string): IncidentStage[];
}

export const sign = (body: string, atMs: number, secret = feedSecret): string =>
  `t=${atMs},v1=${createHmac('sha256', secret).update(`${atMs}.${body}`).digest('hex')}`;

export const createBench = (
  options: {
    readonly config?: Partial<StatusPageConfig>;
    readonly store?: PageStore;
    readonly clock?: ManualClock;
    readonly health?: Health;
  } = {},
): Bench => {
  const clock = options.clock ?? createManualClock();
  const log: LogFields[] = [];
  const write = (fields: LogFields): void => void log.push(fields);
  const probes: { atMs: number; url: string; request: OutboundRequest }[] = [];
  const page = createStatusPage({
    clock,
    log: { debug: write, info: write, warn: write, error: write },
    store: options.store ?? createMemoryPageStore(),
    fetch: async (url, request) => {
      probes.push({ atMs: clock.monotonicMs(), url, request });
      switch (bench.health) {
        case 'refuses':
          throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        case 'hangs':
          await clock.sleep(request.timeoutMs);
          throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
        case 'errs':
          return { status: 503, headers: new Headers(), text: async () => '' };
        case 'up':
          return { status: 200, headers: new Headers(), text: async () => '{"status":"ok"}' };
      }
    },
    config: { title: 'Breakwater', feedSecret, adminToken, probeUrl: 'http://gateway.test/healthz', ...options.config },
  });

  const bench: Bench = {
    clock,
    app: page.app,
    log,
    probes,
    health: options.health ?? 'up',
    start: page.start,
    stop: page.stop,
    feed: async (fact, forge = {}) => {
      const body = forge.body ?? JSON.stringify(fact);
      const header = forge.header === undefined ? sign(body, clock.wallMs()) : forge.header;
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      if (header !== null) headers['breakwater-signature'] = header;
      return page.app.request('/feed', { method: 'POST', headers, body });
    },
    beat: (instance = 'gateway-1') => bench.feed({ kind: 'beat', instance, atMs: clock.wallMs() }),
    beatFor: async (durationMs, instance = 'gateway-1') => {
      for (let leftMs = durationMs; leftMs > 0; leftMs -= 10_000) {
        await bench.beat(instance);
        await clock.run(Math.min(10_000, leftMs));
      }
    },
    write: (body, token) => bench.admin('POST', '/admin/v1/announcements', body, token),
    admin: async (method, path, body, token = adminToken) =>
      page.app.request(path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    json: async () => (await (await page.app.request('/api/v1/status.json')).json()) as StatusJson,
    html: async (path) => (await page.app.request(path)).text(),
    stages: (incident) =>
      log
        .filter((entry) => entry.event === 'page.published' && entry.incident === incident)
        .map((entry) => entry.stage as IncidentStage),
  };
  return bench;
};

/** The story of an upstream failure up to `stages.at(-1)`, one update a minute from `startedAtMs`. */
export const story = (
  startedAtMs: number,
  stages: readonly IncidentStage[],
  over: Partial<IncidentView> = {},
): IncidentView => ({
  id: 'inc-1',
  title: { en: 'Payments fail at an upstream provider', ja: '上流接続先で障害が発生しています' },
  stage: stages.at(-1) ?? 'investigating',
  cause: 'upstream_down',
  components: ['create_charge', 'capture'],
  startedAtMs,
  updates: stages.map((stage, index) => ({
    stage,
    atMs: startedAtMs + index * 60_000,
    text: { en: `Update ${index + 1}.`, ja: `第${index + 1}報です。` },
  })),
  ...over,
});

/** The report after it: seventy minutes, a tenth of the charges failed. */
export const report = (startedAtMs: number, over: Partial<AfterAction> = {}): AfterAction => ({
  incident: 'inc-1',
  title: { en: 'Payments fail', ja: '決済ができない障害' },
  cause: 'upstream_down',
  causeText: { en: '<b>The acquirer</b> did not answer.', ja: '接続先が応答しませんでした。' },
  startedAtMs,
  endedAtMs: startedAtMs + 70 * 60_000,
  resolvedAtMs: startedAtMs + 100 * 60_000,
  operations: [{ component: 'create_charge', attempted: 12_345, failed: 1_200 }],
  merchantsAffected: 42,
  timeline: [
    {
      atMs: startedAtMs,
      text: { en: 'First failure', ja: '最初の失敗' },
      components: ['create_charge'],
      attempted: 300,
      failed: 299,
    },
    {
      atMs: startedAtMs + 60_000,
      text: { en: 'Failed over', ja: '切り替え' },
      components: [],
      attempted: 0,
      failed: 0,
    },
  ],
  measures: null,
  ...over,
});
