/**
 * What may be injected into an acquirer, for a time or until it is taken away: by the control API,
 * or from the start by the configuration file. One schema for both.
 */
import { z } from 'zod';
import { isBlockable } from '../tenants/addresses.ts';

export const TenantId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, ".", "_" and "-", at most 64');

/** When it begins and ends, by the simulator's own clock. */
const span = {
  afterMs: z.number().min(0).max(31_536_000_000).default(0).describe('Begins this long from now'),
  ttlMs: z
    .number()
    .positive()
    .max(31_536_000_000)
    .optional()
    .describe('Ends by itself this long after it began; without it, it stays until it is taken away'),
};

const forTenant = {
  tenant: TenantId.optional().describe('Only requests of this tenant; without it, everybody'),
};

const Workers = z.int().min(0).max(10_000);

const Capacity = z
  .strictObject({
    kind: z.literal('capacity'),
    workers: Workers.optional(),
    queueMax: z.int().min(0).max(1_000_000).optional(),
    slowdown: z.number().positive().max(1_000).optional().describe('Service times are multiplied by this'),
    ...span,
  })
  .refine(
    ({ workers, queueMax, slowdown }) => workers !== undefined || queueMax !== undefined || slowdown !== undefined,
    'names nothing to change',
  );

const Recovery = z.strictObject({
  kind: z.literal('recovery'),
  fromWorkers: Workers.describe('Workers at its beginning'),
  toWorkers: Workers.describe('Workers at the end of `overMs`, and from then on'),
  overMs: z.number().positive().max(31_536_000_000),
  steps: z.int().min(1).max(1_000).default(10).describe('In how many equal steps they come back'),
  relapses: z
    .array(
      z.strictObject({
        atMs: z.number().min(0).describe('From the beginning of the recovery'),
        workers: Workers,
        lastsMs: z.number().positive(),
      }),
    )
    .max(100)
    .default([])
    .describe('Times at which it falls back'),
  ...span,
});

const Maintenance = z.strictObject({
  kind: z.literal('maintenance'),
  announce: z.boolean().default(false).describe('Whether the operators tell the tenants at once'),
  ...forTenant,
  ...span,
});

const Connections = z.strictObject({
  kind: z.literal('connections'),
  max: z.int().min(0).max(1_000_000).describe('Requests that may be in the queue and in service at a time'),
  ...forTenant,
  ...span,
});

const Blocked = z.strictObject({
  kind: z.literal('blocked'),
  addresses: z.array(z.string().refine(isBlockable, 'is neither an address nor a network')).min(1).max(10_000),
  ...forTenant,
  ...span,
});

const Traffic = z.strictObject({
  kind: z.literal('traffic'),
  tenant: TenantId,
  ratePerSecond: z.number().min(0).max(100_000),
  sources: z.int().min(1).max(10_000_000).optional().describe('How many addresses it comes from'),
  ...span,
});

const Cap = z.strictObject({
  kind: z.literal('cap'),
  tenant: TenantId,
  ratePerSecond: z.number().min(0).max(100_000),
  ...span,
});

export const Injection = z.discriminatedUnion('kind', [
  Capacity,
  Recovery,
  Maintenance,
  Connections,
  Blocked,
  Traffic,
  Cap,
]);
/** Parsed: every default filled in. */
export type Injection = z.infer<typeof Injection>;
export type InjectionOf<Kind extends Injection['kind']> = Extract<Injection, { kind: Kind }>;

export const InjectionId = TenantId;

const named = { id: InjectionId.describe('Its name in the control API') };

/** The same in a configuration file, where each has a name. */
export const ConfiguredInjection = z.discriminatedUnion('kind', [
  Capacity.safeExtend(named),
  Recovery.extend(named),
  Maintenance.extend(named),
  Connections.extend(named),
  Blocked.extend(named),
  Traffic.extend(named),
  Cap.extend(named),
]);
