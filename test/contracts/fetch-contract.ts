/**
 * What outbound HTTP promises on every stage. The programs decide from these shapes alone whether
 * a request was certainly not sent or whether its outcome is unknown, so they must not differ
 * between a real socket and a virtual link.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fetch, OutboundRequest } from '../../gateway/ports.ts';

/** What the far end does with a request. */
export type Behaviour =
  /** 200; JSON `{method, path, headers, body}` of what arrived, and the header `x-answer: yes`. */
  | 'echo'
  /** 503 with the text `busy`. */
  | 'busy'
  /** 302 to a path where the same server would answer 200. */
  | 'redirect'
  /** Nobody listens on the port. */
  | 'refused'
  /** The name of the host does not resolve. */
  | 'unknown-host'
  /** The request arrives; the connection is reset before any reply. */
  | 'reset'
  /** The request arrives; no reply, and the connection stays open. */
  | 'silent'
  /** The head and part of the body arrive, then nothing, and the connection stays open. */
  | 'stalled-body'
  /** The head and part of the body arrive, then the connection ends. */
  | 'cut-body';

export interface FetchHarness {
  readonly fetch: Fetch;
  /** Makes a far end that behaves so; answers its base URL, without a slash at the end. */
  serve(behaviour: Behaviour): Promise<string>;
  /** Lets time pass until the promise settles. Left out where time passes by itself. */
  settle?<T>(promise: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How a rejected call names its cause: `TimeoutError`, or Node's code. */
export const failureOf = (error: unknown): string => {
  if (!(error instanceof Error)) return `not an Error: ${String(error)}`;
  if (error.name === 'TimeoutError') return 'TimeoutError';
  for (const at of [error, error.cause]) {
    if (typeof at === 'object' && at !== null && 'code' in at && typeof at.code === 'string') return at.code;
  }
  return `no code: ${error.name}: ${error.message}`;
};

const get: OutboundRequest = { method: 'GET', headers: {}, timeoutMs: 5_000 };
const impatient: OutboundRequest = { ...get, timeoutMs: 100 };

export const fetchContract = (name: string, open: () => Promise<FetchHarness> | FetchHarness): void => {
  describe(`the fetch contract, kept by ${name}`, () => {
    let harness: FetchHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    const call = (url: string, request: OutboundRequest): ReturnType<Fetch> => {
      const reply = harness.fetch(url, request);
      return harness.settle === undefined ? reply : harness.settle(reply);
    };
    const failure = async (behaviour: Behaviour, request = get): Promise<string> => {
      const url = await harness.serve(behaviour);
      return call(`${url}/v1/charges`, request).then((reply) => `resolved with ${reply.status}`, failureOf);
    };

    it('carries method, path, headers and body there, and status, headers and body back', async () => {
      const url = await harness.serve('echo');
      const body = 'amount=3500&description=%E6%9C%88&raw=月';
      const reply = await call(`${url}/v1/charges?limit=3`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'X-Shop': 'tshop' },
        body,
        timeoutMs: 5_000,
        drawKey: 'merchant-3/17',
      });
      expect(reply.status).toBe(200);
      expect(reply.headers.get('X-Answer')).toBe('yes');
      expect(reply.headers.get('x-nothing')).toBe(null);
      const seen = JSON.parse(await reply.text());
      expect(seen).toMatchObject({ method: 'POST', path: '/v1/charges?limit=3', body });
      expect(seen.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded', 'x-shop': 'tshop' });
      expect(JSON.stringify(seen)).not.toContain('merchant-3/17');
    });

    it.each(['GET', 'PUT', 'DELETE'] as const)('carries a %s', async (method) => {
      const reply = await call(`${await harness.serve('echo')}/x`, { ...get, method });
      expect(JSON.parse(await reply.text())).toMatchObject({ method, path: '/x', body: '' });
    });

    it('resolves with a reply that is an error of the far end', async () => {
      const reply = await call(`${await harness.serve('busy')}/x`, get);
      expect([reply.status, await reply.text()]).toEqual([503, 'busy']);
    });

    it('answers a redirect as it is and does not follow it', async () => {
      const reply = await call(`${await harness.serve('redirect')}/x`, { ...get, method: 'POST', body: 'a=1' });
      expect(reply.status).toBe(302);
      expect(reply.headers.get('location')).toBe('/elsewhere');
    });

    it('names a refused connection', async () => {
      expect(await failure('refused')).toBe('ECONNREFUSED');
    });

    it('names a host that does not resolve', async () => {
      // EAI_AGAIN is what a machine without any name server says.
      expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(await failure('unknown-host'));
    });

    it('names a connection reset before the reply', async () => {
      expect(['ECONNRESET', 'UND_ERR_SOCKET']).toContain(
        await failure('reset', { ...get, method: 'POST', body: 'a=1' }),
      );
    });

    it('rejects TimeoutError when no reply comes in time', async () => {
      expect(await failure('silent', impatient)).toBe('TimeoutError');
    });

    it('rejects TimeoutError when the reply begins in time and does not end in time', async () => {
      expect(await failure('stalled-body', impatient)).toBe('TimeoutError');
    });

    it('rejects the call, not the reading, when the body is cut short', async () => {
      expect(['ECONNRESET', 'UND_ERR_SOCKET']).toContain(await failure('cut-body'));
    });
  });
};
