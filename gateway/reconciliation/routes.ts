/** Operators' calls about reconciliations: JSON or text, behind the admin token. */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { answerJson, isBearer, readJson } from '../merchants/routes.ts';
import type { ReconciliationRow } from '../store/database.ts';
import { dateAt, spanOf } from './business-day.ts';
import { isClean, type Report, textOf } from './report.ts';
import type { Reconciliations } from './service.ts';

export const NewRun = z.strictObject({
  acquirer: z.string().min(1),
  /** The business day in Japan, `yyyyMMdd` or `yyyy-MM-dd`. */
  date: z
    .string()
    .transform((text) => text.replaceAll('-', ''))
    .refine((date) => spanOf(date) !== null, 'is not a date (yyyyMMdd)'),
});

const listMax = 100;

const view = (row: Omit<ReconciliationRow, 'report'>) => ({
  id: row.id,
  acquirer: row.acquirer,
  date: row.date,
  cause: row.cause,
  state: row.state,
  tries: row.tries,
  dueMs: row.due_ms,
  reason: row.reason,
  discrepancies: row.discrepancies,
  createdMs: row.created_ms,
  finishedMs: row.finished_ms,
});

export interface ReconciliationRoutesDeps {
  readonly reconciliations: Reconciliations;
  readonly acquirers: readonly string[];
  readonly wallMs: () => number;
  readonly adminToken: string;
}

export const reconciliationRoutes = (
  app: Hono,
  { reconciliations, acquirers, wallMs, adminToken }: ReconciliationRoutesDeps,
): void => {
  const refusal = (context: Context, status: number, type: string, message: string): Response =>
    answerJson(context, { error: { message, type, status } }, status);
  const forOperators =
    (handle: (context: Context) => Promise<Response>) =>
    async (context: Context): Promise<Response> =>
      isBearer(context.req.header('Authorization'), adminToken)
        ? handle(context)
        : refusal(context, 401, 'auth_error', 'This call needs the admin token');

  app.post(
    '/admin/v1/reconciliations',
    forOperators(async (context) => {
      const read = await readJson(context, NewRun);
      if (!read.ok) return refusal(context, 400, 'client_error', read.reason);
      const { acquirer, date } = read.value;
      if (!acquirers.includes(acquirer))
        return refusal(context, 400, 'client_error', `acquirer: is none of ${acquirers.join(', ')}`);
      if (date > dateAt(wallMs())) return refusal(context, 400, 'client_error', 'date: has not begun');
      return answerJson(context, view(await reconciliations.begin({ acquirer, date })), 202);
    }),
  );
  app.get(
    '/admin/v1/reconciliations',
    forOperators(async (context) =>
      answerJson(context, { data: (await reconciliations.latest(listMax)).map((row) => view(row)) }),
    ),
  );
  app.get(
    '/admin/v1/reconciliations/:id',
    forOperators(async (context) => {
      const row = await reconciliations.find(context.req.param('id') ?? '');
      if (row === undefined) return refusal(context, 404, 'client_error', 'No such reconciliation');
      const report = row.report === null ? null : (JSON.parse(row.report) as Report);
      const asText =
        context.req.query('format') === 'text' || context.req.header('Accept')?.startsWith('text/plain') === true;
      if (!asText)
        return answerJson(context, { ...view(row), clean: report === null ? null : isClean(report), report });
      const text =
        report === null
          ? `Reconciliation ${row.acquirer} ${row.date}: ${row.state}${row.reason === null ? '' : ` (${row.reason})`}\n`
          : textOf(report);
      return context.text(text, 200, { 'Breakwater-Decided-By': 'gateway' });
    }),
  );
};
