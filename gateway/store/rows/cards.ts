/** Card numbers, cards, tokens, and whose they are. */
import type { Flag } from './flag.ts';

export interface VaultRow {
  id: string;
  /** PAN sealed by AES-256-GCM under a key of its own; see `vault/vault.ts`. */
  sealed: string;
  created_ms: number;
}

/** One change of the master key; `vault/rotation.ts` walks the records for it. */
export interface VaultRotationRow {
  id: string;
  /** The master key that records are to be wrapped by. */
  key_id: string;
  /** `running`, `done` or `superseded` (a newer key came first). */
  state: string;
  /** The numbers themselves are sealed anew, too, in the first walk. */
  reseal: Flag;
  /** From 1: the last walk is one that found nothing to do. */
  walk: number;
  /** Id of the last record that this walk has seen; empty at its beginning. */
  after_id: string;
  /** Records that this walk has seen. */
  seen: number;
  /** Of all walks. */
  rewrapped: number;
  walk_rewrapped: number;
  /** Records of this walk that no known key opens. */
  unreadable: number;
  started_ms: number;
  finished_ms: number | null;
  lease_owner: string | null;
  lease_until_ms: number | null;
  lease_token: number;
}

export interface CardRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  customer_id: string | null;
  vault_id: string;
  brand: string;
  last4: string;
  exp_month: number;
  exp_year: number;
  name: string | null;
  fingerprint: string;
  cvc_check: string;
  email: string | null;
  phone: string | null;
  metadata: string;
  created_ms: number;
  deleted_ms: number | null;
  /** Issued in Japan. */
  is_jp: Flag;
  /** `cards/address.ts`, as JSON; null when nothing was said. */
  address: string | null;
  /** Of the last 3-D Secure at its registration or at a contact point; null: none was asked for. */
  three_d_secure_status: string | null;
}

export interface TokenRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  card_id: string;
  used_ms: number | null;
  created_ms: number;
  /** `pending` (good for nothing yet) or `finished`; null: 3-D Secure was not asked for. */
  three_d_secure: string | null;
}

export interface CustomerRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  email: string | null;
  description: string | null;
  default_card: string | null;
  metadata: string;
  created_ms: number;
  deleted_ms: number | null;
}
