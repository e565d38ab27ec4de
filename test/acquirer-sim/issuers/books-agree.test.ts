import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepFor } from '../../../acquirer-sim/escott/life.ts';
import { ruleFor } from '../../../acquirer-sim/issuers/cards.ts';
import { createIssuers } from '../../../acquirer-sim/issuers/issuers.ts';
import { createLedger, fingerprintOf, type Transaction } from '../../../acquirer-sim/ledger/ledger.ts';
import type { RowKind } from '../../../acquirer-sim/ledger/money.ts';

const SEED = 20170713;
const FUNDS_YEN = 10_000;
const LAPSES_MS = 600_000;
const CARD = '5200007000000010';

interface Step {
  readonly what: 'authorise' | 'gather' | 'capture' | 'change' | 'void';
  readonly which: number;
  readonly amountYen: number;
  readonly waitMs: number;
}

const steps = fc.array(
  fc.record<Step>({
    what: fc.constantFrom('authorise', 'gather', 'capture', 'change', 'void'),
    which: fc.nat(5),
    amountYen: fc.integer({ min: 1, max: 6_000 }),
    waitMs: fc.constantFrom(0, 0, 1_000, 200_000, LAPSES_MS),
  }),
  { maxLength: 60 },
);

/** Plays the steps as the dialects do: asks the issuer, then books. */
const play = (life: readonly Step[]) => {
  const issuers = createIssuers();
  const ledger = createLedger(issuers.booked);
  const rule = ruleFor(CARD);
  const card = { fingerprint: fingerprintOf(CARD), rule, expiry: '3012', lastFour: '0010' };
  const heldAtMs = new Map<Transaction, number>();
  let atMs = Date.parse('2017-07-13T12:00:00+09:00');
  const book = (transaction: Transaction, kind: RowKind, amountYen: number): void => {
    ledger.post(transaction, { atMs, kind, amountYen, code: 'OK', serviceUs: 1 });
  };
  const lapsed = (transaction: Transaction) => atMs >= (heldAtMs.get(transaction) ?? atMs) + LAPSES_MS;
  for (const { what, which, amountYen, waitMs } of life) {
    atMs += waitMs;
    if (what === 'authorise' || what === 'gather') {
      if (!issuers.ask({ tenant: 't', card, amountYen, transaction: null, atMs }).approved) continue;
      const transaction = ledger.open({ id: `${ledger.transactions.length}`, tenant: 't', reference: 'r', card });
      heldAtMs.set(transaction, atMs);
      book(transaction, what, amountYen);
      continue;
    }
    const transaction = ledger.transactions[which];
    const step = transaction === undefined ? null : stepFor(transaction.money, what, amountYen);
    if (transaction === undefined || step === null) continue;
    const asks = step.kind === 'capture' || step.kind === 'change';
    const asked = { tenant: 't', card, amountYen, transaction, atMs };
    const decision = step.kind === 'capture' ? issuers.claim(transaction, atMs) : asks ? issuers.ask(asked) : null;
    if (decision !== null && !decision.approved) continue;
    if (step.kind === 'change' && lapsed(transaction)) heldAtMs.set(transaction, atMs);
    book(transaction, step.kind, step.amountYen);
  }
  const usedYen = ledger.transactions.reduce((sum, transaction) => {
    const { state, amountYen, capturedYen, refundedYen } = transaction.money;
    return sum + (state === 'authorised' && !lapsed(transaction) ? amountYen : capturedYen - refundedYen);
  }, 0);
  const freeYen = FUNDS_YEN - usedYen;
  const ask = (amountYen: number) => issuers.ask({ tenant: 't', card, amountYen, transaction: null, atMs }).approved;
  return { usedYen, lastYenIsGiven: freeYen === 0 || ask(freeYen), oneMoreIsNot: !ask(freeYen + 1) };
};

describe(`the issuer’s account and the ledger (seed ${SEED})`, () => {
  it('agree to the yen after any life of a card, and the balance is never overdrawn', () => {
    fc.assert(
      fc.property(steps, (life) => {
        const { usedYen, lastYenIsGiven, oneMoreIsNot } = play(life);
        expect(usedYen).toBeLessThanOrEqual(FUNDS_YEN);
        expect({ lastYenIsGiven, oneMoreIsNot }).toEqual({ lastYenIsGiven: true, oneMoreIsNot: true });
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});
