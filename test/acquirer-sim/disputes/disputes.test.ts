import { describe, expect, it } from 'vitest';
import { createDisputes, type Disputes } from '../../../acquirer-sim/disputes/disputes.ts';
import type { Transaction } from '../../../acquirer-sim/ledger/ledger.ts';
import { createManualClock } from '../manual-clock.ts';

const paid = (reference: string, capturedYen: number, refundedYen = 0): Transaction =>
  ({
    ordinal: 0,
    id: `tx-${reference}`,
    tenant: 'ours',
    reference,
    money: { capturedYen, refundedYen },
  }) as Transaction;

/** An acquirer with some payments, whose tenant answers with these statuses, one a call. */
const open = (transactions: readonly Transaction[], answers: readonly (number | null)[] | null) => {
  const clock = createManualClock();
  const told: { body: Record<string, unknown>; token: string | undefined }[] = [];
  const quiet = () => undefined;
  const disputes = createDisputes({
    clock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    acquirer: 'escott',
    ledger: { transactions },
    targetOf: () => (answers === null ? undefined : { url: 'http://ours.test/disputes', token: 'secret' }),
    fetch: (_url, { body, headers }) => {
      told.push({ body: JSON.parse(body ?? ''), token: headers.authorization });
      const status = answers?.[told.length - 1] ?? 200;
      if (answers?.[told.length - 1] === null) return Promise.reject(new Error('reset'));
      return Promise.resolve({ status, headers: { get: () => null }, text: () => Promise.resolve('') });
    },
  });
  return { clock, told, disputes };
};
const claim = { reference: 'order-1', reason: 'fraud', reasonCode: '10.4', debit: 'full' } as const;
const stateOf = (disputes: Disputes) => disputes.list().map(({ state, status }) => [state, status]);

describe('a chargeback at the acquirer', () => {
  it('is told to its tenant until it is answered, with what is claimed and what was debited', async () => {
    const { clock, told, disputes } = open([paid('order-1', 5000, 1000)], [null, 409, 200]);
    expect(disputes.open(claim)).toMatchObject({ amountYen: 4000, debitedYen: 4000, state: 'telling' });
    await clock.advance(0);
    await clock.advance(5_000);
    expect(stateOf(disputes)).toEqual([['telling', 409]]);
    await clock.advance(30_000);
    expect(stateOf(disputes)).toEqual([['told', 200]]);
    await clock.advance(86_400_000);
    expect(told).toHaveLength(3);
    expect(told[2]).toMatchObject({
      token: 'Bearer secret',
      body: { acquirer: 'escott', reference: 'order-1', reason: 'fraud', amountYen: 4000, debitedYen: 4000 },
    });
    expect(Object.keys(told[2]!.body)).not.toContain('tenant');
  });

  it('debits nothing where the issuer keeps the loss, and tells nobody without an address', () => {
    const { disputes, told } = open([paid('order-1', 5000)], null);
    expect(disputes.open({ ...claim, amountYen: 2000, debit: 'none' })).toMatchObject({
      amountYen: 2000,
      debitedYen: 0,
      state: 'untold',
    });
    expect(told).toEqual([]);
  });

  it('is refused for what was not paid, was given back, or is less', () => {
    const { disputes } = open([paid('order-1', 5000, 5000), paid('order-2', 300)], null);
    expect(disputes.open(claim)).toMatchObject({ path: 'reference' });
    expect(disputes.open({ ...claim, reference: 'order-2', amountYen: 301 })).toMatchObject({ path: 'amountYen' });
    expect(disputes.list()).toEqual([]);
  });

  it('is in snapshots and forgotten with its tenant, and its number is not given again', () => {
    const { disputes } = open([paid('order-1', 5000)], null);
    disputes.open(claim);
    const saved = structuredClone(disputes.state.save());
    disputes.state.reset('ours');
    expect(disputes.list()).toEqual([]);
    disputes.open(claim);
    disputes.state.load(saved);
    expect(disputes.list().map(({ dispute }) => dispute)).toEqual(['cb000001-tx-order-1']);
    const next = disputes.open(claim);
    expect(next).toMatchObject({ dispute: 'cb000002-tx-order-1' });
  });
});
