/**
 * What the status page must be told before it can run. Every wait is a number here, so that a
 * scenario can state it and a test can shorten it.
 */
import { z } from 'zod';
import { SubscriptionSettings } from './subscribers/settings.ts';

const ms = z.int().positive();

export const StatusPageConfig = z
  .strictObject({
    /** Heading of every page, e.g. `Breakwater`. */
    title: z.string().min(1),
    /** Where readers find the page, e.g. `https://status.example`; feeds and calendars name it. Absent: as they asked. */
    publicUrl: z.url({ protocol: /^https?$/ }).optional(),
    /** Key shared with the gateway instances that feed this page. */
    feedSecret: z.string().min(16),
    /** Bearer token of the people who write announcements. */
    adminToken: z.string().min(16),
    /** What the page asks by itself, e.g. `https://api.example/healthz`. Any 2xx is good. */
    probeUrl: z.url({ protocol: /^https?$/ }),
    probeEveryMs: ms.default(10_000),
    probeTimeoutMs: ms.default(5_000),
    /** How often a gateway instance beats. */
    beatEveryMs: ms.default(10_000),
    /** Beats, and probes, that must be missing in a row before the page speaks by itself. */
    missesToPublish: z.int().positive().default(3),
    /** Off: only people publish what the page sees by itself (the notice channel of 2017). */
    machineNotices: z.boolean().default(true),
    /** Contact must be good this long before the page's own incident goes to `monitoring` ... */
    goodBeforeMonitoringMs: ms.default(60_000),
    /** ... and again this long before `resolved` (resilience-patterns section 13: 15 minutes). */
    monitoringMs: ms.default(900_000),
    /** The page's own open incident is never silent for longer than this. */
    updateEveryMs: ms.default(1_800_000),
    /** Signed facts older or newer than this are refused. */
    toleranceMs: ms.default(300_000),
    /** Incidents and announcements kept, each. Open incidents are never dropped. */
    historyMax: z.int().min(10).default(200),
    /** Mail and webhooks to whoever asks for them; null: the page is only read. Needs `publicUrl`, which letters name. */
    subscriptions: SubscriptionSettings.nullable().default(null),
  })
  .refine(({ publicUrl, subscriptions }) => subscriptions === null || publicUrl !== undefined, {
    path: ['publicUrl'],
    message: 'is needed where people may subscribe',
  });
/** As written by the caller. */
export type StatusPageConfig = z.input<typeof StatusPageConfig>;
/** With every default filled in. */
export type StatusPageSettings = z.output<typeof StatusPageConfig>;
