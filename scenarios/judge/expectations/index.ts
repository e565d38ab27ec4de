/**
 * All kinds of expectation: the schema of one line of a scenario's `expect`, and its judge.
 *
 * A new kind is a file of this folder (schema, title, evaluate) and an arm of `evaluate` below.
 */
import { z } from 'zod';
import type { Day, Window } from '../hours.ts';
import { resolveWindow } from '../hours.ts';
import type { ExpectationResult } from '../result.ts';
import { momentNames } from '../result.ts';
import {
  evaluateCount,
  evaluateInvariants,
  evaluateMoney,
  Invariants,
  Money,
  RepliesLost,
  RequestCount,
  UnknownSeen,
} from './books.ts';
import { BrandElsewhere, BrandSuccessRate, evaluateBrands } from './brands.ts';
import { BreakerOpenings, evaluateBreakerOpenings } from './breaker-openings.ts';
import { Capped, evaluateCapped, evaluateNeverCapped, NeverCapped } from './cap.ts';
import { CardTesting, evaluateCardTesting } from './card-testing.ts';
import type { Evidence } from './common.ts';
import { DeferredCompleted, evaluateDeferredCompleted } from './deferred-completed.ts';
import { evaluateIncidentComponents, IncidentComponents } from './incident-components.ts';
import { evaluateMerchantSuccessRate, MerchantSuccessRate } from './merchant-success-rate.ts';
import { evaluateMoment, Moment } from './moment.ts';
import { evaluateNoFalseIncident, evaluatePageUpdates, NoFalseIncident, PageUpdates } from './page-words.ts';
import { evaluateNoFalseResolved, evaluateNoPublicIncident, NoFalseResolved, NoPublicIncident } from './public-page.ts';
import { evaluateRenewals, Renewals } from './renewals.ts';
import { evaluateSuccessRate, SuccessRate } from './success-rate.ts';

export type { Evidence } from './common.ts';

export const Expectation = z.discriminatedUnion('kind', [
  SuccessRate,
  MerchantSuccessRate,
  Moment,
  NoPublicIncident,
  NoFalseResolved,
  NeverCapped,
  Capped,
  Money,
  UnknownSeen,
  RepliesLost,
  RequestCount,
  Invariants,
  DeferredCompleted,
  PageUpdates,
  NoFalseIncident,
  IncidentComponents,
  BrandSuccessRate,
  BrandElsewhere,
  BreakerOpenings,
  CardTesting,
  Renewals,
]);
export type Expectation = z.infer<typeof Expectation>;

/** Judges one expectation. @throws RangeError for hours outside the day: `refusalsOf` names them before a run. */
export const evaluate = (expectation: Expectation, evidence: Evidence): ExpectationResult => {
  switch (expectation.kind) {
    case 'success-rate':
      return evaluateSuccessRate(expectation, evidence);
    case 'merchant-success-rate':
      return evaluateMerchantSuccessRate(expectation, evidence);
    case 'moment':
      return evaluateMoment(expectation, evidence);
    case 'no-public-incident':
      return evaluateNoPublicIncident(expectation, evidence);
    case 'page-updates':
      return evaluatePageUpdates(expectation, evidence);
    case 'no-false-incident':
      return evaluateNoFalseIncident(expectation, evidence);
    case 'incident-components':
      return evaluateIncidentComponents(expectation, evidence);
    case 'no-false-resolved':
      return evaluateNoFalseResolved(expectation, evidence);
    case 'never-capped':
      return evaluateNeverCapped(expectation, evidence);
    case 'capped':
      return evaluateCapped(expectation, evidence);
    case 'money':
      return evaluateMoney(expectation, evidence);
    case 'unknown-seen':
    case 'replies-lost':
    case 'request-count':
      return evaluateCount(expectation, evidence);
    case 'invariants':
      return evaluateInvariants(expectation, evidence);
    case 'brand-success-rate':
    case 'brand-elsewhere':
      return evaluateBrands(expectation, evidence);
    case 'breaker-openings':
      return evaluateBreakerOpenings(expectation, evidence);
    case 'card-testing':
      return evaluateCardTesting(expectation, evidence);
    case 'renewals':
      return evaluateRenewals(expectation, evidence);
    case 'deferred-completed':
      return evaluateDeferredCompleted(expectation, evidence);
  }
};

/** What an expectation refers to in its scenario. */
export interface Surroundings extends Day {
  /** Ids of the timeline's events. */
  readonly events: readonly string[];
}

/**
 * Faults that only the whole scenario shows: hours outside the day, or `since` an event that it
 * does not have. Paths are inside the expectation.
 */
export const refusalsOf = (
  expectation: Expectation,
  around: Surroundings,
): { path: (string | number)[]; reason: string }[] => {
  const refusals: { path: (string | number)[]; reason: string }[] = [];
  const check = (path: (string | number)[], window: Window): void => {
    const resolved = resolveWindow(window, around);
    if ('refused' in resolved) refusals.push({ path, reason: resolved.refused });
  };
  if (expectation.window !== undefined) check(['window'], expectation.window);
  for (const [index, window] of (expectation.outside ?? []).entries()) check(['outside', index], window);
  if (expectation.kind === 'moment') {
    const { since } = expectation;
    if (!(momentNames as readonly string[]).includes(since) && !around.events.includes(since))
      refusals.push({
        path: ['since'],
        reason: `${JSON.stringify(since)} is neither a moment nor an event of the timeline`,
      });
  }
  return refusals;
};
