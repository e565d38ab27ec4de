/**
 * A merchant's HTTP client with the habits of the PAY.JP SDKs: Basic auth, form bodies, a blind
 * repeat of any request after 429 with equal jitter, and of nothing else. Not after 5xx, not after
 * silence: who repeats a payment of unknown outcome pays twice.
 */
import { sleep } from 'k6';
import encoding from 'k6/encoding';
import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import type { Sdk } from './plan.ts';
import type { Draws } from './random.ts';

/** One complete answer. */
export interface Answer {
  readonly status: number;
  /** `Breakwater-Decided-By`, or null from another gateway. */
  readonly decidedBy: string | null;
  readonly acquirer: string | null;
  /** `unknown`, `deferred` or null. */
  readonly outcome: string | null;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly tookMs: number;
  /** Of `tookMs`, what a simulator's fault rule added on purpose. */
  readonly injectedMs: number;
}

/** A call with its repeats. `answer` is null when the last request got none. */
export interface Exchange {
  readonly answer: Answer | null;
  readonly requests: number;
  readonly sentMs: number;
  readonly answeredMs: number;
}

export interface Call {
  readonly url: string;
  readonly path: string;
  /** Groups requests in k6's own figures; a path has ids in it. */
  readonly name: string;
  readonly key: string;
  readonly form: string;
  readonly idempotencyKey: string;
  readonly maxRetry: number;
  readonly sdk: Sdk;
  readonly address: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly jitter: Draws;
}

export const usualSdk: Sdk = { baseMs: 2000, capMs: 32_000, timeoutMs: 60_000 };

const basic = (key: string): string => `Basic ${encoding.b64encode(`${key}:`)}`;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What k6 has of an answer as text; empty where it has none. */
export const textOf = (body: string | ArrayBuffer | null | undefined): string => (typeof body === 'string' ? body : '');

const objectIn = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
};

/** Null when no complete answer came. */
export const answerOf = (reply: RefinedResponse<ResponseType | undefined>): Answer | null => {
  if (reply.status === 0) return null;
  const header = (name: string): string | null => reply.headers[name] ?? null;
  return {
    status: reply.status,
    decidedBy: header('Breakwater-Decided-By'),
    acquirer: header('Breakwater-Acquirer'),
    outcome: header('Breakwater-Outcome'),
    body: objectIn(textOf(reply.body)),
    tookMs: reply.timings.duration,
    injectedMs: Number(header('Breakwater-Injected-Delay-Ms') ?? 0) || 0,
  };
};

/** Id of what was made; empty where nothing was. */
export const idIn = (answer: Answer | null): string => (typeof answer?.body?.id === 'string' ? answer.body.id : '');

/** Wait before retry `n` (from 0): d/2 + U(0, d/2), d = min(base * 2^n, cap). */
export const retryWaitMs = ({ baseMs, capMs }: Sdk, n: number, uniform: number): number => {
  const d = Math.min(baseMs * 2 ** n, capMs);
  return d / 2 + (uniform * d) / 2;
};

export const post = (call: Call): Exchange => {
  const params = {
    headers: {
      Authorization: basic(call.key),
      'Content-Type': 'application/x-www-form-urlencoded',
      'Idempotency-Key': call.idempotencyKey,
      'X-Forwarded-For': call.address,
    },
    timeout: call.sdk.timeoutMs,
    tags: { ...call.tags, name: call.name },
    redirects: 0,
  };
  const sentMs = Date.now();
  for (let retries = 0; ; retries += 1) {
    const answer = answerOf(http.post(call.url + call.path, call.form, params));
    if (answer?.status !== 429 || retries >= call.maxRetry)
      return { answer, requests: retries + 1, sentMs, answeredMs: Date.now() };
    sleep(retryWaitMs(call.sdk, retries, call.jitter.float()) / 1000);
  }
};

/** One GET with a secret key, never repeated. */
export const get = (url: string, key: string, name: string, timeoutMs: number): Answer | null =>
  answerOf(http.get(url, { headers: { Authorization: basic(key) }, timeout: timeoutMs, tags: { name } }));

const addressHash = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
};

/** A merchant's server has one address, each buyer one of their own: benchmark and shared ranges. */
export const serverAddress = (merchant: string): string => {
  const hash = addressHash(merchant);
  return `198.${18 + (hash & 1)}.${(hash >>> 8) & 255}.${(hash >>> 16) & 255}`;
};
export const buyerAddress = (intent: string): string => {
  const hash = addressHash(intent);
  return `100.${64 + (hash & 63)}.${(hash >>> 8) & 255}.${(hash >>> 16) & 255}`;
};
