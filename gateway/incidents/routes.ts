/**
 * Operators' calls about incidents and maintenance: JSON, behind the admin token. The pages for
 * them are in `console/`. What the machine may not say, people may not either: 409 `still_bad`.
 */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { answerJson, badRequest, noSuch, operatorsOnly, readJson } from '../merchants/routes.ts';
import type { Store } from '../ports.ts';
import { type AfterAction, components, incidentStages } from '../status-page/facts.ts';
import type { IncidentRow } from '../store/database.ts';
import type { Incidents, Written } from './door.ts';
import type { Windows } from './maintenance.ts';
import { fromKept, type Kept, viewOf } from './open-incident.ts';
import { incidentById, latestIncidents, saveRecord } from './store.ts';

const both = (max: number) =>
  z.strictObject({ en: z.string().trim().min(1).max(max), ja: z.string().trim().min(1).max(max) });
const Text = both(8_000);
const Title = both(200);
const Components = z.array(z.enum(components)).min(1).max(components.length);
const Stage = z.enum(incidentStages);
const Cause = z.enum(['upstream_down', 'upstream_restricts_us', 'merchant_flood', 'our_own_fault', 'unknown']);

export const NewIncident = z.strictObject({
  title: Title,
  text: Text,
  components: Components,
  cause: Cause.optional(),
  stage: Stage.exclude(['resolved']).optional(),
});
export const Update = z
  .strictObject({
    text: Text.optional(),
    stage: Stage.optional(),
    title: Title.optional(),
    cause: Cause.optional(),
    components: Components.optional(),
    measures: Text.optional(),
    causeRemoved: z.boolean().optional(),
  })
  .superRefine(({ stage, text }, context) => {
    if (stage !== undefined && text === undefined)
      context.addIssue({ code: 'custom', path: ['text'], message: 'is needed with a stage: readers want to know why' });
  });
export const Correction = z.strictObject({ text: Text });
export const Merge = z.strictObject({ into: z.string().min(1).max(80) });
export const Measures = z.strictObject({ measures: Text });
export const NewWindow = z
  .strictObject({
    acquirer: z.string().min(1).max(64).nullable().default(null),
    components: z.array(z.enum(components)).max(components.length).default([]),
    reason: z.string().trim().min(1).max(500),
    fromMs: z.int().nonnegative(),
    toMs: z.int().nonnegative(),
    stopsApi: z.boolean().default(false),
  })
  .superRefine(({ acquirer, stopsApi, fromMs, toMs }, context) => {
    if (stopsApi && acquirer !== null)
      context.addIssue({ code: 'custom', path: ['stopsApi'], message: 'is of our own work: leave acquirer out' });
    if (toMs <= fromMs) context.addIssue({ code: 'custom', path: ['toMs'], message: 'must be after fromMs' });
    if (toMs - fromMs > 7 * 86_400_000)
      context.addIssue({ code: 'custom', path: ['toMs'], message: 'must be within seven days of fromMs' });
  });

const listMax = 100;

export const incidentRoutes = (
  app: Hono,
  deps: {
    readonly incidents: Incidents;
    readonly windows: Windows;
    readonly store: Store;
    readonly wallMs: () => number;
    readonly adminToken: string;
    readonly acquirers: readonly string[];
    readonly publishRecord: (record: AfterAction) => void;
  },
): void => {
  const { incidents, windows, store } = deps;
  const forOperators = operatorsOnly(deps.adminToken);
  const idOf = (context: Context): string => context.req.param('id') ?? '';

  const answer = (context: Context, written: Written): Response => {
    if (written.done === 'written') return answerJson(context, { incident: written.incident });
    if (written.why === 'still_bad')
      return answerJson(
        context,
        {
          error: {
            message: 'An indicator is bad, a breaker is not closed, or the cause is only blocked',
            type: 'client_error',
            status: 409,
            code: 'still_bad',
          },
        },
        409,
      );
    return noSuch(context, written.why === 'no_such_update' ? 'update' : 'incident', idOf(context));
  };

  const past = (row: IncidentRow): object => ({
    ...viewOf(fromKept(row.id, JSON.parse(row.state) as Kept, 0, deps.wallMs())),
    public: row.public === 1,
    open: row.open === 1,
    record: row.record === null ? null : (JSON.parse(row.record) as object),
  });

  app.get(
    '/admin/v1/incidents',
    forOperators(async (context) => {
      const rows = await store.read((tx) => tx.all(latestIncidents, { limit: listMax })).catch(() => []);
      const open = incidents.open();
      return answerJson(context, { open, past: rows.filter((row) => row.open === 0).map(past) });
    }),
  );
  app.get(
    '/admin/v1/incidents/:id',
    forOperators(async (context) => {
      const open = incidents.open().find(({ id }) => id === idOf(context));
      if (open !== undefined) return answerJson(context, { incident: open });
      const row = await store.read((tx) => tx.first(incidentById, { id: idOf(context) }));
      return row === undefined
        ? noSuch(context, 'incident', idOf(context))
        : answerJson(context, { incident: past(row) });
    }),
  );
  app.post(
    '/admin/v1/incidents',
    forOperators(async (context) => {
      const read = await readJson(context, NewIncident);
      return read.ok ? answer(context, incidents.raise(read.value)) : badRequest(context, read.reason);
    }),
  );
  app.post(
    '/admin/v1/incidents/:id/updates',
    forOperators(async (context) => {
      const read = await readJson(context, Update);
      return read.ok
        ? answer(context, await incidents.write(idOf(context), read.value))
        : badRequest(context, read.reason);
    }),
  );
  app.put(
    '/admin/v1/incidents/:id/updates/:index',
    forOperators(async (context) => {
      const read = await readJson(context, Correction);
      const index = Number(context.req.param('index'));
      if (!read.ok) return badRequest(context, read.reason);
      if (!Number.isSafeInteger(index) || index < 0) return noSuch(context, 'update', context.req.param('index') ?? '');
      return answer(context, await incidents.correct(idOf(context), index, read.value.text));
    }),
  );
  app.post(
    '/admin/v1/incidents/:id/publish',
    forOperators(async (context) => answer(context, await incidents.publishNow(idOf(context)))),
  );
  app.post(
    '/admin/v1/incidents/:id/merge',
    forOperators(async (context) => {
      const read = await readJson(context, Merge);
      return read.ok
        ? answer(context, await incidents.merge(idOf(context), read.value.into))
        : badRequest(context, read.reason);
    }),
  );
  // The record of one that is over: measures are known only afterwards.
  app.put(
    '/admin/v1/incidents/:id/record',
    forOperators(async (context) => {
      const read = await readJson(context, Measures);
      if (!read.ok) return badRequest(context, read.reason);
      const id = idOf(context);
      const row = await store.read((tx) => tx.first(incidentById, { id }));
      if (row === undefined || row.open === 1 || row.record === null) return noSuch(context, 'record', id);
      const record = { ...(JSON.parse(row.record) as AfterAction), measures: read.value.measures };
      await store.unit((tx) => tx.run(saveRecord, { id, record: JSON.stringify(record), updated_ms: deps.wallMs() }));
      if (row.public === 1) deps.publishRecord(record);
      return answerJson(context, { record });
    }),
  );

  app.get(
    '/admin/v1/maintenance',
    forOperators(async (context) => answerJson(context, { windows: windows.list() })),
  );
  app.post(
    '/admin/v1/maintenance',
    forOperators(async (context) => {
      const read = await readJson(context, NewWindow);
      if (!read.ok) return badRequest(context, read.reason);
      const { acquirer } = read.value;
      if (acquirer !== null && !deps.acquirers.includes(acquirer))
        return badRequest(context, 'acquirer: not one of ours');
      return answerJson(context, { window: await windows.plan(read.value) }, 201);
    }),
  );
  app.delete(
    '/admin/v1/maintenance/:id',
    forOperators(async (context) =>
      (await windows.cancel(idOf(context)))
        ? answerJson(context, { id: idOf(context), cancelled: true })
        : noSuch(context, 'maintenance window', idOf(context)),
    ),
  );
};
