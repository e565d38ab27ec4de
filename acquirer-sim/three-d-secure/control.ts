/** `/sim/v1/three-d-secure/*`: looking into the program, and answering for a cardholder without a browser. */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { SIMULATOR } from '../control/operation.ts';
import { firstIssue } from '../control/schema.ts';
import type { Acs } from './acs.ts';
import type { ThreeDSecureConfig } from './config.ts';
import { rowOf, TdsFaultRule, tdsFaultKinds } from './faults/fault.ts';
import type { TdsFaults } from './faults/faults.ts';
import type { Directory } from './issuers.ts';
import type { Transaction } from './transactions.ts';

interface Dependencies {
  readonly acs: Acs;
  readonly directory: Directory;
  readonly faults: TdsFaults;
  readonly config: ThreeDSecureConfig;
  reset(): void;
}

const headers = { [SIMULATOR]: 'control' };
const BODY_MAX = 65_536;

const Answer = z.strictObject({ as: z.enum(['pass', 'fail', 'cancel']) });
const Query = z.strictObject({
  threeDSServerTransID: z.string().optional(),
  issuer: z.string().optional(),
  state: z.enum(['asked', 'challenge', 'decoupled', 'reporting', 'ended']).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

/** What anybody may see of one: never a card number. */
const viewOf = (transaction: Transaction, acs: Acs) => {
  const { challenge, verdict, report, request } = transaction;
  return {
    acsTransID: transaction.acsTransID,
    threeDSServerTransID: transaction.threeDSServerTransID,
    dsTransID: transaction.dsTransID,
    issuer: transaction.issuer.id,
    brand: transaction.issuer.brand,
    messageVersion: transaction.version,
    card: transaction.card,
    cardLast4: transaction.cardLast4,
    amountYen: transaction.amountYen,
    merchantName: request.merchantName ?? null,
    state: transaction.state,
    /** Of the ARes; null: none was sent. */
    answered: transaction.answered,
    /** How it ended; null: not yet. */
    transStatus: verdict === null ? null : transaction.answered === 'I' ? 'I' : verdict.status,
    transStatusReason: verdict?.reason ?? null,
    challengeCancel: verdict?.cancel ?? null,
    askedAtMs: transaction.askedAtMs,
    endedAtMs: transaction.endedAtMs,
    challenge:
      challenge === null
        ? null
        : {
            by: challenge.by,
            phase: challenge.phase,
            interactions: challenge.interactions,
            wrong: challenge.wrong,
            resends: challenge.resends,
            code: challenge.by === 'code' ? acs.code(transaction) : null,
          },
    rreq: { ...report },
    faults: transaction.faults.map(({ rule }) => rule.kind),
    notificationURL: request.notificationURL ?? null,
    cres: transaction.cres,
    threeDSSessionData: transaction.sessionData,
  };
};

export const createThreeDSecureControl = ({ acs, directory, faults, config, reset }: Dependencies): Hono => {
  const app = new Hono();
  const say = (c: Context, body: object, status: 200 | 201 = 200) => c.json(body, status, headers);
  const refuse = (c: Context, status: 400 | 401 | 404 | 409 | 413, path: string, reason: string) =>
    c.json({ error: { path, reason } }, status, headers);

  const { controlToken } = config;
  if (controlToken !== undefined) {
    app.use(async (c, next) =>
      c.req.header('authorization') === `Bearer ${controlToken}`
        ? next()
        : refuse(c, 401, 'authorization', 'wants the control token as a bearer'),
    );
  }

  const read = async <T>(c: Context, schema: z.ZodType<T, unknown>): Promise<{ value: T } | { refused: Response }> => {
    const text = await c.req.text();
    if (text.length > BODY_MAX) return { refused: refuse(c, 413, '', `has more than ${BODY_MAX} characters`) };
    let input: unknown;
    try {
      input = JSON.parse(text === '' ? '{}' : text);
    } catch {
      return { refused: refuse(c, 400, '', 'the body is not JSON') };
    }
    const parsed = schema.safeParse(input);
    if (parsed.success) return { value: parsed.data };
    const { path, reason } = firstIssue(parsed.error);
    return { refused: refuse(c, 400, path, reason) };
  };

  app.get('/transactions', (c) => {
    const parsed = Query.safeParse(c.req.query());
    if (!parsed.success) {
      const { path, reason } = firstIssue(parsed.error);
      return refuse(c, 400, path, reason);
    }
    const { threeDSServerTransID, issuer, state, limit } = parsed.data;
    const rows = [];
    for (const transaction of acs.transactions.list()) {
      if (rows.length >= limit) break;
      if (threeDSServerTransID !== undefined && transaction.threeDSServerTransID !== threeDSServerTransID) continue;
      if (issuer !== undefined && transaction.issuer.id !== issuer) continue;
      if (state !== undefined && transaction.state !== state) continue;
      rows.push(viewOf(transaction, acs));
    }
    return say(c, { rows });
  });

  app.get('/transactions/:id', (c) => {
    const transaction = acs.transactions.find(c.req.param('id'));
    return transaction === undefined
      ? refuse(c, 404, 'id', 'there is no such authentication')
      : say(c, viewOf(transaction, acs));
  });

  app.post('/transactions/:id/answer', async (c) => {
    const body = await read(c, Answer);
    if ('refused' in body) return body.refused;
    const transaction = acs.transactions.find(c.req.param('id'));
    if (transaction === undefined) return refuse(c, 404, 'id', 'there is no such authentication');
    if (!acs.answerFor(transaction, body.value.as))
      return refuse(c, 409, 'id', `its state is ${transaction.state}: nobody is asked anything`);
    await transaction.reporting;
    return say(c, viewOf(transaction, acs));
  });

  app.get('/faults', (c) => say(c, { rows: faults.list(), totals: faults.totals() }));
  app.post('/faults', async (c) => {
    const body = await read(c, TdsFaultRule);
    if ('refused' in body) return body.refused;
    const { issuers = [] } = body.value;
    const known = new Set(directory.issuers.map(({ id }) => id));
    for (const [nth, id] of issuers.entries())
      if (!known.has(id)) return refuse(c, 400, `issuers.${nth}`, `there is no issuer ${id}`);
    return say(c, faults.set(body.value), 201);
  });
  app.delete('/faults/:id', (c) => {
    const removed = faults.remove(c.req.param('id'));
    return removed === undefined ? refuse(c, 404, 'id', 'there is no such rule') : say(c, removed);
  });
  app.get('/fault-kinds', (c) => say(c, { rows: tdsFaultKinds.map((kind) => ({ kind, row: rowOf(kind) })) }));

  app.get('/issuers', (c) =>
    say(c, {
      rows: directory.issuers.map((issuer) => ({
        ...issuer,
        ranges: directory.ranges.filter((range) => range.issuer === issuer).map(({ start, end }) => ({ start, end })),
      })),
    }),
  );
  app.post('/reset', (c) => {
    reset();
    return say(c, {});
  });
  app.all('*', (c) => refuse(c, 404, c.req.path, 'there is no such control call'));
  return app;
};
