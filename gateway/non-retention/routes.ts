/** Operators' calls about card numbers from servers: the report, and the notices to those in it. */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { formAsked, pageHeaders } from '../compliance/html.ts';
import { answerJson, badRequest, noSuch, operatorsOnly, readJson } from '../merchants/routes.ts';
import type { Notices } from '../notices/notices.ts';
import type { Clock, Store } from '../ports.ts';
import type { NonRetention } from './non-retention.ts';
import { htmlOf, type PassthroughReport, reportOf, textOf } from './report.ts';
import { noteTold, noticesTold, usesSince } from './store.ts';
import { passthroughWords } from './words.ts';

/** The report's query. */
export const ReportAsked = z.strictObject({
  format: z.enum(['json', 'text', 'html']).optional(),
  /** How far back, in days: 90 unless told. */
  days: z.string().optional(),
});

export const SendPassthroughNotices = z.strictObject({
  /** One merchant of the report; absent: all of them. */
  merchant: z.string().min(1).optional(),
  /** Also those that were told before. */
  again: z.boolean().default(false),
});

export interface NonRetentionRoutesDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly adminToken: string;
  readonly nonRetention: NonRetention;
  readonly notices: Pick<Notices, 'passthrough'>;
}

const dayMs = 86_400_000;
const daysDefault = 90;
const daysMax = 3_660;

/** `?days=`: how far back; null: no such number. */
const daysAsked = (context: Context): number | null => {
  const asked = context.req.query('days') ?? String(daysDefault);
  return /^[1-9][0-9]{0,3}$/.test(asked) && Number(asked) <= daysMax ? Number(asked) : null;
};

/** Of the last so many days. */
export const passthroughReport = async (
  { store, clock, nonRetention }: Pick<NonRetentionRoutesDeps, 'store' | 'clock' | 'nonRetention'>,
  days: number,
): Promise<PassthroughReport> => {
  await nonRetention.records.flush();
  const atMs = clock.wallMs();
  const sinceMs = atMs - days * dayMs;
  return store.read(async (tx) => {
    const told = await tx.all(noticesTold, {});
    return reportOf(
      await tx.all(usesSince, { since: sinceMs }),
      new Map(told.map(({ merchant_id, told_ms }) => [merchant_id, Number(told_ms)])),
      { atMs, sinceMs, schedule: nonRetention.schedule },
    );
  });
};

export const nonRetentionRoutes = (app: Hono, deps: NonRetentionRoutesDeps): void => {
  const { store, clock, adminToken, nonRetention, notices } = deps;
  const forOperators = operatorsOnly(adminToken);

  const report = (days: number): Promise<PassthroughReport> => passthroughReport(deps, days);

  app.get(
    '/admin/v1/non-retention',
    forOperators(async (context) => {
      const form = formAsked(context);
      const days = daysAsked(context);
      if (form === null) return badRequest(context, 'format: is none of json, text, html');
      if (days === null) return badRequest(context, `days: is no number from 1 to ${daysMax}`);
      const found = await report(days);
      if (form === 'html') return context.html(htmlOf(found), 200, pageHeaders);
      if (form === 'text') return context.text(textOf(found), 200, { 'Breakwater-Decided-By': 'gateway' });
      return answerJson(context, found);
    }),
  );

  app.post(
    '/admin/v1/non-retention/notices',
    forOperators(async (context) => {
      const read = await readJson(context, SendPassthroughNotices);
      if (!read.ok) return badRequest(context, read.reason);
      const { merchant: only, again } = read.value;
      const { merchants } = await report(daysDefault);
      const wanted = only === undefined ? merchants : merchants.filter(({ merchant }) => merchant === only);
      if (only !== undefined && wanted.length === 0) return noSuch(context, 'merchant in the report', only);
      const told: string[] = [];
      const toldBefore: string[] = [];
      const unreachable: string[] = [];
      for (const one of wanted) {
        if (!one.reachable) unreachable.push(one.merchant);
        else if (one.toldMs !== null && !again) toldBefore.push(one.merchant);
        else {
          const nowMs = clock.wallMs();
          await notices.passthrough(one.merchant, passthroughWords(one, nonRetention.schedule, nowMs));
          await store.unit((tx) => tx.run(noteTold, { merchant: one.merchant, at: nowMs }));
          told.push(one.merchant);
        }
      }
      return answerJson(context, { told, toldBefore, unreachable });
    }),
  );
};
