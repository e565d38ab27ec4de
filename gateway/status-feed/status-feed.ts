/**
 * Feeds the status page: signed facts, posted as they happen, and a beat that says "I am here".
 *
 * The page lives apart and must not depend on us: what cannot be posted is kept as the latest
 * fact of its kind and posted again with the next beat; three missing beats and the page speaks by itself.
 */
import { createHmac } from 'node:crypto';
import type { Clock, Fetch, Log, Timer } from '../ports.ts';
import type { Fact } from '../status-page/facts.ts';

export interface StatusFeedSettings {
  readonly url: string;
  readonly secret: string;
  readonly beatEveryMs: number;
}

/** A fact before its origin and time are known. */
export type NewFact = Fact extends infer One ? (One extends Fact ? Omit<One, 'instance' | 'atMs'> : never) : never;

export interface StatusFeed {
  tell(fact: NewFact): void;
  start(): void;
  stop(): void;
}

const timeoutMs = 5_000;

export const createStatusFeed = (deps: {
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly instanceId: string;
  readonly settings: StatusFeedSettings;
}): StatusFeed => {
  const { clock, fetch, log, instanceId, settings } = deps;
  /** Not accepted by the page yet, by what they speak of. A newer one replaces an older. */
  const waiting = new Map<string, Fact>();
  let posting = false;
  let stopped = true;
  let beat: Timer | null = null;

  const subjectOf = (fact: Fact): string =>
    fact.kind === 'incident'
      ? `incident/${fact.incident.id}/${fact.incident.stage}`
      : fact.kind === 'after_action'
        ? `after_action/${fact.record.incident}`
        : fact.kind;

  const post = async (fact: Fact): Promise<boolean> => {
    const body = JSON.stringify(fact);
    const time = clock.wallMs();
    const signature = createHmac('sha256', settings.secret).update(`${time}.${body}`).digest('hex');
    try {
      const reply = await fetch(`${settings.url}/feed`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Breakwater-Signature': `t=${time},v1=${signature}` },
        body,
        timeoutMs,
        drawKey: `feed/${instanceId}/${fact.kind}/${fact.atMs}`,
      });
      if (reply.status >= 400 && reply.status < 500)
        log.error({ event: 'feed.refused', kind: fact.kind, status: reply.status });
      return reply.status < 500;
    } catch {
      return false;
    }
  };

  const pump = async (): Promise<void> => {
    if (posting) return;
    posting = true;
    for (let next = first(); next !== undefined && !stopped; next = first()) {
      const [subject, fact] = next;
      if (!(await post(fact))) break;
      if (waiting.get(subject) === fact) waiting.delete(subject);
    }
    posting = false;
  };

  const first = (): [string, Fact] | undefined => waiting.entries().next().value;

  const tell = (fact: NewFact): void => {
    const whole = { ...fact, instance: instanceId, atMs: clock.wallMs() } as Fact;
    waiting.set(subjectOf(whole), whole);
    void pump();
  };

  const tick = (): void => {
    if (stopped) return;
    tell({ kind: 'beat' });
    beat = clock.after(settings.beatEveryMs, tick);
  };

  return {
    tell,
    start() {
      stopped = false;
      tick();
    },
    stop() {
      stopped = true;
      beat?.cancel();
    },
  };
};
