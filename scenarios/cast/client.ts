/**
 * A merchant's HTTP client with the habits of the PAY.JP SDKs: Basic auth, form bodies, and blind
 * repeats of any request after 429, with equal jitter (payjp-api section 1.4). Nothing else is
 * ever repeated: not after 5xx, not after silence.
 */
import type { Clock, Fetch, InboundReply, OutboundRequest, Random } from '../../gateway/ports.ts';
import type { Sdk } from './schema.ts';

/** One complete HTTP answer. */
export interface Answer {
  readonly status: number;
  /** `Breakwater-Decided-By`. */
  readonly decidedBy: string | null;
  /** `Breakwater-Acquirer`. */
  readonly acquirer: string | null;
  /** `Breakwater-Outcome`: `unknown`, `deferred` or absent. */
  readonly outcome: string | null;
  /** The JSON object of the body; null when it is none. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** What a call with its retries came to. `answer` is null when the last request got none. */
export interface Exchange {
  readonly answer: Answer | null;
  readonly requests: number;
}

export interface Post {
  readonly path: string;
  /** `Authorization` header. */
  readonly authorization: string;
  readonly form: string;
  /** `Idempotency-Key`; also names the draws of this exchange, unless they are named otherwise. */
  readonly key: string;
  readonly drawKey?: string;
  readonly maxRetry: number;
  /** Where it comes from, as the proxy in front of the gateway says. */
  readonly address: string;
}

export interface Client {
  post(call: Post): Promise<Exchange>;
  /** One GET, never repeated. Null when no answer came. `drawKey` names it for the links' draws. */
  get(path: string, authorization: string, drawKey: string): Promise<Answer | null>;
}

/** `Authorization` for an API key: the key is the user name, the password is empty. */
export const basicAuth = (key: string): string => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

/** `a=1&card%5Bnumber%5D=…` from names that need no encoding or are already encoded. */
export const formOf = (fields: readonly (readonly [name: string, value: string | number | boolean])[]): string => {
  let form = '';
  for (const [name, value] of fields) form += `${form === '' ? '' : '&'}${name}=${encodeURIComponent(value)}`;
  return form;
};

/** Wait before retry `n` (from 0): d/2 + U(0, d/2), d = min(base * 2^n, cap). `uniform` in [0, 1). */
export const retryWaitMs = (sdk: Pick<Sdk, 'baseMs' | 'capMs'>, n: number, uniform: number): number => {
  const d = Math.min(sdk.baseMs * 2 ** n, sdk.capMs);
  return d / 2 + (uniform * d) / 2;
};

export const createClient = (deps: {
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly random: Random;
  readonly gatewayUrl: string;
  readonly sdk: Sdk;
}): Client => {
  const { fetch, clock, random, gatewayUrl, sdk } = deps;
  return {
    async post({ path, authorization, form, key, drawKey: name = key, maxRetry, address }) {
      const headers = {
        authorization,
        'content-type': 'application/x-www-form-urlencoded',
        'idempotency-key': key,
        'x-forwarded-for': address,
      };
      const url = gatewayUrl + path;
      let jitter: Random | undefined;
      for (let retries = 0; ; retries += 1) {
        // A repeat meets the network anew, so its draws carry its number.
        const drawKey = retries === 0 ? name : `${name}~${retries}`;
        const answer = await exchange(fetch, url, {
          method: 'POST',
          headers,
          body: form,
          timeoutMs: sdk.timeoutMs,
          drawKey,
        });
        if (answer?.status !== 429 || retries >= maxRetry) return { answer, requests: retries + 1 };
        jitter ??= random.fork(`${name}/retry`);
        await clock.sleep(retryWaitMs(sdk, retries, jitter.float()));
      }
    },
    get: (path, authorization, drawKey) =>
      exchange(fetch, gatewayUrl + path, {
        method: 'GET',
        headers: { authorization },
        timeoutMs: sdk.timeoutMs,
        drawKey,
      }),
  };
};

/** One request. Null when no complete answer came, for whatever reason of the network. */
export const exchange = async (fetch: Fetch, url: string, request: OutboundRequest): Promise<Answer | null> => {
  let reply: InboundReply;
  let text: string;
  try {
    reply = await fetch(url, request);
    text = await reply.text();
  } catch (error) {
    if (!isNetworkFailure(error)) throw error;
    return null;
  }
  const { headers } = reply;
  return {
    status: reply.status,
    decidedBy: headers.get('breakwater-decided-by'),
    acquirer: headers.get('breakwater-acquirer'),
    outcome: headers.get('breakwater-outcome'),
    body: jsonObject(text),
  };
};

/** The port's own promise (`gateway/ports.ts`, Fetch): a name or a code. Anything else is a bug. */
const isNetworkFailure = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  return error.name === 'TimeoutError' || typeof codeOf(error) === 'string' || typeof codeOf(error.cause) === 'string';
};

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** The object that `text` holds as JSON, or null. */
export const jsonObject = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
