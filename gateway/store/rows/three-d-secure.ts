/** 3-D Secure: authentications, and what the directory server says. */
import type { Flag } from './flag.ts';

/** One authentication of a card holder, from the creation of what it is for to its end. */
export interface ThreeDSecureFlowRow {
  /** What it is for: `ch_…`, `tok_…`, or a request of its own, `tdsr_…`. */
  id: string;
  merchant_id: string;
  livemode: Flag;
  /** `charge`, `token` or `card`. */
  kind: string;
  card_id: string;
  /** Of the card number that was authenticated. */
  fingerprint: string;
  /** Yen that the card holder saw; null where no payment is made. */
  amount: number | null;
  /** `three-d-secure/flow.ts` lists the states. */
  state: string;
  /** PAY.JP's `three_d_secure_status`. */
  status: string;
  /** Where the browser goes at the end; null: it stays on our last page. */
  return_url: string | null;
  /** 3DS Server transaction id; null until the card holder's browser came. */
  server_trans_id: string | null;
  ds_trans_id: string | null;
  acs_trans_id: string | null;
  /** Of the AReq, and so of every message after it. */
  message_version: string | null;
  acs_url: string | null;
  /** The ACS told us that its 3DS Method is finished. */
  method_done: Flag;
  /** `three-d-secure/flow.ts` AuthenticationResult, as JSON. */
  result: string | null;
  /** SHA-256 of the RReq that decided; null when none did. */
  result_hash: string | null;
  /** How long the authorisation of a charge is to hold; null for the others. */
  expiry_days: number | null;
  created_ms: number;
  started_ms: number | null;
  /** When the AReq was sent. */
  asked_ms: number | null;
  result_ms: number | null;
  finished_ms: number | null;
  expires_ms: number;
  /** Grows with every write: who read an older one writes nothing. */
  version: number;
}

/** What the directory server says about card ranges, as last asked. */
export interface DirectoryRow {
  id: string;
  serial: string | null;
  /** `three-d-secure/ranges.ts`, as JSON. */
  ranges: string;
  asked_ms: number;
}
