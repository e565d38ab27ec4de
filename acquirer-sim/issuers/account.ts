/**
 * The money behind one card: what is held, what was taken, how often it paid. Pure but for its own state;
 * time comes with each question, so a hold lapses when somebody next looks.
 */
import type { AccountRule, CardRule, DeclineCode } from './cards.ts';

/** An account in a snapshot: plain JSON. */
export interface SavedAccount {
  takenYen: number;
  asked: number;
  /** By transaction, oldest first. */
  holds: { readonly transactionId: string; readonly amountYen: number; readonly lapsesAtMs: number }[];
  /** Approved payments that a velocity rule still sees, oldest first. */
  payments: { readonly atMs: number; readonly amountYen: number }[];
}

export const emptyAccount = (): SavedAccount => ({ takenYen: 0, asked: 0, holds: [], payments: [] });

/** The oldest hold makes room for the next one, as if it had lapsed. */
const HOLDS_MAX = 1_000;

/** JSON has no infinity. */
const NEVER_MS = Number.MAX_SAFE_INTEGER;

const short: Readonly<Record<CardRule['funding'], DeclineCode>> = { credit: 'G55', debit: 'G06', prepaid: 'G02' };

/** Gives back what lapsed, and forgets payments that left the window. */
const age = (account: SavedAccount, { velocity }: AccountRule, atMs: number): void => {
  if (account.holds.some(({ lapsesAtMs }) => lapsesAtMs <= atMs)) {
    account.holds = account.holds.filter(({ lapsesAtMs }) => lapsesAtMs > atMs);
  }
  const sinceMs = atMs - (velocity?.windowMs ?? 0);
  if (account.payments.some((payment) => payment.atMs <= sinceMs)) {
    account.payments = account.payments.filter((payment) => payment.atMs > sinceMs);
  }
};

const availableYen = (account: SavedAccount, { fundsYen }: AccountRule): number =>
  fundsYen === null
    ? Number.POSITIVE_INFINITY
    : account.holds.reduce((left, { amountYen }) => left - amountYen, fundsYen - account.takenYen);

export interface AccountQuestion {
  readonly rule: CardRule;
  readonly account: AccountRule;
  readonly transactionId: string | null;
  readonly amountYen: number;
  /** What of it the account gave already: a change asks for a new total. */
  readonly takenYen: number;
  readonly atMs: number;
}

/** Why not, or null. Asking counts: a card that refuses its first payment has then refused it. */
export const objection = (state: SavedAccount, question: AccountQuestion): DeclineCode | null => {
  const { rule, account, transactionId, amountYen, takenYen, atMs } = question;
  age(state, account, atMs);
  const isNew = transactionId === null;
  if (isNew && state.asked < account.refusesFirst) {
    state.asked += 1;
    return 'G97';
  }
  const { velocity } = account;
  if (isNew && velocity !== null) {
    const paidYen = state.payments.reduce((sum, payment) => sum + payment.amountYen, 0);
    const over = velocity.amountYenMax !== null && paidYen + amountYen > velocity.amountYenMax;
    if (over || state.payments.length >= velocity.countMax) return 'G54';
  }
  const heldYen = state.holds.find((hold) => hold.transactionId === transactionId)?.amountYen ?? 0;
  return amountYen > availableYen(state, account) + heldYen + takenYen ? short[rule.funding] : null;
};

export const hold = (
  state: SavedAccount,
  rule: AccountRule,
  transactionId: string,
  amountYen: number,
  atMs: number,
): void => {
  const standing = state.holds.find((other) => other.transactionId === transactionId);
  const lapsesAtMs =
    standing?.lapsesAtMs ?? (rule.holdLapsesAfterMs === null ? NEVER_MS : atMs + rule.holdLapsesAfterMs);
  release(state, transactionId);
  state.holds.push({ transactionId, amountYen, lapsesAtMs });
  if (state.holds.length > HOLDS_MAX) state.holds.shift();
};

export const release = (state: SavedAccount, transactionId: string): void => {
  state.holds = state.holds.filter((other) => other.transactionId !== transactionId);
};

/** Only what a velocity rule may still ask about is kept. */
export const paid = (state: SavedAccount, { velocity }: AccountRule, amountYen: number, atMs: number): void => {
  if (velocity !== null) state.payments.push({ atMs, amountYen });
};
