/**
 * A gateway's wire and nothing behind it: an HTTP server the cast can talk to. It answers as a
 * healthy gateway would until a test scripts an answer for a request.
 */
import { Hono } from 'hono';
import qs from 'qs';
import type { Fetch } from '../../../gateway/ports.ts';
import type { ManualClock } from './manual-clock.ts';

export interface Seen {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly idempotencyKey: string | null;
  readonly drawKey: string | null;
  readonly form: Readonly<Record<string, unknown>>;
}

/** An answer instead of the healthy one; `silent`: the connection is reset instead. */
export type Scripted =
  | {
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly afterMs?: number;
    }
  | { readonly silent: true; readonly afterMs?: number }
  | { readonly afterMs: number };

export interface StandIn {
  readonly fetch: Fetch;
  readonly seen: Seen[];
  /** Answers requests for which it returns something. The latest script wins. */
  script(answer: (seen: Seen, healthy: () => Record<string, unknown>) => Scripted | undefined): void;
  readonly charges: Map<string, Record<string, unknown>>;
}

const form = (body: string) => qs.parse(body) as Readonly<Record<string, unknown>>;

export const createStandIn = (clock: ManualClock): StandIn => {
  const charges = new Map<string, Record<string, unknown>>();
  const seen: Seen[] = [];
  let script: Parameters<StandIn['script']>[0] = () => undefined;
  let ids = 0;
  const id = (prefix: string) => `${prefix}_${++ids}`;
  const last4 = new Map<string, string>();

  const app = new Hono();
  app.post('/admin/v1/merchants', async (c) => {
    if (c.req.header('authorization') !== 'Bearer admin') return c.json({ error: {} }, 401);
    const merchant = JSON.parse(await c.req.text()) as { id: string };
    const keys = { secret: `sk_live_${merchant.id}`, public: `pk_live_${merchant.id}` };
    return c.json({ id: merchant.id, keys: { live: keys, test: keys } });
  });
  app.post('/v1/tokens', async (c) => {
    const { card } = form(await c.req.text()) as { card: { number: string } };
    const token = id('tok');
    last4.set(token, card.number.slice(-4));
    return c.json({ id: token, object: 'token', used: false, card: { last4: card.number.slice(-4) } });
  });
  app.post('/v1/customers', (c) => c.json({ id: id('cus'), object: 'customer', default_card: id('car') }));
  app.post('/v1/customers/:id/cards', async (c) => {
    const { card } = form(await c.req.text()) as { card: string };
    return c.json({ id: id('car'), object: 'card', customer: c.req.param('id'), last4: last4.get(card) });
  });
  app.post('/v1/charges', async (c) => {
    const asked = form(await c.req.text());
    const charge = {
      id: id('ch'),
      object: 'charge',
      amount: Number(asked.amount),
      amount_refunded: 0,
      paid: true,
      captured: asked.capture === 'true',
    };
    charges.set(charge.id, charge);
    return c.json(charge, 200, { 'breakwater-decided-by': 'acquirer', 'breakwater-acquirer': 'escott' });
  });
  app.get('/v1/charges/:id', (c) => c.json(charges.get(c.req.param('id')) ?? {}));
  app.post('/v1/charges/:id/capture', async (c) => {
    const charge = charges.get(c.req.param('id')) ?? {};
    const { amount = charge.amount } = form(await c.req.text());
    Object.assign(charge, { captured: true, amount_refunded: Number(charge.amount) - Number(amount) });
    return c.json(charge);
  });
  app.post('/v1/charges/:id/refund', async (c) => {
    const charge = charges.get(c.req.param('id')) ?? {};
    const { amount } = form(await c.req.text());
    const back = amount === undefined ? Number(charge.amount) : Number(charge.amount_refunded) + Number(amount);
    Object.assign(charge, { amount_refunded: back, refunded: true });
    return c.json(charge);
  });
  app.get('/api/v1/status.json', (c) => c.json({ status: 'operational', generatedAt: clock.monotonicMs() }));

  return {
    seen,
    charges,
    script: (answer) => {
      script = answer;
    },
    async fetch(url, { method, headers, body, drawKey }) {
      const { pathname } = new URL(url);
      const request: Seen = {
        atMs: clock.monotonicMs(),
        method,
        path: pathname,
        authorization: headers.authorization ?? '',
        idempotencyKey: headers['idempotency-key'] ?? null,
        drawKey: drawKey ?? null,
        form: form(body ?? ''),
      };
      seen.push(request);
      const healthy = () => ({
        id: id('ch'),
        object: 'charge',
        amount: Number(request.form.amount),
        amount_refunded: 0,
      });
      const scripted = script(request, healthy);
      if (scripted?.afterMs !== undefined) await clock.sleep(scripted.afterMs);
      if (scripted !== undefined && 'silent' in scripted)
        throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      if (scripted !== undefined && 'status' in scripted)
        return new Response(JSON.stringify(scripted.body), {
          status: scripted.status,
          headers: { ...scripted.headers },
        });
      return app.request(pathname, {
        method,
        headers: { ...headers },
        ...(method === 'GET' ? {} : { body: body ?? '' }),
      });
    },
  };
};
