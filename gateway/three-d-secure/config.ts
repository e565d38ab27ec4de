/** What the 3DS server must be told before it can run: `GatewayConfig.threeDSecure`. */
import { z } from 'zod';

const ms = z.int().positive();
const halfHourMs = 30 * 60_000;

const address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

export const ThreeDSecureConfig = z.strictObject({
  directoryServerUrl: address,
  /** Where card holders' browsers and the directory server reach this gateway. */
  publicUrl: address,
  /** Who we are to the directory server, and to issuers beside each merchant's own name. */
  operatorId: z.string().min(1).max(32).default('BREAKWATER'),
  requestorId: z.string().min(1).max(35).default('BREAKWATER'),
  acquirerBin: z
    .string()
    .regex(/^[0-9]{6,11}$/)
    .default('400551'),
  mcc: z
    .string()
    .regex(/^[0-9]{4}$/)
    .default('5999'),
  /**
   * From creation to `three_d_secure_expired`. A charge: 30 minutes (payjp-api section 6); the others: "after
   * a certain time", and the same is our choice.
   */
  expiresAfterMs: z
    .strictObject({ charge: ms.default(halfHourMs), token: ms.default(halfHourMs), card: ms.default(halfHourMs) })
    .prefault({}),
  timeoutMs: z
    .strictObject({
      /** DS-defined; 10 s are seen (emv-3ds.md section 8). */
      areq: ms.default(12_000),
      ranges: ms.default(5_000),
    })
    .prefault({}),
  /** The 3DS Method has this long (emv-3ds.md section 5). */
  methodWaitMs: ms.default(10_000),
  /** Card ranges are asked for again after this time: once a day at least, once an hour at most. */
  rangesEveryMs: z.int().min(3_600_000).max(86_400_000).default(86_400_000),
  /** A browser that comes back before its result waits this long for it; then it is sent on without. */
  waitForResultMs: ms.default(20_000),
});
export type ThreeDSecureConfig = z.output<typeof ThreeDSecureConfig>;
