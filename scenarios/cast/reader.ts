/**
 * Somebody from the public who keeps looking at the status page, and says when it changes.
 *
 * A page that cannot be read is a change as well: that is what the public would see.
 */
import type { Clock, Fetch, Timer } from '../../gateway/ports.ts';
import type { CastReports } from '../judge/observation.ts';
import { exchange, isObject } from './client.ts';
import type { InFlight } from './in-flight.ts';

export interface Reader {
  start(): void;
  stop(): void;
}

export interface ReaderDeps {
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly statusUrl: string;
  readonly everyMs: number;
  readonly reports: Pick<CastReports, 'received'>;
  readonly nowMs: () => number;
  readonly inFlight: Pick<InFlight, 'run'>;
}

/** A person does not wait longer for a page. */
const timeoutMs = 10_000;

/** Reports `type: 'status'` with the page's JSON, or `'status-unreadable'` with the HTTP status or null. */
export const createReader = ({ clock, fetch, statusUrl, everyMs, reports, nowMs, inFlight }: ReaderDeps): Reader => {
  let running = false;
  let timer: Timer | undefined;
  let looks = 0;
  let seen: string | undefined;

  const look = async () => {
    looks += 1;
    const request = { method: 'GET', headers: {}, timeoutMs, drawKey: `public-status-${looks}` } as const;
    const answer = await exchange(fetch, `${statusUrl}/api/v1/status.json`, request);
    if (!running) return;
    const readable = answer?.status === 200 && answer.body !== null;
    const content = readable ? JSON.stringify(answer.body, withoutFreshness) : `unreadable ${answer?.status ?? ''}`;
    if (content !== seen) {
      seen = content;
      const type = readable ? 'status' : 'status-unreadable';
      reports.received({
        member: 'public',
        atMs: nowMs(),
        type,
        body: readable ? answer.body : (answer?.status ?? null),
      });
    }
    timer = clock.after(everyMs, () => inFlight.run(look));
  };

  return {
    start() {
      if (running) return;
      running = true;
      inFlight.run(look);
    },
    stop() {
      running = false;
      timer?.cancel();
    },
  };
};

/** Leaves out the times at which the page was made, which would make each look a change. */
const withoutFreshness = (key: string, value: unknown): unknown => {
  if (key !== '' && key !== 'page') return value;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !/(^at|_at|At)(Ms)?$/.test(name)));
};
