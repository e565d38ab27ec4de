/**
 * The shapes the page accepts from outside: signed facts, and what operators write.
 *
 * The types live in `facts.ts` (the gateway imports them); `satisfies` keeps the two in step.
 */
import { z } from 'zod';
import { afterActionEntriesMax, components, type Fact, incidentStages, reaches } from './facts.ts';
import { announcementKinds } from './incident.ts';

/** Identifiers end up in addresses and logs, so they are plain. */
const Id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$/);
const Instance = z.string().min(1).max(80);
const WallMs = z.int().nonnegative();
const Level = z.enum(['operational', 'degraded', 'outage']);
const both = (maxLength: number) =>
  z.strictObject({ en: z.string().trim().min(1).max(maxLength), ja: z.string().trim().min(1).max(maxLength) });
const Title = both(200);
const Text = both(8_000);
const Stage = z.enum(incidentStages);
const maintenanceMaxMs = 7 * 86_400_000;
const announcementMaxMs = 31 * 86_400_000;
const Components = z.array(z.enum(components)).max(components.length);

const Name = z.string().min(1).max(60);
const Works = z.object({
  component: z.enum(components),
  reach: z.enum(reaches),
  at: z.array(z.object({ acquirer: Name, reach: z.enum(reaches), brands: z.array(Name).max(20) })).max(20),
});

const Cause = z.enum(['upstream_down', 'upstream_restricts_us', 'merchant_flood', 'our_own_fault', 'unknown']);
const Count = z.int().nonnegative();

const Incident = z.object({
  id: Id,
  title: Title,
  stage: Stage,
  cause: Cause,
  components: Components,
  startedAtMs: WallMs,
  updates: z.array(z.object({ stage: Stage, atMs: WallMs, text: Text, correctedAtMs: WallMs.optional() })).max(500),
});

const Record = z.object({
  incident: Id,
  title: Title,
  cause: Cause,
  causeText: Text,
  startedAtMs: WallMs,
  endedAtMs: WallMs,
  resolvedAtMs: WallMs,
  operations: z
    .array(z.object({ component: z.enum(components), attempted: Count, failed: Count }))
    .max(components.length),
  merchantsAffected: Count,
  timeline: z
    .array(z.object({ atMs: WallMs, text: Text, components: Components, attempted: Count, failed: Count }))
    .max(afterActionEntriesMax),
  measures: Text.nullable(),
});

/** One body of `POST /feed`. Unknown members are dropped, so that a newer gateway may say more. */
export const FactBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('beat'), instance: Instance, atMs: WallMs }),
  z.object({
    kind: z.literal('components'),
    instance: Instance,
    atMs: WallMs,
    levels: z.partialRecord(z.enum(components), Level),
    works: z.array(Works).max(components.length).optional(),
  }),
  z.object({ kind: z.literal('incident'), instance: Instance, atMs: WallMs, incident: Incident }),
  z.object({ kind: z.literal('after_action'), instance: Instance, atMs: WallMs, record: Record }),
]) satisfies z.ZodType<Fact>;

/**
 * What an operator writes.
 *
 * - `incident` names an existing one: an update to it (`stage` stays as it is when absent).
 * - no `incident` but a `stage`: opens an incident.
 * - neither: a plain announcement, the blog of 2017.
 */
export const AnnouncementBody = z
  .strictObject({
    incident: Id.optional(),
    stage: Stage.optional(),
    title: Title.optional(),
    text: Text,
    components: Components.optional(),
    /** How bad the named components are while a new incident is open. Default `degraded`. */
    level: z.enum(['degraded', 'outage']).optional(),
    /** When a new incident began, if earlier than now. */
    startedAtMs: WallMs.optional(),
    /** Of an announcement; `news` unless told. */
    kind: z.enum(announcementKinds).optional(),
    /** Days in Japan that an announcement is about; an end of support and days off need them. */
    fromDay: z.iso.date().optional(),
    toDay: z.iso.date().optional(),
  })
  .superRefine((body, context) => {
    const { kind, fromDay, toDay } = body;
    const wrong = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    const ofIncident = body.incident !== undefined || body.stage !== undefined;
    if (ofIncident && (kind !== undefined || fromDay !== undefined)) wrong('kind', 'belongs to an announcement');
    if ((kind === 'end_of_support' || kind === 'holiday') && fromDay === undefined)
      wrong('fromDay', `is needed for ${kind}`);
    if (toDay !== undefined && (fromDay === undefined || toDay < fromDay)) wrong('toDay', 'must not be before fromDay');
    if (toDay !== undefined && fromDay !== undefined && Date.parse(toDay) - Date.parse(fromDay) > announcementMaxMs)
      wrong('toDay', 'must be within 31 days of fromDay');
    if (body.incident === undefined && body.title === undefined)
      context.addIssue({ code: 'custom', path: ['title'], message: 'is needed unless an incident is named' });
    if (body.incident !== undefined && body.startedAtMs !== undefined)
      context.addIssue({ code: 'custom', path: ['startedAtMs'], message: 'belongs to a new incident' });
    if (body.incident !== undefined && body.level !== undefined)
      context.addIssue({ code: 'custom', path: ['level'], message: 'belongs to a new incident' });
  });
export type AnnouncementBody = z.infer<typeof AnnouncementBody>;

/** Work that is planned. At most a week ahead of its own end, so that a typing error in a year shows. */
export const MaintenanceBody = z
  .strictObject({
    title: Title,
    text: Text,
    components: Components.default([]),
    fromMs: WallMs,
    toMs: WallMs,
  })
  .superRefine(({ fromMs, toMs }, context) => {
    if (toMs <= fromMs) context.addIssue({ code: 'custom', path: ['toMs'], message: 'must be after fromMs' });
    if (toMs - fromMs > maintenanceMaxMs)
      context.addIssue({ code: 'custom', path: ['toMs'], message: 'must be within seven days of fromMs' });
  });
export type MaintenanceBody = z.infer<typeof MaintenanceBody>;

/** The first complaint, as `{path, reason}` for an answer. */
export const complaint = (error: z.ZodError): { readonly path: string; readonly reason: string } => {
  const issue = error.issues[0];
  return { path: issue?.path.join('.') ?? '', reason: issue?.message ?? 'invalid' };
};
