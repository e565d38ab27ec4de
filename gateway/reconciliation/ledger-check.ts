/**
 * The gateway's ledger against itself: what every account stands at by its entries must be what the
 * charges say, and suspense must be exactly the payments whose outcome is open. Pure but for `read`.
 */
import type { Tx } from '../ports.ts';
import { balances, type ChargeSums, chargeSums, disputeLosses, writtenTwice } from './store.ts';

export interface LedgerCheck {
  /** What the accounts stand at together: 0. */
  readonly sumYen: number;
  readonly suspenseYen: number;
  /** Payments whose outcome is open. */
  readonly open: { readonly count: number; readonly yen: number };
  readonly faults: readonly LedgerFault[];
}

export type LedgerFault =
  | { readonly kind: 'account'; readonly account: string; readonly entriesYen: number; readonly chargesYen: number }
  | { readonly kind: 'written_twice'; readonly entry: string; readonly times: number };

interface Books {
  readonly balances: readonly { readonly account: string; readonly yen: number }[];
  readonly charges: readonly ChargeSums[];
  /** What disputes of protected payments cost us. */
  readonly losses?: readonly { readonly acquirer: string; readonly yen: number }[];
  readonly twice: readonly { readonly id: string; readonly count: number }[];
}

const isOpen = ({ state }: ChargeSums): boolean => state === 'pending' || state === 'unknown';

export const checkLedger = ({ balances: accounts, charges, losses = [], twice }: Books): LedgerCheck => {
  const expected = new Map<string, number>();
  const add = (account: string, yen: number): void => void expected.set(account, (expected.get(account) ?? 0) + yen);
  for (const one of charges) {
    const [amount, taken] = [Number(one.amount), Number(one.captured) - Number(one.refunded) - Number(one.disputed)];
    if (isOpen(one)) add(`suspense:${one.merchant_id}`, amount);
    if (one.state === 'authorised') add(`authorised:${one.merchant_id}`, amount);
    if (isOpen(one) || one.state === 'authorised') add('commitments', -amount);
    add(`receivable:${one.acquirer}`, taken);
    add(`payable:${one.merchant_id}`, -taken);
  }
  for (const { acquirer, yen } of losses) {
    add(`receivable:${acquirer}`, -Number(yen));
    add('losses', Number(yen));
  }
  const stands = new Map(accounts.map(({ account, yen }) => [account, Number(yen)]));
  const faults: LedgerFault[] = [];
  for (const account of [...new Set([...stands.keys(), ...expected.keys()])].toSorted()) {
    const [entriesYen, chargesYen] = [stands.get(account) ?? 0, expected.get(account) ?? 0];
    if (entriesYen !== chargesYen) faults.push({ kind: 'account', account, entriesYen, chargesYen });
  }
  for (const { id, count } of twice) faults.push({ kind: 'written_twice', entry: id, times: Number(count) });
  const open = charges.filter(isOpen);
  let sumYen = 0;
  let suspenseYen = 0;
  for (const [account, yen] of stands) {
    sumYen += yen;
    if (account.startsWith('suspense:')) suspenseYen += yen;
  }
  return {
    sumYen,
    suspenseYen,
    open: {
      count: open.reduce((all, { count }) => all + Number(count), 0),
      yen: open.reduce((all, { amount }) => all + Number(amount), 0),
    },
    faults,
  };
};

/** All of it in one read: entries and charges are written together, so they agree at every moment. */
export const readLedger = async (tx: Tx): Promise<LedgerCheck> =>
  checkLedger({
    balances: await tx.all(balances, {}),
    charges: await tx.all(chargeSums, {}),
    losses: await tx.all(disputeLosses, {}),
    twice: await tx.all(writtenTwice, {}),
  });
