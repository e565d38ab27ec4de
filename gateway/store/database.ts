/**
 * The tables as TypeScript sees them. Portable on purpose: integer milliseconds, text ids, whole
 * yen, booleans as 0/1, JSON as text; no clock and no random function of the database.
 *
 * Rows are described in `rows/`, a file for each subject, and taken from here.
 */

import type { CardRow, CustomerRow, TokenRow, VaultRotationRow, VaultRow } from './rows/cards.ts';
import type { AuditRow, ConsoleSessionRow, OperatorRow } from './rows/console.ts';
import type { DeliveryRow, EventRow, WebhookEndpointRow } from './rows/events.ts';
import type { IncidentReportRow, IncidentRow, MaintenanceWindowRow, OnCallLineRow } from './rows/incidents.ts';
import type { MandateFindingRow, MandateProfileRow, PassthroughNoticeRow, PassthroughUseRow } from './rows/mandate.ts';
import type { ApiKeyRow, MerchantRow } from './rows/merchants.ts';
import type {
  AttemptRow,
  ChargeRow,
  DisputeRow,
  IdempotencyRow,
  ReconciliationRow,
  TransferRow,
} from './rows/payments.ts';
import type { AbuseHoldRow, BreakerOverrideRow, FraudDecisionRow, FraudListRow } from './rows/protection.ts';
import type { PlanRow, SubscriptionRow } from './rows/subscriptions.ts';
import type { DirectoryRow, ThreeDSecureFlowRow } from './rows/three-d-secure.ts';

export type * from './rows/cards.ts';
export type * from './rows/console.ts';
export type * from './rows/events.ts';
export type * from './rows/flag.ts';
export type * from './rows/incidents.ts';
export type * from './rows/mandate.ts';
export type * from './rows/merchants.ts';
export type * from './rows/payments.ts';
export type * from './rows/protection.ts';
export type * from './rows/subscriptions.ts';
export type * from './rows/three-d-secure.ts';

/** A migration that the database has had. */
export interface MigrationRow {
  number: number;
}

export interface Database {
  migrations: MigrationRow;
  merchants: MerchantRow;
  api_keys: ApiKeyRow;
  vault: VaultRow;
  vault_rotations: VaultRotationRow;
  cards: CardRow;
  tokens: TokenRow;
  customers: CustomerRow;
  three_d_secure_flows: ThreeDSecureFlowRow;
  three_d_secure_directory: DirectoryRow;
  disputes: DisputeRow;
  reconciliations: ReconciliationRow;
  charges: ChargeRow;
  attempts: AttemptRow;
  transfers: TransferRow;
  idempotency: IdempotencyRow;
  plans: PlanRow;
  subscriptions: SubscriptionRow;
  events: EventRow;
  deliveries: DeliveryRow;
  webhook_endpoints: WebhookEndpointRow;
  breaker_overrides: BreakerOverrideRow;
  fraud_decisions: FraudDecisionRow;
  fraud_lists: FraudListRow;
  abuse_holds: AbuseHoldRow;
  passthrough_uses: PassthroughUseRow;
  passthrough_notices: PassthroughNoticeRow;
  mandate_profiles: MandateProfileRow;
  mandate_findings: MandateFindingRow;
  incidents: IncidentRow;
  incident_reports: IncidentReportRow;
  maintenance_windows: MaintenanceWindowRow;
  on_call_lines: OnCallLineRow;
  operators: OperatorRow;
  console_sessions: ConsoleSessionRow;
  audit_log: AuditRow;
}
