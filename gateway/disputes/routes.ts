/** What acquirers tell of disputes (`POST /upstream/disputes`, their token), and what operators read of them. */
import type { Hono } from 'hono';
import { z } from 'zod';
import { answerJson, badRequest, isBearer, noSuch, operatorsOnly, readJson } from '../merchants/routes.ts';
import type { Log } from '../ports.ts';
import type { Disputes } from './service.ts';
import { disputeForOperators } from './view.ts';

const name = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const yen = z.int().min(0).max(9_999_999);

export const UpstreamDispute = z.strictObject({
  acquirer: name,
  /** The acquirer's name for it: told again, it is the same one. */
  dispute: name,
  /** Our reference of the payment. */
  reference: name,
  reason: z.enum(['fraud', 'other']),
  reasonCode: z
    .string()
    .regex(/^[A-Za-z0-9.]{1,10}$/)
    .nullable()
    .default(null),
  amountYen: yen.min(1),
  /** What it took from us; 0: the issuer bears it. */
  debitedYen: yen,
  atMs: z.number(),
});

/** The list's query. */
export const DisputesAsked = z.strictObject({ merchant: z.string().min(1).max(60).optional() });

const listMax = 100;

export interface DisputeRoutesDeps {
  readonly disputes: Disputes;
  readonly log: Log;
  readonly upstreamToken: string;
  readonly adminToken: string;
  readonly acquirers: readonly string[];
}

export const disputeRoutes = (app: Hono, deps: DisputeRoutesDeps): void => {
  const { disputes, log, upstreamToken, adminToken, acquirers } = deps;
  const forOperators = operatorsOnly(adminToken);

  app.post('/upstream/disputes', async (context) => {
    const refusal = (status: number, type: string, message: string) =>
      answerJson(context, { error: { message, type, status } }, status);
    if (!isBearer(context.req.header('Authorization'), upstreamToken)) {
      log.warn({ event: 'upstream.forged' });
      return refusal(401, 'auth_error', 'Unknown sender');
    }
    const read = await readJson(context, UpstreamDispute);
    if (!read.ok) return badRequest(context, read.reason);
    if (!acquirers.includes(read.value.acquirer)) return badRequest(context, 'acquirer: not one of ours');
    const taken = await disputes.take(read.value);
    switch (taken.kind) {
      case 'taken':
        return answerJson(context, { received: true, dispute: taken.dispute.id, borneBy: taken.dispute.borne_by });
      case 'no_such':
        return noSuch(context, 'payment', read.value.reference);
      case 'pending':
        return refusal(409, 'client_error', 'An operation of this payment is not finished yet: tell it again later');
      case 'refused':
        return badRequest(context, taken.reason);
    }
  });
  app.get(
    '/admin/v1/disputes',
    forOperators(async (context) => {
      const asked = DisputesAsked.safeParse(context.req.query());
      if (!asked.success) return badRequest(context, 'merchant: is the only parameter');
      const rows = await disputes.latest(asked.data.merchant ?? null, listMax);
      return answerJson(context, { data: rows.map(disputeForOperators) });
    }),
  );
  app.get(
    '/admin/v1/disputes/:id',
    forOperators(async (context) => {
      const id = context.req.param('id') ?? '';
      const row = await disputes.find(id);
      return row === undefined ? noSuch(context, 'dispute', id) : answerJson(context, disputeForOperators(row));
    }),
  );
};
