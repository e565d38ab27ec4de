/**
 * Every migration, by number. Numbers are handed out in blocks, so that two rooms may add theirs at
 * the same time; a database remembers each number it has had and gets the missing ones in this order.
 */
import { initial } from './001-initial.ts';
import { subscriptions } from './101-subscriptions.ts';
import { cardAddresses } from './102-card-addresses.ts';
import { leases } from './110-leases.ts';
import { idempotencyAge } from './111-idempotency-age.ts';
import { webhooks } from './115-webhooks.ts';
import { vaultRotations } from './120-vault-rotations.ts';
import { reconciliations } from './122-reconciliations.ts';
import { threeDSecure } from './200-three-d-secure.ts';
import { nonRetention } from './210-non-retention.ts';
import { mandate } from './211-mandate.ts';
import { disputes } from './212-disputes.ts';
import { fraud } from './300-fraud.ts';
import { abuse } from './310-abuse.ts';
import { incidents } from './400-incidents.ts';
import { onCall } from './401-on-call.ts';
import { plannedStops } from './402-planned-stops.ts';
import { console } from './410-console.ts';
import { merchantMail } from './411-merchant-mail.ts';
import { breakerOverrides } from './412-breaker-overrides.ts';

export interface Migration {
  /** Never reused. 0xx first schema, 1xx payments, 2xx 3-D Secure, 3xx protection, 4xx notices. */
  readonly number: number;
  /** Run in one transaction together with the note that they were. */
  readonly statements: readonly string[];
}

export const migrations: readonly Migration[] = [
  { number: 1, statements: initial },
  { number: 101, statements: subscriptions },
  { number: 102, statements: cardAddresses },
  { number: 110, statements: leases },
  { number: 111, statements: idempotencyAge },
  { number: 115, statements: webhooks },
  { number: 120, statements: vaultRotations },
  { number: 122, statements: reconciliations },
  { number: 200, statements: threeDSecure },
  { number: 210, statements: nonRetention },
  { number: 211, statements: mandate },
  { number: 212, statements: disputes },
  { number: 300, statements: fraud },
  { number: 310, statements: abuse },
  { number: 400, statements: incidents },
  { number: 401, statements: onCall },
  { number: 402, statements: plannedStops },
  { number: 410, statements: console },
  { number: 411, statements: merchantMail },
  { number: 412, statements: breakerOverrides },
];

/** Why a database that has had these is not opened; null: it may be. */
export const newerThan = (had: readonly number[]): string | null => {
  const known = new Set(migrations.map(({ number }) => number));
  const newer = had.filter((number) => !known.has(number));
  return newer.length === 0
    ? null
    : `The database has had migration ${newer.join(', ')}, which this program does not know: it is newer.`;
};
