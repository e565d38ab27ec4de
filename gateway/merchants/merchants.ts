/**
 * Merchants and their keys.
 *
 * A merchant is looked up by the SHA-256 of its key and then kept in memory, because every call
 * needs it; whoever changes a merchant through this instance changes the copy too. Another
 * instance sees the change when its copy is older than `freshForMs`.
 */
import { createHash } from 'node:crypto';
import { type Result, refuse, succeed } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Clock, Entropy, Query, Store, Tx } from '../ports.ts';
import type { ApiKeyRow, Flag, MerchantRow } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';
import { readSettings, type ThreeDSecureSettings } from '../three-d-secure/settings.ts';
import type { Lang } from '../words.ts';
import { createKeySeal } from './key-seal.ts';
import {
  createWebhookEndpoints,
  type NewWebhookEndpoint,
  type Signing,
  type WebhookEndpoint,
} from './webhook-endpoints.ts';

export type Mode = 'live' | 'test';

export interface Merchant {
  readonly id: string;
  readonly name: string;
  readonly noticeUrl: string | null;
  /** Where its notices go by mail, and in which language; null: they do not. */
  readonly noticeMail: NoticeMail | null;
  /** Where its events go, of both modes. */
  readonly webhooks: readonly WebhookEndpoint[];
  readonly webhookToken: string;
  readonly deferral: 'accept' | 'refuse';
  readonly pausedReason: string | null;
  readonly threeDSecure: ThreeDSecureSettings;
}

export interface NoticeMail {
  readonly address: string;
  readonly language: Lang;
}

/** Who calls: the merchant, which of its keys, and so which mode. */
export interface Principal {
  readonly merchant: Merchant;
  readonly mode: Mode;
  readonly kind: 'sk' | 'pk';
}

export interface NewMerchant {
  readonly id?: string | undefined;
  readonly name: string;
  readonly noticeUrl: string | null;
  readonly noticeMail?: NoticeMail | null;
  /** An endpoint in each mode to begin with. */
  readonly webhookUrl: string | null;
  readonly webhookSigning: Signing;
  readonly deferral: 'accept' | 'refuse';
}

export interface MerchantKeys {
  readonly live: { readonly secret: string; readonly public: string };
  readonly test: { readonly secret: string; readonly public: string };
}

/** Keys and signing secrets are told here and never again. */
export interface CreatedMerchant {
  readonly id: string;
  readonly keys: MerchantKeys;
  readonly webhooks: readonly WebhookEndpoint[];
}

export interface Merchants {
  /** Was this header's key good lately? Then authenticating it looks nothing up. */
  knows(header: string | undefined): boolean;
  /** From an `Authorization: Basic` header. Synchronous when the key was seen lately. */
  authenticate(header: string | undefined): Result<Principal> | Promise<Result<Principal>>;
  create(merchant: NewMerchant): Promise<Result<CreatedMerchant>>;
  pause(id: string, reason: string): Promise<boolean>;
  resume(id: string): Promise<boolean>;
  find(id: string): Promise<Merchant | undefined>;
  /** As `find`; without the database as it was when a call of it was last looked up, if one was. @throws when none was */
  findOrRecall(id: string): Promise<Merchant | undefined>;
  /** An endpoint as it is now, for a delivery to it. Synchronous when it was seen lately. */
  webhook(id: string): WebhookEndpoint | undefined | Promise<WebhookEndpoint | undefined>;
  /** Or why not: `no_such` merchant, too many endpoints in this mode, or one with this address. */
  addWebhook(endpoint: NewWebhookEndpoint): Promise<WebhookEndpoint | 'no_such' | 'too_many' | 'already_there'>;
  /** A new signing secret; the one before it signs too for `graceMs`. Undefined: no such endpoint that signs. */
  rotateSecret(merchantId: string, webhookId: string, graceMs: number): Promise<WebhookEndpoint | undefined>;
  /** False: no such merchant. */
  setNoticeMail(id: string, mail: NoticeMail | null): Promise<boolean>;
  /** By id, so many of them after this one. */
  list(afterId: string, limit: number): Promise<readonly Pick<Merchant, 'id' | 'name' | 'pausedReason'>[]>;
  /** Those that are paused. */
  paused(limit: number): Promise<readonly Pick<Merchant, 'id' | 'name' | 'pausedReason'>[]>;
  /** False: no such merchant. */
  setThreeDSecure(id: string, settings: ThreeDSecureSettings): Promise<boolean>;
  /** The merchant of a public key, in the key's mode; undefined when it is none of ours. */
  byPublicKey(key: string): Promise<Principal | undefined>;
  /** Its secret keys of one mode, for what merchants sign with them. */
  secretKeys(id: string, livemode: Flag): Promise<readonly string[]>;
  /** What waits for it is given up. False: no such endpoint. */
  removeWebhook(merchantId: string, webhookId: string): Promise<boolean>;
}

/** A pause made elsewhere is seen within this time. */
const freshForMs = 30_000;
/** A key that was known is looked up again for so long. */
const lookUpAgainMs = 250;
/** Longer, so that a delivery finds the endpoint of the merchant whose call it tells of without a read. */
const webhookFreshForMs = 60_000;
/** Keys and endpoints in memory. */
const keptMax = 10_000;

const insertMerchant = insertQuery('merchants', [
  'id',
  'name',
  'notice_url',
  'webhook_token',
  'deferral',
  'paused_reason',
  'created_ms',
  'terms_told_ms',
  'three_d_secure',
  'notice_mail',
  'notice_language',
]);
const insertKey = insertQuery('api_keys', ['key_hash', 'merchant_id', 'livemode', 'kind', 'sealed']);
const byId: Query<{ id: string }, MerchantRow> = query((db, arg) =>
  db.selectFrom('merchants').selectAll().where('id', '=', arg.id),
);
const byKey: Query<{ hash: string }, MerchantRow & ApiKeyRow> = query((db, arg) =>
  db
    .selectFrom('api_keys')
    .innerJoin('merchants', 'merchants.id', 'api_keys.merchant_id')
    .selectAll('merchants')
    .select(['api_keys.livemode', 'api_keys.kind', 'api_keys.sealed'])
    .where('api_keys.key_hash', '=', arg.hash),
);
const setPaused: Query<{ id: string; reason: string | null }, never> = query((db, arg) =>
  db.updateTable('merchants').set({ paused_reason: arg.reason }).where('id', '=', arg.id),
);

const saveThreeDSecure: Query<{ id: string; settings: string }, never> = query((db, arg) =>
  db.updateTable('merchants').set({ three_d_secure: arg.settings }).where('id', '=', arg.id),
);
const saveNoticeMail: Query<{ id: string; address: string | null; language: string }, never> = query((db, arg) =>
  db.updateTable('merchants').set({ notice_mail: arg.address, notice_language: arg.language }).where('id', '=', arg.id),
);
type Named = Pick<MerchantRow, 'id' | 'name' | 'paused_reason'>;
const listAfter: Query<{ after: string; limit: number }, Named> = query((db, arg) =>
  db
    .selectFrom('merchants')
    .select(['id', 'name', 'paused_reason'])
    .where('id', '>', arg.after)
    .orderBy('id')
    .limit(arg.limit),
);
const listPaused: Query<{ limit: number }, Named> = query((db, arg) =>
  db
    .selectFrom('merchants')
    .select(['id', 'name', 'paused_reason'])
    .where('paused_reason', 'is not', null)
    .orderBy('id')
    .limit(arg.limit),
);
const named = ({ id, name, paused_reason: pausedReason }: Named): Pick<Merchant, 'id' | 'name' | 'pausedReason'> => ({
  id,
  name,
  pausedReason,
});
const keysOf: Query<{ merchant: string; livemode: Flag }, ApiKeyRow> = query((db, arg) =>
  db
    .selectFrom('api_keys')
    .selectAll()
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('kind', '=', 'sk')
    .orderBy('key_hash'),
);
/** Of a database that is older than seals: learnt when the key is used. */
const sealKey: Query<{ hash: string; sealed: string }, never> = query((db, arg) =>
  db.updateTable('api_keys').set({ sealed: arg.sealed }).where('key_hash', '=', arg.hash),
);

const fromRow = (row: MerchantRow, webhooks: readonly WebhookEndpoint[]): Merchant => ({
  id: row.id,
  name: row.name,
  noticeUrl: row.notice_url,
  noticeMail:
    row.notice_mail === null
      ? null
      : { address: row.notice_mail, language: row.notice_language === 'en' ? 'en' : 'ja' },
  webhooks,
  webhookToken: row.webhook_token,
  deferral: row.deferral === 'refuse' ? 'refuse' : 'accept',
  pausedReason: row.paused_reason,
  threeDSecure: readSettings(row.three_d_secure),
});

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

export const createMerchants = ({
  store,
  clock,
  entropy,
  sealingKey,
}: {
  store: Store;
  clock: Clock;
  entropy: Entropy;
  /** 32 bytes: secret keys that merchants sign with are kept sealed under it. */
  sealingKey: Uint8Array;
}): Merchants => {
  const seals = createKeySeal({ key: sealingKey, entropy });
  interface Kept {
    readonly principal: Principal;
    readonly readAtMs: number;
  }
  /** By the header itself: hashing is done once a key, not once a request. */
  const seen = new Map<string, Kept>();
  /** By id, however old. */
  const lastSeen = new Map<string, Merchant>();
  const endpoints = createWebhookEndpoints({ store, clock, entropy });
  const seenWebhooks = new Map<string, { readonly webhook: WebhookEndpoint; readonly readAtMs: number }>();

  const forget = (id: string): void => {
    for (const [header, kept] of seen) if (kept.principal.merchant.id === id) seen.delete(header);
    lastSeen.delete(id);
    for (const [webhookId, { webhook }] of seenWebhooks) if (webhook.merchantId === id) seenWebhooks.delete(webhookId);
  };

  const keepWebhooks = (webhooks: readonly WebhookEndpoint[]): void => {
    if (seenWebhooks.size >= keptMax) seenWebhooks.clear();
    for (const webhook of webhooks) seenWebhooks.set(webhook.id, { webhook, readAtMs: clock.monotonicMs() });
  };

  /** The merchant of a row, with its endpoints. */
  const whole = async (tx: Tx, row: MerchantRow): Promise<Merchant> => {
    const webhooks = await endpoints.of(tx, row.id);
    keepWebhooks(webhooks);
    return fromRow(row, webhooks);
  };

  /** Forgets what is kept of a merchant once it is changed. */
  const changing = async <T>(merchantId: string, change: Promise<T>): Promise<T> => {
    const changed = await change;
    forget(merchantId);
    return changed;
  };

  const keyOf = (header: string): string | null => {
    // The scheme's name is case-insensitive (RFC 9110, section 11.1).
    // Two of them in one header are none: a front may have read the other.
    if (!/^basic [A-Za-z0-9+/]+=*$/i.test(header)) return null;
    const text = Buffer.from(header.slice(6), 'base64').toString('latin1');
    const at = text.indexOf(':');
    // Any password is accepted: some clients send one with a public key (payjp-api section 1).
    return at === -1 ? null : text.slice(0, at);
  };

  const principalOf = async (key: string): Promise<Principal | undefined> => {
    const hash = hashOf(key);
    const found = await store.read(async (tx) => {
      const row = await tx.first(byKey, { hash });
      return row === undefined ? undefined : { row, merchant: await whole(tx, row) };
    });
    if (found === undefined) return undefined;
    const { row, merchant } = found;
    if (row.kind === 'sk' && row.sealed === null)
      await store.unit((tx) => tx.run(sealKey, { hash, sealed: seals.seal(hash, key) }));
    return { merchant, mode: row.livemode === 1 ? 'live' : 'test', kind: row.kind === 'pk' ? 'pk' : 'sk' };
  };

  const lookUp = async (header: string): Promise<Result<Principal>> => {
    const key = keyOf(header);
    if (key === null || key === '') return refuse({ kind: 'no_key' });
    const principal = await principalOf(key);
    if (principal === undefined) return refuse({ kind: 'bad_key' });
    if (seen.size >= keptMax) seen.clear();
    seen.set(header, { principal, readAtMs: clock.monotonicMs() });
    if (lastSeen.size >= keptMax) lastSeen.clear();
    lastSeen.set(principal.merchant.id, principal.merchant);
    return succeed(principal);
  };

  const find = (id: string): Promise<Merchant | undefined> =>
    store.read(async (tx) => {
      const row = await tx.first(byId, { id });
      return row === undefined ? undefined : whole(tx, row);
    });

  /**
   * While the database stalls or is away whoever called before is known all the same: nothing can be done with the key, but
   * its owner can be told why, and its requests are counted when they come and not all at once when the stall is over.
   */
  const lookUpAgain = (header: string, { principal }: Kept): Promise<Result<Principal>> => {
    const { promise, resolve } = Promise.withResolvers<Result<Principal>>();
    const asKept = (): void => resolve(succeed(principal));
    const timer = clock.after(lookUpAgainMs, asKept);
    lookUp(header)
      .then(resolve, asKept)
      .finally(() => timer.cancel());
    return promise;
  };

  const newKey = (kind: string, mode: string, id: string): string =>
    `${kind}_${mode}_${Buffer.from(entropy.bytes(12, `key/${kind}/${mode}/${id}`)).toString('hex')}`;

  const setPause = async (id: string, reason: string | null): Promise<boolean> => {
    const changed = await store.unit((tx) => tx.run(setPaused, { id, reason }));
    forget(id);
    return changed === 1;
  };

  return {
    // However old: a busy key that is read again must not count as one that is tried.
    knows: (header) => header !== undefined && seen.has(header),
    authenticate(header) {
      if (header === undefined) return refuse({ kind: 'no_key' });
      const kept = seen.get(header);
      if (kept === undefined) return lookUp(header);
      if (clock.monotonicMs() - kept.readAtMs < freshForMs) return succeed(kept.principal);
      return lookUpAgain(header, kept);
    },
    async create(merchant) {
      const id = merchant.id ?? newId(entropy, 'acct_mch_', merchant.name);
      const keys: MerchantKeys = {
        live: { secret: newKey('sk', 'live', id), public: newKey('pk', 'live', id) },
        test: { secret: newKey('sk', 'test', id), public: newKey('pk', 'test', id) },
      };
      return store.unit(async (tx): Promise<Result<CreatedMerchant>> => {
        const webhooks: WebhookEndpoint[] = [];
        const token = `whook_${Buffer.from(entropy.bytes(12, `webhook/${id}`)).toString('hex')}`;
        if ((await tx.first(byId, { id })) !== undefined)
          return refuse({ kind: 'request', code: 'already_exist_id', param: 'id' });
        await tx.run(insertMerchant, {
          id,
          name: merchant.name,
          notice_url: merchant.noticeUrl,
          webhook_token: token,
          deferral: merchant.deferral,
          paused_reason: null,
          created_ms: clock.wallMs(),
          terms_told_ms: clock.wallMs(),
          three_d_secure: null,
          notice_mail: merchant.noticeMail?.address ?? null,
          notice_language: merchant.noticeMail?.language ?? 'ja',
        });
        for (const mode of ['live', 'test'] as const) {
          const livemode = mode === 'live' ? 1 : 0;
          const [secret, open] = [hashOf(keys[mode].secret), hashOf(keys[mode].public)];
          const sealed = seals.seal(secret, keys[mode].secret);
          await tx.run(insertKey, { key_hash: secret, merchant_id: id, livemode, kind: 'sk', sealed });
          await tx.run(insertKey, { key_hash: open, merchant_id: id, livemode, kind: 'pk', sealed: null });
          if (merchant.webhookUrl !== null)
            webhooks.push(
              await endpoints.insert(
                tx,
                { merchantId: id, livemode, url: merchant.webhookUrl, signing: merchant.webhookSigning },
                token,
              ),
            );
        }
        return succeed({ id, keys, webhooks });
      });
    },
    pause: (id, reason) => setPause(id, reason),
    resume: (id) => setPause(id, null),
    find,
    findOrRecall: (id) =>
      find(id).catch((reason: unknown) => {
        const merchant = lastSeen.get(id);
        if (merchant === undefined) throw reason;
        return merchant;
      }),
    webhook(id) {
      const kept = seenWebhooks.get(id);
      if (kept !== undefined && clock.monotonicMs() - kept.readAtMs < webhookFreshForMs) return kept.webhook;
      return endpoints.find(id).then((webhook) => {
        if (webhook === undefined) seenWebhooks.delete(id);
        else keepWebhooks([webhook]);
        return webhook;
      });
    },
    setNoticeMail: async (id, mail) =>
      (await changing(
        id,
        store.unit((tx) =>
          tx.run(saveNoticeMail, { id, address: mail?.address ?? null, language: mail?.language ?? 'ja' }),
        ),
      )) === 1,
    list: async (after, limit) => (await store.read((tx) => tx.all(listAfter, { after, limit }))).map(named),
    paused: async (limit) => (await store.read((tx) => tx.all(listPaused, { limit }))).map(named),
    setThreeDSecure: async (id, settings) =>
      (await changing(
        id,
        store.unit((tx) => tx.run(saveThreeDSecure, { id, settings: JSON.stringify(settings) })),
      )) === 1,
    async byPublicKey(key) {
      const principal = await principalOf(key);
      return principal?.kind === 'pk' ? principal : undefined;
    },
    async secretKeys(merchant, livemode) {
      const rows = await store.read((tx) => tx.all(keysOf, { merchant, livemode }));
      return rows.flatMap((row) => (row.sealed === null ? [] : [seals.open(row.key_hash, row.sealed)]));
    },
    addWebhook: (endpoint) => changing(endpoint.merchantId, endpoints.add(endpoint)),
    rotateSecret: (merchantId, id, graceMs) => changing(merchantId, endpoints.rotate(merchantId, id, graceMs)),
    removeWebhook: (merchantId, id) => changing(merchantId, endpoints.remove(merchantId, id)),
  };
};
