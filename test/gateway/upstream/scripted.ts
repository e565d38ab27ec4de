/** An acquirer that answers exactly what a test says, and remembers what it was sent. */
import { Policy } from '../../../gateway/app.ts';
import type { Fetch } from '../../../gateway/ports.ts';
import { createEscott } from '../../../gateway/upstream/escott.ts';
import { createGmoPg } from '../../../gateway/upstream/gmo-pg.ts';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';
import { createManualClock, type ManualClock } from '../manual-clock.ts';

export interface Sent {
  /** e-SCOTT's OperateId or GMO-PG's API. */
  readonly operation: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly drawKey: string | undefined;
}

/** A body (HTTP 200), a body with another status, or how the transport failed. */
export type Said = string | { readonly status: number; readonly text: string } | Error;

export type Script = (sent: Sent) => Said;

/** A transport failure as Node's fetch words it. */
export const broken = (code: string): Error =>
  code === 'TimeoutError'
    ? Object.assign(new Error('no reply in time'), { name: code })
    : Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(code), { code }) });

export const scripted = (script: Script): { readonly fetch: Fetch; readonly sent: Sent[] } => {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async (url, { body, timeoutMs, drawKey }) => {
      const fields = Object.fromEntries(new URLSearchParams(body ?? ''));
      const operation = fields.OperateId ?? /(\w+)\.idPass$/.exec(url)?.[1] ?? '';
      const request: Sent = { operation, url, fields, timeoutMs, drawKey };
      sent.push(request);
      const said = script(request);
      if (said instanceof Error) throw said;
      const { status, text } = typeof said === 'string' ? { status: 200, text: said } : said;
      return { status, headers: { get: () => null }, text: async () => text };
    },
  };
};

export const protectedPolicy = (): Policy => {
  const loaded = loadPolicy('protected');
  if (!loaded.ok) throw new Error('the policy "protected" does not load');
  return Policy.parse(loaded.policy);
};

const upstream = protectedPolicy().upstream;

export const escottThat = (script: Script, clock: ManualClock = createManualClock()) => {
  const { fetch, sent } = scripted(script);
  const settings = {
    id: 'escott',
    baseUrl: 'http://escott.test',
    merchantId: 'M1',
    merchantPass: 'P1',
    tenantId: '0001',
  };
  return { acquirer: createEscott(settings, { clock, fetch, policy: upstream }), sent, clock };
};

export const gmoThat = (script: Script, clock: ManualClock = createManualClock()) => {
  const { fetch, sent } = scripted(script);
  const settings = { id: 'gmo', baseUrl: 'http://gmo.test', shopId: 'tshop00000001', shopPass: 'pass0001' };
  return { acquirer: createGmoPg(settings, { clock, fetch, policy: upstream }), sent, clock };
};

export const card = { pan: '4242424242424242', expMonth: 3, expYear: 2031 };
