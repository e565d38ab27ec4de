/**
 * What a gateway instance must be told before it can run. `main.ts` fills it from the
 * environment, a scenario's theatre from the scenario.
 */
import { z } from 'zod';
import { isRange } from './http/address.ts';
import { ThreeDSecureConfig } from './three-d-secure/config.ts';

const bytes32 = z.instanceof(Uint8Array).refine((key) => key.length === 32, 'must be 32 bytes');

/** Where its operators read what we tell them, and what they call us. */
const contact = {
  contactUrl: z.url().nullable().default(null),
  contactTenant: z.string().min(1).default('gateway'),
  /** Their other route, for when nobody answers by the first. */
  alternateContactUrl: z.url().optional(),
  /** Addresses that their operators write to us from; nobody else's mail is believed. */
  mailFrom: z.array(z.string().min(3).max(320)).optional(),
};

const EscottAccount = z.strictObject({
  id: z.string().min(1),
  dialect: z.literal('escott'),
  baseUrl: z.url(),
  merchantId: z.string().min(1).max(20),
  merchantPass: z.string().min(1).max(20),
  tenantId: z.string().max(4),
  ...contact,
});

const GmoPgAccount = z.strictObject({
  id: z.string().min(1),
  dialect: z.literal('gmo-pg'),
  baseUrl: z.url(),
  shopId: z.string().length(13),
  shopPass: z.string().min(1).max(10),
  ...contact,
});

export const GatewayConfig = z.strictObject({
  /** Names this instance; the owner of what it has in flight, so it must be the same after a restart. */
  instanceId: z.string().regex(/^[a-z0-9-]{1,40}$/),
  /**
   * How often it looks for work that other instances on the same database left or did not tell it of;
   * null: it is the only one there, and nothing polls.
   */
  lookEveryMs: z.int().positive().nullable().default(null),
  /** How long an idempotency key gives the same answer: at least a day, and 3 unless told. */
  keyRetentionMs: z
    .int()
    .min(24 * 3_600_000)
    .default(72 * 3_600_000),
  acquirers: z.array(z.discriminatedUnion('dialect', [EscottAccount, GmoPgAccount])).min(1),
  adminToken: z.string().min(16),
  /** What an acquirer's operators present at `/upstream/notices`. */
  upstreamToken: z.string().min(16),
  /** Reads `/metrics`, beside the admin token. */
  metricsToken: z.string().min(16).nullable().default(null),
  /** A line in the log for every answer. Off where a hundred thousand requests are played. */
  logRequests: z.boolean().default(false),
  statusPage: z
    .strictObject({ url: z.url(), secret: z.string().min(16), beatEveryMs: z.int().positive().default(10_000) })
    .nullable(),
  /** Whom letters to merchants are from: an address, or `Name <address>`. */
  mailFrom: z.string().min(3).max(320).default('Breakwater <notices@localhost>'),
  /** Where people read the status page: named in letters; null: it is not. */
  publicStatusUrl: z.url().nullable().default(null),
  /** Whom to call when something breaks; null: nobody. Two channels at least, that share nothing (`on-call/README.md`). */
  onCall: z
    .strictObject({
      channels: z
        .array(z.strictObject({ id: z.string().regex(/^[a-z0-9-]{1,40}$/), url: z.url(), token: z.string().min(16) }))
        .min(2),
      /** Acquirers whose operators beat at `/upstream/beats`: their silence is an incident. */
      upstreamBeats: z.array(z.string().min(1)).default([]),
    })
    .nullable()
    .default(null),
  /** Wraps the keys of the stored card numbers. */
  masterKey: bytes32,
  /** Master keys from before: stored card numbers may still be wrapped by them (`vault/README.md`). */
  masterKeysOld: z.array(bytes32).default([]),
  /** May published test card numbers be used with live keys? PAY.JP: no; on the stage they are all there is. */
  testCardsInLive: z.boolean().default(true),
  /** Is `token.created` told? PAY.JP does; browsers make more tokens than anybody waits for. */
  tokenEvents: z.boolean().default(true),
  /** Where merchants may point their webhooks and notices; `deliveries/targets.ts` says what each allows. */
  webhookTargets: z.enum(['public', 'loopback', 'stage']).default('public'),
  /** `required`: a secret key that sends a card number must say `X-Payjp-Direct-Token-Generate: true`. */
  directTokens: z.enum(['relaxed', 'required']).default('relaxed'),
  /** Every day at 03:30 JST the books are compared with each acquirer's (`reconciliation/README.md`). */
  dailyReconciliation: z.boolean().default(false),
  /** How many instances serve one public: what one of them allows by itself when the shared store is away. */
  instances: z.int().positive().max(1000).default(1),
  /** Networks of our own proxies: what they say in `X-Forwarded-For` is believed. */
  trustedProxies: z.array(z.string().refine(isRange, 'must be a network like 10.0.0.0/8')).default([]),
  /** Our 3DS server; null: no 3-D Secure is offered (`three-d-secure/README.md`). */
  threeDSecure: ThreeDSecureConfig.nullable().default(null),
  /** Keys the fingerprints of card numbers and the hashes of idempotent parameters. */
  hashKey: bytes32,
});
export type GatewayConfig = z.output<typeof GatewayConfig>;
