/**
 * Operators' calls about card testing: what was decided and why, who waits for a person, the rules that run, and the
 * lists. JSON, behind the admin token. Cards are named by their fingerprints, never by their numbers.
 */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { answerJson, badRequest, noSuch, operatorsOnly, readJson } from '../merchants/routes.ts';
import type { Store } from '../ports.ts';
import type { FraudDecisionRow, FraudListRow } from '../store/database.ts';
import { networkOf } from './address.ts';
import type { FraudRoom } from './fraud.ts';
import { listKinds } from './lists.ts';
import { decideReview } from './review.ts';
import { decisionsAbout, decisionsOf, listDecisions, listReviews } from './store.ts';

const hourMs = 3_600_000;
const listMax = 100;
/** What a person says of a card holds this long unless told otherwise. */
const reviewedHours = 30 * 24;

export const DecisionsAsked = z.strictObject({
  merchant: z.string().optional(),
  /** A token or card, as the API names it. */
  object: z.string().optional(),
  /** `recent`: from memory, and "allow" too; else the stored ones. */
  from: z.enum(['recent', 'stored']).optional(),
  /** Not later than this wall time, ms. */
  before: z
    .string()
    .regex(/^\d{1,15}$/, 'must be milliseconds')
    .optional(),
});

export const ReviewsAsked = z.strictObject({ state: z.enum(['open', 'cleared', 'confirmed']).optional() });

export const Reviewed = z.strictObject({
  /** `clear`: the card is let through from now on. `confirm`: never. */
  verdict: z.enum(['clear', 'confirm']),
  note: z.string().max(500).optional(),
  hours: z
    .int()
    .min(1)
    .max(24 * 3_650)
    .default(reviewedHours),
});

const network = /^(?:\d{1,3}(?:\.\d{1,3}){2}\.0\/24|[0-9a-f:]+::\/48)$/;
const shapes: Readonly<Record<(typeof listKinds)[number], RegExp>> = {
  card: /^[0-9a-f]{32}$/,
  address: /^[0-9a-f.:]{2,45}$/,
  network,
  email: /^\S+@\S+$/,
  merchant: /^[A-Za-z0-9_-]{1,60}$/,
};

export const Listing = z
  .strictObject({
    list: z.enum(['allow', 'deny']),
    kind: z.enum(listKinds),
    value: z.string().min(1).max(255).toLowerCase(),
    reason: z.string().min(1).max(500),
    /** Absent: until it is removed. */
    hours: z
      .int()
      .min(1)
      .max(24 * 3_650)
      .optional(),
  })
  .superRefine(({ list, kind, value }, context) => {
    if (!shapes[kind].test(value)) context.addIssue({ code: 'custom', path: ['value'], message: `is no ${kind}` });
    else if (kind === 'address' && networkOf(value) === value)
      context.addIssue({ code: 'custom', path: ['value'], message: 'is no address' });
    if (kind === 'merchant' && list === 'deny')
      context.addIssue({ code: 'custom', path: ['list'], message: 'a merchant is paused, not denied' });
  });

/** Any JSON object; the rules' own schema says what is wrong with it, and where. */
export const NewRules = z.record(z.string(), z.unknown());

const decisionView = (row: FraudDecisionRow) => ({
  id: row.id,
  atMs: Number(row.at_ms),
  merchant: row.merchant_id,
  livemode: row.livemode === 1,
  kind: row.kind,
  card: row.card,
  address: row.address,
  email: row.email,
  amount: row.amount,
  object: row.object_id,
  decision: row.decision,
  note: row.note,
  score: row.score,
  rules: JSON.parse(row.rules) as string[],
  features: JSON.parse(row.features) as Record<string, number>,
  review: row.review,
  reviewedMs: row.reviewed_ms === null ? null : Number(row.reviewed_ms),
  reviewNote: row.review_note,
});

const listedView = (row: FraudListRow) => ({
  id: row.id,
  list: row.list,
  kind: row.kind,
  value: row.value,
  reason: row.reason,
  createdMs: Number(row.created_ms),
  untilMs: row.until_ms === null ? null : Number(row.until_ms),
});

export interface FraudRoutesDeps {
  readonly fraud: FraudRoom;
  readonly store: Store;
  readonly wallMs: () => number;
  readonly adminToken: string;
}

export const fraudRoutes = (app: Hono, { fraud, store, wallMs, adminToken }: FraudRoutesDeps): void => {
  const forOperators = operatorsOnly(adminToken);
  const idOf = (context: Context): string => context.req.param('id') ?? '';
  const asked = <Schema extends z.ZodType>(context: Context, schema: Schema) => schema.safeParse(context.req.query());
  const wrong = (context: Context, { issues }: z.ZodError): Response =>
    badRequest(context, `${issues[0]?.path.join('.') || 'query'}: ${issues[0]?.message ?? ''}`);

  app.get(
    '/admin/v1/fraud/decisions',
    forOperators(async (context) => {
      const read = asked(context, DecisionsAsked);
      if (!read.success) return wrong(context, read.error);
      const { merchant, object, from, before } = read.data;
      if (from === 'recent') {
        const all = fraud.book.recent.list(Number.MAX_SAFE_INTEGER);
        const data = all.filter(
          (one) =>
            (merchant === undefined || one.merchantId === merchant) &&
            (object === undefined || one.objectId === object),
        );
        return answerJson(context, { data: data.slice(0, listMax).map(recentView), lost: fraud.book.lost() });
      }
      // What waits to be written belongs to the answer.
      await fraud.book.flush();
      const at = before === undefined ? wallMs() : Number(before);
      const rows = await store.read((tx) =>
        object !== undefined
          ? tx.all(decisionsAbout, { object })
          : merchant !== undefined
            ? tx.all(decisionsOf, { merchant, before: at, limit: listMax })
            : tx.all(listDecisions, { before: at, limit: listMax }),
      );
      return answerJson(context, { data: rows.map(decisionView), lost: fraud.book.lost() });
    }),
  );
  app.get(
    '/admin/v1/fraud/reviews',
    forOperators(async (context) => {
      const read = asked(context, ReviewsAsked);
      if (!read.success) return wrong(context, read.error);
      await fraud.book.flush();
      const rows = await store.read((tx) => tx.all(listReviews, { state: read.data.state ?? 'open', limit: listMax }));
      return answerJson(context, { data: rows.map(decisionView), lost: fraud.book.lost() });
    }),
  );
  app.post(
    '/admin/v1/fraud/reviews/:id',
    forOperators(async (context) => {
      const read = await readJson(context, Reviewed);
      if (!read.ok) return badRequest(context, read.reason);
      const { verdict, note = null, hours } = read.value;
      const id = idOf(context);
      const row = await decideReview({ fraud, store, wallMs }, { id, verdict, note, hours });
      if (row === undefined) return noSuch(context, 'open review', id);
      return answerJson(context, decisionView(row));
    }),
  );
  app.get(
    '/admin/v1/fraud/rules',
    forOperators(async (context) =>
      answerJson(context, { mode: fraud.mode, ...fraud.rulesState(), rules: fraud.rules() }),
    ),
  );
  const took = (context: Context, faults: readonly { readonly path: string; readonly reason: string }[]): Response =>
    faults.length === 0
      ? answerJson(context, { mode: fraud.mode, ...fraud.rulesState(), rules: fraud.rules() })
      : badRequest(context, faults.map(({ path, reason }) => (path === '' ? reason : `${path}: ${reason}`)).join('; '));
  app.post(
    '/admin/v1/fraud/rules',
    forOperators(async (context) => {
      const read = await readJson(context, NewRules);
      return read.ok ? took(context, fraud.setRules(read.value)) : badRequest(context, read.reason);
    }),
  );
  app.post(
    '/admin/v1/fraud/rules/reload',
    forOperators(async (context) => {
      const faults = fraud.reload();
      return faults === null ? badRequest(context, 'there is no rules file (FRAUD_RULES)') : took(context, faults);
    }),
  );
  app.get(
    '/admin/v1/fraud/lists',
    forOperators(async (context) => answerJson(context, { data: fraud.lists.all().map(listedView) })),
  );
  app.post(
    '/admin/v1/fraud/lists',
    forOperators(async (context) => {
      const read = await readJson(context, Listing);
      if (!read.ok) return badRequest(context, read.reason);
      const { hours, ...entry } = read.value;
      const added = await fraud.lists.add({
        ...entry,
        untilMs: hours === undefined ? null : wallMs() + hours * hourMs,
      });
      return added === null ? badRequest(context, 'the lists are full') : answerJson(context, listedView(added));
    }),
  );
  app.delete(
    '/admin/v1/fraud/lists/:id',
    forOperators(async (context) => {
      const id = idOf(context);
      return (await fraud.lists.remove(id)) ? answerJson(context, { id, deleted: true }) : noSuch(context, 'entry', id);
    }),
  );
};

const recentView = (one: ReturnType<FraudRoom['book']['recent']['list']>[number]) => ({
  id: `recent-${one.seq}`,
  atMs: one.atMs,
  merchant: one.merchantId,
  livemode: null,
  kind: one.kind,
  card: one.card,
  address: one.address,
  email: null,
  amount: one.features.amountYen ?? 0,
  object: one.objectId,
  decision: one.decision,
  note: one.note,
  score: one.score,
  rules: one.rules,
  features: one.features,
  review: null,
  reviewedMs: null,
  reviewNote: null,
});
