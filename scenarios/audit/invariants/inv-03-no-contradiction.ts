/**
 * What the gateway recorded and what the acquirer did never contradict each other once everything
 * is settled. The table lists the allowed pairs; every other pair is a violation.
 *
 * Beside it: a charge that its merchant was told had failed, and was never told was captured, is
 * captured nowhere.
 */
import type { GatewayState, TransactionState } from '../books.ts';
import { ofBooks, type Violation } from '../invariant.ts';
import type { Held } from '../view.ts';

type AcquirerState = TransactionState | 'none';

/** How much a state binds the buyer's money: of several transactions the strongest speaks. */
const strength: readonly AcquirerState[] = [
  'none',
  'declined',
  'checked',
  'voided',
  'refunded',
  'authorised',
  'captured',
];

export const allowed: Readonly<Record<GatewayState, readonly AcquirerState[]>> = {
  // Refunded: an unknown that had captured at once can only be given back as a refund.
  failed: ['none', 'declined', 'voided', 'refunded'],
  // Nobody knows, so anything may be true; how many are left unknown is a figure of its own.
  unknown: ['none', 'declined', 'voided', 'authorised', 'captured'],
  pending: ['none', 'declined', 'authorised'],
  authorised: ['authorised'],
  captured: ['captured', 'refunded'],
  voided: ['voided'],
  expired: ['voided', 'none'],
};

const strongest = (held: readonly Held[]): AcquirerState => {
  let state: AcquirerState = 'none';
  for (const one of held)
    if (strength.indexOf(one.transaction.state) > strength.indexOf(state)) state = one.transaction.state;
  return state;
};

export const inv03 = ofBooks({
  id: 'INV-03',
  title: 'no gateway state contradicts the acquirer, and nothing told failed is captured',
  settled: true,
  comparesAcquirers: true,
  judge(view) {
    const violations: Violation[] = [];
    for (const charge of view.charges.values()) {
      const held = view.heldOf(charge.id);
      const state = strongest(held);
      if (!allowed[charge.state].includes(state))
        violations.push({
          atMs: held[0]?.transaction.atMs ?? null,
          objects: [charge.id, ...held.map((one) => one.transaction.transactionId)],
          text: [`gateway says ${charge.state}, acquirer says ${state}`, view.story(charge.id)].join('\n'),
        });
    }
    for (const told of view.told.values()) {
      if (!told.toldFailed || told.capturedToldMs !== null) continue;
      const captured = view.heldOf(told.chargeId).filter((one) => one.transaction.state === 'captured');
      if (captured.length > 0)
        violations.push({
          atMs: captured[0]?.transaction.atMs ?? null,
          objects: [told.chargeId, ...captured.map((one) => one.transaction.transactionId)],
          text: [
            `${told.member} was told it failed, ${captured[0]?.acquirer} captured it`,
            view.story(told.chargeId),
          ].join('\n'),
        });
    }
    return { judged: view.charges.size, violations };
  },
});
