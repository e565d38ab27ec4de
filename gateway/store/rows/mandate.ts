/** The 3-D Secure mandate, and card numbers that still pass a merchant. */
import type { Flag } from './flag.ts';

/** A kind of call by which a merchant's server passes card numbers (`non-retention/records.ts`). */
export interface PassthroughUseRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  /** `non-retention/parameters.ts` lists them. */
  endpoint: string;
  /** Names of its list, separated by commas. */
  parameters: string;
  /** `non-retention/integration.ts`, as JSON. */
  integration: string;
  accepted: number;
  refused: number;
  first_ms: number;
  last_ms: number;
}

/** When a merchant was told that it still passes card numbers. */
export interface PassthroughNoticeRow {
  merchant_id: string;
  told_ms: number;
  times: number;
}

/** How a merchant means to meet the 3-D Secure mandate, and what is done about it (`compliance/profile.ts`). */
export interface MandateProfileRow {
  merchant_id: string;
  /** `enforce`, `warn`, `off`; null: as the policy says. */
  enforcement: string | null;
  /** JSON. */
  profile: string;
  updated_ms: number;
}

/** What the mandate asked for and did not get: one row a merchant, mode, day, moment and rule. */
export interface MandateFindingRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  /** `yyyy-mm-dd`, Japan. */
  day: string;
  moment: string;
  rule: string;
  passed: number;
  refused: number;
  first_ms: number;
  last_ms: number;
}
