/**
 * The merchants' own servers: they accept notices and webhooks at once, as the gateway's delivery
 * rules ask for, and learn from them what became of their charges.
 */
import { type Context, Hono } from 'hono';
import type { CastReports } from '../judge/observation.ts';
import { isObject, jsonObject } from './client.ts';
import type { ToldBook } from './told.ts';

export interface ReceiverDeps {
  /** The merchant's id at the gateway; undefined when nobody by that name is enrolled. */
  readonly merchantIdOf: (member: string) => string | undefined;
  /** Will anybody of that name enrol? Their server stands before they do. */
  readonly isExpected?: (member: string) => boolean;
  readonly reports: Pick<CastReports, 'received'>;
  readonly told: ToldBook;
  readonly nowMs: () => number;
}

/** `POST /:member/notices` and `/:member/webhooks`: 200, or 404 for a stranger, 400 for no event. */
export const createReceivers = ({ merchantIdOf, isExpected, reports, told, nowMs }: ReceiverDeps): Hono => {
  const receive = async (
    c: Context,
    learn: (member: string, merchantId: string, body: Readonly<Record<string, unknown>>) => void,
  ) => {
    const member = c.req.param('member') ?? '';
    const merchantId = merchantIdOf(member);
    // Events of the enrolment itself: taken, and of no interest to anybody yet.
    if (merchantId === undefined && isExpected?.(member) === true) return c.json({ received: true });
    if (merchantId === undefined) return c.json({ error: 'no such merchant' }, 404);
    const body = jsonObject(await c.req.text());
    if (body === null || typeof body.type !== 'string') return c.json({ error: 'not an event' }, 400);
    learn(member, merchantId, body);
    reports.received({ member, atMs: nowMs(), type: body.type, body });
    return c.json({ received: true });
  };

  return new Hono()
    .post('/:member/notices', (c) => receive(c, () => {}))
    .post('/:member/webhooks', (c) =>
      receive(c, (member, merchantId, body) => {
        if (!isObject(body.data)) return;
        told.shown({ member, merchantId, idempotencyKey: null, amountYen: null }, body.data, nowMs());
      }),
    );
};
