/** Which pattern a service may choose (S4 L16-48). Pure. */
import type { Billing, Pattern } from './facts.ts';
import type { MandateRule } from './rules.ts';

export interface Service {
  /** Buyers have accounts that hold their cards. */
  readonly accountsHoldCards: boolean;
  readonly guests: boolean;
  readonly billings: readonly Billing[];
  /** The merchant wants its payments protected against fraud chargebacks. */
  readonly wantsProtection: boolean;
}

export interface Choice {
  readonly pattern: Pattern;
  readonly allowed: boolean;
  /** Why, or why not. */
  readonly rules: readonly MandateRule[];
  /** The one that the guide leads this service to. */
  readonly advised: boolean;
}

/** Every pattern, whether this service may choose it, and by which rule. */
export const choicesOf = ({ accountsHoldCards, guests, billings, wantsProtection }: Service): readonly Choice[] => {
  const has = (billing: Billing): boolean => billings.includes(billing);
  const subscriptionsOnly = billings.length > 0 && billings.every((billing) => billing === 'payjp_subscription');
  const mixed = accountsHoldCards && guests;

  const forRegistration: MandateRule[] = [];
  if (accountsHoldCards) forRegistration.push('TDS-20');
  if (has('payjp_subscription')) forRegistration.push('TDS-21');
  if (has('own_recurring')) forRegistration.push('TDS-23');

  const forPayments: MandateRule[] = [];
  if (subscriptionsOnly) forPayments.push('TDS-22');
  else {
    if (guests || !accountsHoldCards) forPayments.push('TDS-26');
    if (mixed) forPayments.push('TDS-29');
    if (accountsHoldCards && wantsProtection) forPayments.push('TDS-30');
  }

  const registrationAllowed = forRegistration.length > 0 && !guests;
  const advised: Pattern = subscriptionsOnly
    ? 'REG'
    : wantsProtection
      ? 'CHG'
      : has('own_recurring')
        ? 'REC'
        : mixed
          ? 'MIX'
          : registrationAllowed
            ? 'REG'
            : 'CHG';
  const choice = (pattern: Pattern, allowed: boolean, rules: readonly MandateRule[]): Choice => ({
    pattern,
    allowed,
    rules,
    advised: pattern === advised,
  });
  return [
    // With guests beside the accounts, registration covers the accounts only.
    choice('REG', registrationAllowed, guests && accountsHoldCards ? ['TDS-27'] : forRegistration),
    choice('CHG', !subscriptionsOnly, forPayments),
    choice(
      'REC',
      has('own_recurring'),
      has('own_recurring') ? ['TDS-24'] : has('payjp_subscription') ? ['TDS-25'] : [],
    ),
    choice('MIX', mixed, mixed ? ['TDS-27', 'TDS-28'] : []),
  ];
};
