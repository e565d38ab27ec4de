/** Numbers of the limits: who may ask how often, what may be borrowed, and what we send an acquirer. */
import { z } from 'zod';

const ms = z.int().nonnegative();
const share = z.number().min(0).max(1);

/** GCRA for one zone: `ratePerSecond` sustained, `burst` back to back (resilience-patterns section 1). */
export const ZoneLimit = z.strictObject({
  ratePerSecond: z.number().positive().max(1e6),
  burst: z.int().positive(),
});
export type ZoneLimit = z.infer<typeof ZoneLimit>;

const Zones = z.strictObject({ pk: ZoneLimit, payment: ZoneLimit, sk: ZoneLimit });

/** Below this age of a slot nobody else gets it, whatever became of who held it. */
const slotMsMin = 60_000;

export const Limits = z
  .strictObject({
    enabled: z.boolean(),
    /** Limits do nothing before this wall time (`protected-late`); absent: from the start. */
    activeFrom: z.iso.datetime({ offset: true }).optional(),
    /** Whose requests spend one rate: each merchant's own, or all of them together (PAY.JP, July 2021). */
    scope: z.enum(['merchant', 'everybody']),
    zones: Zones,
    /** The same in test mode. */
    testZones: Zones,
    /** Concurrent requests of one merchant. */
    inFlightMax: z.int().positive(),
    /** A slot of an instance that died is free again after this. */
    slotMs: ms.min(slotMsMin),
    /**
     * What merchants of good standing may ask for beyond their own rate, all of them together: capacity that
     * is there anyway. An honest sale of a hundred times the usual needs it; a loop of declined charges does not get it.
     */
    surge: z.strictObject({
      enabled: z.boolean(),
      ratePerSecond: z.number().positive(),
      burst: z.int().positive(),
      /** Good answers within the abuse window before a merchant may borrow ... */
      goodMin: z.int().positive(),
      /** ... and of all its answers in it, at most this part may be bad. */
      badShareMax: share,
    }),
    /** Requests of one address whose key is not known (yet): asked before anything is looked up. */
    addresses: z.strictObject({
      enabled: z.boolean(),
      ratePerSecond: z.number().positive(),
      burst: z.int().positive(),
    }),
    /** What we send each acquirer, below what is agreed with it. */
    outbound: z.strictObject({
      enabled: z.boolean(),
      /** Calls a second that are agreed, by acquirer; one that is not named has no cap. */
      contractPerSecond: z.record(z.string(), z.number().positive()),
      /** Of the contract, what we use. */
      share: share.gt(0),
      /** Calls back to back, as seconds of the rate. */
      burstSeconds: z.number().positive().max(60),
      /** Part of the burst that new payments leave to captures, refunds, reversals and inquiries. */
      criticalReserve: share.lt(1),
    }),
    /** While the shared store is away, this often it is asked whether it is back. */
    sharedLookEveryMs: ms.min(100),
  })
  .superRefine((limits, context) => {
    const fault = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (!limits.enabled && limits.activeFrom !== undefined)
      fault(['activeFrom'], 'says when limits begin that are off');
    const { surge, outbound } = limits;
    // What is lent must be there: the smallest agreed rate, less what is never used of it.
    const smallest = Math.min(...Object.values(outbound.contractPerSecond)) * outbound.share;
    if (surge.enabled && outbound.enabled && surge.ratePerSecond >= smallest)
      fault(['surge', 'ratePerSecond'], `must be below what an acquirer takes (${smallest} a second)`);
    if (limits.scope === 'everybody' && surge.enabled)
      fault(['surge', 'enabled'], 'there is nobody to lend to when all merchants spend one rate');
    for (const zone of ['pk', 'payment', 'sk'] as const)
      for (const zones of ['zones', 'testZones'] as const)
        if (limits[zones][zone].burst < limits[zones][zone].ratePerSecond / 2)
          fault([zones, zone, 'burst'], 'holds less than half a second of the rate, which then is never reached');
  });
export type Limits = z.infer<typeof Limits>;
