/** Charges of subscriptions that fell due in some hours: how many were paid, and by when. */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import { hourToMs } from '../hours.ts';
import type { LogEntry } from '../stories.ts';
import type { Evidence } from './common.ts';
import {
  boundOf,
  commonShape,
  hoursOf,
  needOneBound,
  outOfBounds,
  refuseBothRegions,
  regionOf,
  resultOf,
  Share,
} from './common.ts';

export const Renewals = z
  .strictObject({
    kind: z.literal('renewals'),
    ...commonShape,
    /** Renewals that came due in the hours: without them it would prove nothing. */
    minimum: z.strictObject({ renewals: z.int().positive() }),
    /** Paid before this hour; absent: before the books are closed. */
    paidBy: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, "HH:MM" (JST)')
      .optional(),
    /** Shares of those that no issuer declined. */
    atLeast: Share.optional(),
    atMost: Share.optional(),
  })
  .superRefine(refuseBothRegions)
  .superRefine(needOneBound);
export type Renewals = z.infer<typeof Renewals>;

export const renewalsTitle = (settings: Renewals): Words => {
  const hours = hoursOf(settings);
  const { paidBy } = settings;
  return {
    en: `renewals due are paid${paidBy === undefined ? '' : ` by ${paidBy}`}${hours.en}`,
    ja: `期日が来た定期課金の成立${paidBy === undefined ? '' : ` (${paidBy}まで)`}${hours.ja}`,
  };
};

interface Renewal {
  readonly firstMs: number;
  paidMs: number | null;
  declined: boolean;
}

/** By subscription: when it was first tried, and what came of it. One renewal each, months are longer than days. */
const renewalsOf = (charged: readonly LogEntry[]): Renewal[] => {
  const renewals = new Map<string, Renewal>();
  for (const { atMs, fields } of charged) {
    if (fields.cause !== 'renew') continue;
    const id = String(fields.subscription);
    const renewal: Renewal = renewals.get(id) ?? { firstMs: atMs, paidMs: null, declined: false };
    renewals.set(id, renewal);
    if (fields.as === 'paid') renewal.paidMs ??= atMs;
    if (fields.as === 'declined') renewal.declined = true;
  }
  return [...renewals.values()];
};

export const evaluateRenewals = (settings: Renewals, evidence: Evidence) => {
  const region = regionOf(settings, evidence);
  const byMs = settings.paidBy === undefined ? Infinity : (hourToMs(settings.paidBy, evidence) ?? Infinity);
  const due = renewalsOf(evidence.recorder.factsOf('subscription.charged')).filter(
    ({ firstMs, declined }) => !declined && region.some(({ fromMs, toMs }) => firstMs >= fromMs && firstMs < toMs),
  );
  const paid = due.filter(({ paidMs }) => paidMs !== null && paidMs < byMs).length;
  const measured = due.length === 0 ? null : paid / due.length;
  const { renewals } = settings.minimum;
  const thin = due.length < renewals ? `only ${due.length} renewals, ${renewals} needed` : null;
  return resultOf(settings, renewalsTitle(settings), {
    bound: boundOf(settings),
    measured,
    sample: due.length,
    reason: thin ?? (measured === null ? 'no renewals' : outOfBounds(measured, settings)),
  });
};
