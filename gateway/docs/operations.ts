/**
 * Every call there is, one entry each: what a test holds against the routes of the app, in both
 * directions. The forms are the schemas that the calls check with, so the two cannot differ.
 */
import { accountOperations } from './account-operations.ts';
import { browserOperations } from './browser-operations.ts';
import { chargeOperations } from './charge-operations.ts';
import { customerOperations } from './customer-operations.ts';
import { incidentOperations } from './incident-operations.ts';
import { moneyOperations } from './money-operations.ts';
import type { Operation } from './operation.ts';
import { operatorOperations } from './operator-operations.ts';
import { subscriptionOperations } from './subscription-operations.ts';
import { threeDSecureOperations } from './three-d-secure-operations.ts';
import { upkeepOperations } from './upkeep-operations.ts';

/** In the order in which the document shows them. */
export const operations: readonly Operation[] = [
  ...chargeOperations,
  ...customerOperations,
  ...subscriptionOperations,
  ...accountOperations,
  ...moneyOperations,
  ...operatorOperations,
  ...incidentOperations,
  ...upkeepOperations,
  ...threeDSecureOperations,
  ...browserOperations,
];
