/**
 * The gateway's book against the acquirers', by SQL and by their control API. It shares no code
 * with the gateway or the auditor of the scenarios, so it may contradict both.
 */
import type { AcquirerId } from './acquirers.ts';
import type { Json, World } from './world.ts';

/** One with money, as its acquirer's control API shows it. */
export interface Transaction {
  readonly acquirer: AcquirerId;
  readonly reference: string;
  readonly authorisedYen: number;
  readonly capturedYen: number;
  readonly refundedYen: number;
  readonly state: string;
}

/** All transactions with money that the acquirers know. */
export const transactionsOf = (world: World): Promise<Transaction[]> =>
  world.play(async () => {
    const found: Transaction[] = [];
    const { fetch } = world.stage.castMember('book-keeper', 'book-keeper');
    for (const acquirer of ['escott', 'gmo'] as const) {
      const reply = await fetch(`http://${acquirer}.test/sim/v1/transactions?limit=1000`, {
        method: 'GET',
        headers: {},
        timeoutMs: 10_000,
      });
      const { rows } = JSON.parse(await reply.text()) as { rows: Omit<Transaction, 'acquirer'>[] };
      for (const row of rows) if (row.authorisedYen > 0) found.push({ acquirer, ...row });
    }
    return found;
  });

/** Rows of the gateway's store, whichever it is. */
export interface Rows {
  readonly charges: readonly Json[];
  readonly attempts: readonly Json[];
  readonly transfers: readonly Json[];
}

const balancesIn = (transfers: readonly Json[]): Record<string, number> => {
  const balances: Record<string, number> = {};
  for (const { debit, credit, amount } of transfers) {
    balances[debit] = (balances[debit] ?? 0) + Number(amount);
    balances[credit] = (balances[credit] ?? 0) - Number(amount);
  }
  for (const account of Object.keys(balances)) if (balances[account] === 0) delete balances[account];
  return balances;
};

/** Every account of the gateway's ledger and what it stands at, debits minus credits. */
export const balancesOf = (world: World): Record<string, number> =>
  balancesIn(world.rows('select debit, credit, amount from transfers'));

const sum = (rows: readonly Json[], of: (row: Json) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);

/** Everything that does not agree once all is quiet, one line each. */
export const disagreements = async (world: World): Promise<string[]> =>
  compareBooks(await transactionsOf(world), {
    charges: world.rows('select * from charges'),
    attempts: world.rows('select * from attempts'),
    transfers: world.rows('select debit, credit, amount from transfers'),
  });

/** The same of books that somebody else has read. */
export const compareBooks = (
  transactions: readonly Transaction[],
  { charges, attempts, transfers }: Rows,
): string[] => {
  const faults: string[] = [];

  // `absent` is over for everybody; it is only looked for once more in case it comes late.
  for (const { reference, kind, state, due_ms } of attempts)
    if (state !== 'absent' && (!['approved', 'declined', 'not_sent'].includes(state) || due_ms !== null))
      faults.push(`attempt ${reference} (${kind}) is still ${state}, due ${due_ms}`);

  const owner = new Map<string, string>();
  for (const attempt of attempts)
    if (attempt.kind === 'authorise') owner.set(`${attempt.acquirer}/${attempt.reference}`, attempt.charge_id);
  for (const { acquirer, reference } of transactions)
    if (!owner.has(`${acquirer}/${reference}`)) faults.push(`${acquirer} has ${reference}, which nobody asked for`);

  for (const charge of charges) {
    const own = transactions.filter(({ acquirer, reference }) => owner.get(`${acquirer}/${reference}`) === charge.id);
    const held = own.filter(({ state }) => state === 'authorised');
    const captures = own.filter(({ capturedYen }) => capturedYen > 0);
    const says = `charge ${charge.id} is ${charge.state} (captured ${charge.captured_amount}, refunded ${charge.refunded_amount})`;
    const does = own.map(
      (one) => `${one.acquirer} ${one.state} ${one.authorisedYen}/${one.capturedYen}/${one.refundedYen}`,
    );
    const told = `${says}; acquirers: ${does.join(', ') || 'nothing'}`;
    if (!['authorised', 'captured', 'failed', 'cancelled'].includes(charge.state)) faults.push(`unsettled: ${told}`);
    if (charge.pending_type !== null) faults.push(`pending ${charge.pending_type}: ${told}`);
    if (captures.length > 1) faults.push(`captured twice: ${told}`);
    if (held.length !== (charge.state === 'authorised' ? 1 : 0)) faults.push(`holds differ: ${told}`);
    if (sum(own, (one) => one.capturedYen - one.refundedYen) !== charge.captured_amount - charge.refunded_amount)
      faults.push(`sums differ: ${told}`);
    if (charge.state === 'captured' && sum(own, (one) => one.refundedYen) !== charge.refunded_amount)
      faults.push(`refunds differ: ${told}`);
    if (own.some(({ acquirer, state }) => !['voided', 'declined'].includes(state) && acquirer !== charge.acquirer))
      faults.push(`not at ${charge.acquirer}: ${told}`);
  }

  // What the ledger must stand at, said from the charges alone.
  const expected: Record<string, number> = {};
  const add = (account: string, yen: number): void => {
    const total = (expected[account] ?? 0) + yen;
    if (total === 0) delete expected[account];
    else expected[account] = total;
  };
  for (const { merchant_id, acquirer, state, amount, captured_amount, refunded_amount } of charges) {
    if (state === 'authorised') {
      add(`authorised:${merchant_id}`, Number(amount));
      add('commitments', -Number(amount));
    }
    add(`receivable:${acquirer}`, captured_amount - refunded_amount);
    add(`payable:${merchant_id}`, refunded_amount - captured_amount);
  }
  const balances = balancesIn(transfers);
  for (const account of new Set([...Object.keys(expected), ...Object.keys(balances)]))
    if (expected[account] !== balances[account])
      faults.push(`ledger: ${account} stands at ${balances[account] ?? 0}, charges say ${expected[account] ?? 0}`);
  return faults;
};
