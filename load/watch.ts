/**
 * One virtual user that watches a trouble from outside: the public page and its feed, the merchants'
 * receivers, and small payments that show when new ones go elsewhere. It asks asynchronously: in an
 * outage each answer takes as long as a timeout, and who waits for it sees nothing meanwhile.
 */
import { check } from 'k6';
import encoding from 'k6/encoding';
import http from 'k6/http';
import { setTimeout } from 'k6/timers';
import { goodCard, tokenForm } from './card.ts';
import { answerOf, buyerAddress, idIn, isObject, serverAddress, textOf } from './client.ts';
import { journal } from './journal.ts';
import { failoverAt, probesMin } from './judge.ts';
import { metrics, noteMoment } from './metrics.ts';
import type { Merchant } from './plan.ts';
import { drawsOf } from './random.ts';

/** Times are wall milliseconds. */
export interface Watching {
  readonly statusUrl: string | null;
  readonly receiversUrl: string | null;
  readonly causeAtMs: number;
  /** Null: the cause never ends while anybody looks. */
  readonly causeUntilMs: number | null;
  readonly untilMs: number;
  readonly everyMs: number;
  /** Null: no payments. `away`: the acquirer in trouble; null where nobody says who served. */
  readonly probe: { readonly baseUrl: string; readonly merchant: Merchant; readonly away: string | null } | null;
  /** Names this run's payments. */
  readonly run: string;
}

const waitMs = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const jsonAt = async (url: string): Promise<Readonly<Record<string, unknown>> | null> => {
  const reply = await http.asyncRequest('GET', url, null, { timeout: 5000, tags: { name: 'watch' } });
  return reply.status === 200 ? (answerOf(reply)?.body ?? null) : null;
};

interface Probe {
  readonly sentMs: number;
  elsewhere: boolean;
}

const probeOnce = async ({ probe, run }: Watching, nth: number, note: Probe): Promise<void> => {
  if (probe === null) return;
  const { merchant, baseUrl, away } = probe;
  const name = `${run}-probe-${nth}`;
  const ask = async (path: string, key: string, form: string, address: string) =>
    answerOf(
      await http.asyncRequest('POST', `${baseUrl}${path}`, form, {
        headers: {
          Authorization: `Basic ${encoding.b64encode(`${key}:`)}`,
          'Content-Type': 'application/x-www-form-urlencoded',
          'Idempotency-Key': `${name}${path.replaceAll('/', '-')}`,
          'X-Forwarded-For': address,
        },
        tags: { name: 'probe' },
        timeout: 60_000,
      }),
    );
  const token = await ask('/v1/tokens', merchant.publicKey, tokenForm(goodCard(drawsOf(name))), buyerAddress(name));
  if (token?.status !== 200) return;
  const form = `amount=100&currency=jpy&capture=false&card=${idIn(token)}`;
  const made = await ask('/v1/charges', merchant.secretKey, form, serverAddress(merchant.id));
  note.elsewhere = made?.status === 200 && (made.acquirer === null || away === null || made.acquirer !== away);
};

const watchFailover = async (watching: Watching): Promise<void> => {
  if (watching.probe === null) return;
  const probes: Probe[] = [];
  const open: Promise<void>[] = [];
  await waitMs(Math.max(0, watching.causeAtMs - Date.now()));
  const endMs = Math.min(watching.untilMs, watching.causeUntilMs ?? watching.untilMs);
  for (let nth = 0; Date.now() < endMs; nth += 1) {
    const note: Probe = { sentMs: Date.now(), elsewhere: false };
    probes.push(note);
    open.push(probeOnce(watching, nth, note));
    await waitMs(watching.everyMs);
  }
  await Promise.all(open);
  const at = failoverAt(probes);
  if (at !== null) noteMoment('failover_ms', at - watching.causeAtMs);
  check(probes, { 'payments were tried during the cause': (tried) => tried.length >= probesMin });
};

interface ShownIncident {
  readonly id: string;
  readonly stage: unknown;
}

const incidentsIn = (page: Readonly<Record<string, unknown>> | null): readonly ShownIncident[] =>
  (Array.isArray(page?.incidents) ? page.incidents : [])
    .filter(isObject)
    .flatMap(({ id, stage }) => (typeof id === 'string' ? [{ id, stage }] : []));

const watchPage = async ({ statusUrl, causeAtMs, causeUntilMs, untilMs, everyMs }: Watching): Promise<void> => {
  if (statusUrl === null) return;
  const stages = new Map<string, unknown>();
  /** Incidents of earlier days, and ours. */
  const before = new Set<string>();
  let first: number | null = null;
  let firstId: string | null = null;
  while (Date.now() < untilMs) {
    const page = await jsonAt(`${statusUrl}/api/v1/status.json`);
    const nowMs = Date.now();
    for (const { id, stage } of incidentsIn(page)) {
      if (nowMs < causeAtMs) before.add(id);
      if (before.has(id) || stages.get(id) === stage) continue;
      stages.set(id, stage);
      journal.page({ atMs: nowMs, incident: id, stage });
      if (first === null && stage !== 'resolved') {
        [first, firstId] = [nowMs, id];
        noteMoment('first_notice_ms', nowMs - causeAtMs);
      }
      if (stage === 'resolved' && nowMs < (causeUntilMs ?? untilMs)) metrics.falseResolved.add(1);
    }
    await waitMs(everyMs);
  }
  metrics.falseResolved.add(0);
  const feed = await http.asyncRequest('GET', `${statusUrl}/feed.atom`, null, { tags: { name: 'watch' } });
  check(feed, {
    'the feed can be read': ({ status }) => status === 200,
    'the feed carries the incident': ({ body }) => firstId === null || textOf(body).includes(firstId),
  });
};

/** The last of the merchants' first notices, out of what their receivers noted. */
const readReceivers = async ({ receiversUrl, causeAtMs, untilMs }: Watching): Promise<void> => {
  if (receiversUrl === null) return;
  await waitMs(Math.max(0, untilMs - Date.now()));
  const answer = await jsonAt(receiversUrl);
  const notices = Array.isArray(answer?.notices) ? answer.notices.filter(isObject) : [];
  const firsts = new Map<string, number>();
  for (const { merchant, type, atMs } of notices) {
    if (type !== 'incident' || typeof atMs !== 'number' || atMs < causeAtMs) continue;
    firsts.set(String(merchant), Math.min(atMs, firsts.get(String(merchant)) ?? Number.POSITIVE_INFINITY));
  }
  if (firsts.size > 0) noteMoment('last_notice_ms', Math.max(...firsts.values()) - causeAtMs);
};

export const watchTrouble = async (watching: Watching): Promise<void> => {
  await Promise.all([watchFailover(watching), watchPage(watching), readReceivers(watching)]);
};
