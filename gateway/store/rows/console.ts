/** The operator's page: who signs in, and what was done. */

/** Somebody who may sign in to the operator's page. */
export interface OperatorRow {
  id: string;
  name: string;
  /** `operator`, or `viewer`, who only looks. */
  role: string;
  /** SHA-256 of the token, which is told once. */
  token_hash: string;
  created_ms: number;
  removed_ms: number | null;
}

export interface ConsoleSessionRow {
  token_hash: string;
  operator: string;
  role: string;
  created_ms: number;
  until_ms: number;
}

/** What was done on the operator's page (`console/audit.ts`). Never changed and never removed. */
export interface AuditRow {
  seq: number;
  at_ms: number;
  instance: string;
  operator: string;
  /** `asked`, then `done`, `refused` or `failed`; `signed_in`, `signed_out`. */
  kind: string;
  action: string;
  /** What it was done to. */
  subject: string;
  /** JSON. */
  detail: string;
  reason: string;
  /** What this is the result of. */
  about_seq: number | null;
  before_hash: string;
  hash: string;
}
