/** An acquirer by itself on a manual clock, and hands to talk to it with. */
import { type Acquirer, type AcquirerConfigInput, createAcquirer } from '../../acquirer-sim/app.ts';
import type { Fetch, LogFields } from '../../acquirer-sim/ports.ts';
import { createLiveRandom } from '../../acquirer-sim/random.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

export interface World {
  readonly acquirer: Acquirer;
  readonly clock: ManualClock;
  /** Every log line so far. */
  readonly events: LogFields[];
  /** Posts a form and leaves it waiting. */
  send(
    path: string,
    fields: Readonly<Record<string, string>> | string,
    headers?: Record<string, string>,
  ): Promise<Reply>;
  /** Posts a form and lets enough time pass for an answer. */
  post(
    path: string,
    fields: Readonly<Record<string, string>> | string,
    headers?: Record<string, string>,
  ): Promise<Reply>;
  /** A call of the control API. */
  control(method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }>;
}

/** What a JSON answer holds; tests say what they expect of it. */
// biome-ignore lint/suspicious/noExplicitAny: assertions reach into answers of every shape
export type Json = any;

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly decidedBy: string | null;
  readonly contentType: string | null;
  /** The reply's `key=value` pairs. */
  readonly pairs: Readonly<Record<string, string>>;
}

/** Longer than any service time drawn in these tests. */
const ANSWER_MS = 30_000;

const noFetch: Fetch = () => Promise.reject(new Error('no notice was expected'));

const read = async (response: Response): Promise<Reply> => {
  const text = await response.text();
  return {
    status: response.status,
    text,
    decidedBy: response.headers.get('breakwater-decided-by'),
    contentType: response.headers.get('content-type'),
    pairs: Object.fromEntries(
      text.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
  };
};

export const createWorld = (
  config: AcquirerConfigInput,
  /** `sandbox`: the control API may move the clock. */
  options: { seed?: number; fetch?: Fetch; sandbox?: boolean } = {},
): World => {
  const clock = createManualClock();
  const events: LogFields[] = [];
  const note = (fields: LogFields) => void events.push(fields);
  const acquirer = createAcquirer({
    clock,
    random: createLiveRandom(options.seed ?? 1),
    fetch: options.fetch ?? noFetch,
    log: { debug: note, info: note, warn: note, error: note },
    config,
    ...(options.sandbox ? { clockControl: { advance: (ms) => clock.advance(ms) } } : {}),
  });
  const send: World['send'] = async (path, fields, headers = {}) =>
    read(
      await acquirer.app.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
      }),
    );
  return {
    acquirer,
    clock,
    events,
    send,
    async post(path, fields, headers) {
      const reply = send(path, fields, headers);
      await clock.advance(ANSWER_MS);
      return reply;
    },
    async control(method, path, body) {
      const init =
        body === undefined ? { method } : { method, body: typeof body === 'string' ? body : JSON.stringify(body) };
      const response = await acquirer.app.request(`/sim/v1${path}`, init);
      return { status: response.status, json: await response.json() };
    },
  };
};
