/** Merchants and their keys. */
import type { Flag } from './flag.ts';

export interface MerchantRow {
  id: string;
  name: string;
  notice_url: string | null;
  /** Sent as `X-Payjp-Webhook-Token` (payjp-api section 7). */
  webhook_token: string;
  /** `accept` or `refuse` a capture or refund whose acquirer is away. */
  deferral: string;
  paused_reason: string | null;
  created_ms: number;
  /** Ends of terms up to this moment were told as events; null: told of none yet. */
  terms_told_ms: number | null;
  /** `three-d-secure/settings.ts`, as JSON; null: the defaults. */
  three_d_secure: string | null;
  /** Where its notices go by mail; null: nowhere. */
  notice_mail: string | null;
  /** Of those letters: `ja` or `en`. */
  notice_language: string;
}

export interface ApiKeyRow {
  /** SHA-256 of the key, hex. The key itself is never stored. */
  key_hash: string;
  merchant_id: string;
  livemode: Flag;
  kind: string;
  /** A secret key, sealed: `back_url` is signed with it (`merchants/key-seal.ts`). Null for public keys. */
  sealed: string | null;
}
