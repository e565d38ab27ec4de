/**
 * The tables as TypeScript sees them. Portable on purpose: integer milliseconds, text ids, whole
 * yen, booleans as 0/1, JSON as text; no clock and no random function of the database.
 */
import type { LeaseColumns } from './leases.ts';

/** 0 or 1: SQLite has no boolean, and a portable schema uses none. */
export type Flag = 0 | 1;

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

/** One run of the reconciliation with an acquirer for a business day. */
export interface ReconciliationRow {
  id: string;
  acquirer: string;
  /** `yyyyMMdd`, JST. */
  date: string;
  /** `daily` or `asked`. */
  cause: string;
  /** `waiting` (for its turn, the file, or the acquirer), `done` or `given_up`. */
  state: string;
  tries: number;
  /** When it is looked at next; null when it is done. */
  due_ms: number | null;
  /** Why it still waits; null at first and when it is done. */
  reason: string | null;
  /** `reconciliation/report.ts`, as JSON; null until it is done. */
  report: string | null;
  discrepancies: number | null;
  created_ms: number;
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

export interface ChargeRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  /** Authorised amount, yen. */
  amount: number;
  captured_amount: number;
  refunded_amount: number;
  /** `charges/charge.ts` lists the states. */
  state: string;
  /** Whether the merchant asked for capture at creation. */
  capture: Flag;
  card_id: string;
  customer_id: string | null;
  description: string | null;
  metadata: string;
  acquirer: string;
  /** The acquirer's handle of the transaction, JSON; null until authorised. */
  handle: string | null;
  failure_code: string | null;
  failure_message: string | null;
  refund_reason: string | null;
  expires_ms: number | null;
  captured_ms: number | null;
  created_ms: number;
  idempotency_key: string | null;
  /** A capture, refund or void that is accepted but not finished; null when none is. */
  pending_type: string | null;
  pending_amount: number | null;
  pending_since_ms: number | null;
  /** Attempts of it so far: numbers their references without counting rows. */
  attempts: number;
  /** The subscription it pays for; null for a payment by itself. */
  subscription_id: string | null;
  /** The charge whose authorisation this one renews: not the merchant's to see. */
  reauth_of: string | null;
  /** The dispute about it; null: there is none. */
  dispute_id: string | null;
  /** What a dispute took from the merchant, yen. */
  disputed_amount: number;
  /** PAY.JP's `three_d_secure_status`; null: 3-D Secure was not asked for. */
  three_d_secure_status: string | null;
}

/** One request (or intended request) to an acquirer that can move money. */
export interface AttemptRow extends LeaseColumns {
  /** Our reference, at most 27 characters: e-SCOTT `MerchantFree1`, GMO-PG `OrderID`. */
  reference: string;
  charge_id: string;
  merchant_id: string;
  acquirer: string;
  kind: string;
  amount: number;
  /** `settling/attempt.ts` lists the states. */
  state: string;
  /**
   * The instance that has it in flight. After a crash it takes up its own at once, and any other
   * instance does when their lease is over.
   */
  owner: string;
  code: string | null;
  sent_ms: number | null;
  /** When the settler has to look at it again; null when nobody has to. */
  due_ms: number | null;
  tries: number;
  not_found: number;
  first_not_found_ms: number | null;
  /** Why the merchant gives this money back; null for all but refunds. */
  reason: string | null;
}

/** One double-entry transfer: debits one account and credits another by the same amount. */
export interface TransferRow {
  id: string;
  charge_id: string;
  debit: string;
  credit: string;
  amount: number;
  kind: string;
  at_ms: number;
}

export interface IdempotencyRow {
  merchant_id: string;
  livemode: Flag;
  key: string;
  params_hash: string;
  /** `started`, `open` (the outcome is not known) or `done`. */
  state: string;
  owner: string;
  charge_id: string | null;
  /** The attempt that a capture or refund under this key is; null for creations. */
  reference: string | null;
  status: number | null;
  body: string | null;
  headers: string | null;
  /** A replay asked while the outcome was unknown: an approval found may be adopted. */
  waiting: Flag;
  created_ms: number;
}

export interface EventRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  type: string;
  object_id: string;
  data: string;
  created_ms: number;
}

export interface PlanRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  /** Yen a cycle. */
  amount: number;
  /** `month` or `year`. */
  interval: string;
  name: string | null;
  trial_days: number;
  /** Day of the month (JST) that is billed; null: the day of the start. */
  billing_day: number | null;
  metadata: string;
  created_ms: number;
  deleted_ms: number | null;
}

/** Claimed for a renewal by a lease. */
export interface SubscriptionRow extends LeaseColumns {
  id: string;
  merchant_id: string;
  livemode: Flag;
  customer_id: string;
  plan_id: string;
  next_plan_id: string | null;
  /** `subscriptions/subscription.ts` lists the states. */
  state: string;
  prorate: Flag;
  start_ms: number;
  period_start_ms: number;
  period_end_ms: number;
  /** Day of the month (JST) on which cycles begin, 1-31. */
  anchor_day: number;
  trial_start_ms: number | null;
  trial_end_ms: number | null;
  paused_ms: number | null;
  canceled_ms: number | null;
  resumed_ms: number | null;
  metadata: string;
  created_ms: number;
  deleted_ms: number | null;
  /** Charges begun for it so far; numbers their keys. */
  cycle: number;
  /** The charge that is under way and what becomes of the row when it is paid, JSON; null when none is. */
  intent: string | null;
  /** The last paid charge of it, and the yen of it that the present period stands for. */
  charge_id: string | null;
  /** When the scheduler has to look at it; null when nobody has to. */
  due_ms: number | null;
  /** Looks in a row that ended without an answer. */
  tries: number;
  /** Grows with every write: who read an older one writes nothing. */
  version: number;
}

export interface DeliveryRow {
  id: string;
  /** Merchant it is for; null for the upstream. */
  merchant_id: string | null;
  /** `webhook`, `notice` or `upstream`. */
  kind: string;
  /** What it carries, for the log: an event type or a notice type. */
  subject: string;
  url: string;
  token: string;
  /** Empty for webhooks, whose body is made of their event, and for what was delivered. */
  body: string;
  /** `waiting`, `delivered` or `dead`. */
  state: string;
  tries: number;
  due_ms: number;
  created_ms: number;
  /** `webhook_endpoints.id`; null for what is no webhook. */
  endpoint_id: string | null;
  /** The object that the event is about: its events arrive in order. */
  object_id: string | null;
  /** Order among the waiting rows of one endpoint and object. */
  seq: number;
  /** Why the last try failed; null while none did. */
  reason: string | null;
  /** HTTP status of the last answer; null when there was none. */
  status: number | null;
  /** When it arrived; null until then, and of rows from before that was written down. */
  delivered_ms: number | null;
  lease_owner: string | null;
  lease_until_ms: number | null;
  lease_token: number;
}

export interface WebhookEndpointRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  url: string;
  /** `token` (PAY.JP's header alone) or `standard` (Standard Webhooks signatures beside it). */
  signing: string;
  /** `whsec_…`; null when nothing is signed. */
  secret: string | null;
  /** The secret before the last rotation, and until when it signs too. */
  previous_secret: string | null;
  previous_until_ms: number | null;
  created_ms: number;
}

/** A merchant that abuse control holds back (`abuse/`). */
export interface AbuseHoldRow {
  merchant_id: string;
  /** `throttled`, `paused`, `ramping`; `clear` when it is over. */
  level: string;
  since_ms: number;
  step: number;
  pauses: number;
  /** The instance that decided it. */
  instance: string;
  moved_ms: number;
}

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

/** A buyer disputes a payment (`disputes/`). At most one for a charge. */
export interface DisputeRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  charge_id: string;
  acquirer: string;
  /** The acquirer's name for it: told twice, it is one. */
  reference: string;
  /** `fraud` or `other`. */
  reason: string;
  reason_code: string | null;
  amount: number;
  /** What the acquirer took from us, yen. */
  debited: number;
  /** Who bears it: `merchant`, `issuer` or `gateway`. */
  borne_by: string;
  /** `mandate/rules.ts`: the rule of its protection. */
  rule: string;
  created_ms: number;
}

/** A migration that the database has had. */
export interface MigrationRow {
  number: number;
}

/** A decision of the fraud rules that was not simply "allow"; `fraud/record.ts` writes it. */
export interface FraudDecisionRow {
  id: string;
  at_ms: number;
  merchant_id: string;
  livemode: Flag;
  /** `token`, `registration` or `charge`. */
  kind: string;
  /** Fingerprint of the number. */
  card: string;
  address: string | null;
  email: string | null;
  amount: number;
  /** The token (of the attempt, or that paid) or card it was about. */
  object_id: string | null;
  decision: string;
  /** Why it was not done: `observed`, `verified`, `attempted`, `pending`; or `listed`. */
  note: string | null;
  score: number;
  /** Ids of the rules that held, JSON. */
  rules: string;
  /** Features that are not 0, JSON. */
  features: string;
  /** `open`, `cleared` or `confirmed`; null: no person is asked. */
  review: string | null;
  reviewed_ms: number | null;
  review_note: string | null;
}

/** Who is always let through, or never (`fraud/lists.ts`). */
export interface FraudListRow {
  id: string;
  /** `allow` or `deny`. */
  list: string;
  kind: string;
  value: string;
  reason: string;
  created_ms: number;
  until_ms: number | null;
}

/** An incident, open or over (`incidents/README.md`). */
export interface IncidentRow extends LeaseColumns {
  id: string;
  /** What it is about: an acquirer, or a part of ours. One open incident for one scope. */
  scope: string;
  open: Flag;
  public: Flag;
  /** `incidents/open-incident.ts`, as JSON. */
  state: string;
  /** The record after it, as JSON; null while it is open. */
  record: string | null;
  created_ms: number;
  updated_ms: number;
}

/** What an instance that does not hold the incident knows of it. */
export interface IncidentReportRow {
  incident_id: string;
  instance: string;
  /** `incidents/keeper.ts`, as JSON. */
  report: string;
  at_ms: number;
}

/** Planned work: nothing that fails because of it is published as an incident. */
export interface MaintenanceWindowRow {
  id: string;
  /** Null: our own. */
  acquirer: string | null;
  /** JSON array; empty: all. */
  components: string;
  reason: string;
  from_ms: number;
  to_ms: number;
  cancelled: Flag;
  created_ms: number;
  /** The API answers "under maintenance" while it lasts. */
  stops_api: Flag;
}

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

export interface BreakerOverrideRow {
  acquirer: string;
  /** `open`, `closed`, or `none`: handed back. */
  state: string;
  operator: string;
  reason: string;
  at_ms: number;
  until_ms: number;
}

/** A line to people, and when it was last heard. */
export interface OnCallLineRow {
  line: string;
  heard_ms: number;
}

export interface Database {
  operators: OperatorRow;
  console_sessions: ConsoleSessionRow;
  audit_log: AuditRow;
  breaker_overrides: BreakerOverrideRow;
  migrations: MigrationRow;
  passthrough_uses: PassthroughUseRow;
  passthrough_notices: PassthroughNoticeRow;
  mandate_profiles: MandateProfileRow;
  mandate_findings: MandateFindingRow;
  disputes: DisputeRow;
  merchants: MerchantRow;
  api_keys: ApiKeyRow;
  vault: VaultRow;
  vault_rotations: VaultRotationRow;
  reconciliations: ReconciliationRow;
  cards: CardRow;
  tokens: TokenRow;
  three_d_secure_flows: ThreeDSecureFlowRow;
  three_d_secure_directory: DirectoryRow;
  customers: CustomerRow;
  charges: ChargeRow;
  attempts: AttemptRow;
  transfers: TransferRow;
  idempotency: IdempotencyRow;
  events: EventRow;
  plans: PlanRow;
  subscriptions: SubscriptionRow;
  deliveries: DeliveryRow;
  webhook_endpoints: WebhookEndpointRow;
  incidents: IncidentRow;
  incident_reports: IncidentReportRow;
  maintenance_windows: MaintenanceWindowRow;
  on_call_lines: OnCallLineRow;
  fraud_decisions: FraudDecisionRow;
  fraud_lists: FraudListRow;
  abuse_holds: AbuseHoldRow;
}
