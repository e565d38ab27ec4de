/**
 * The issuers of every card, as one acquirer sees them: asked before money moves, told when it has moved.
 *
 * A card without an account (nearly every one) is decided by `decision.ts` alone and leaves nothing here.
 * Accounts are per tenant, so that two shops that test with the same card do not see each other, and follow
 * the ledger: what it books is what the issuer knows, whoever was told. No draws: an issuer's answer is a
 * function of what it was asked before.
 */
import type { Decision, KnownCard, Transaction } from '../ledger/ledger.ts';
import type { Money } from '../ledger/money.ts';
import type { StatePart } from '../state.ts';
import { emptyAccount, hold, objection, paid, release, type SavedAccount } from './account.ts';
import { APPROVED, decide, type IssuerDecision } from './decision.ts';

export interface Question {
  readonly tenant: string;
  readonly card: KnownCard;
  /** What is wanted in all; null = a validity check. */
  readonly amountYen: number | null;
  /** The transaction whose amount changes; null for a new one. */
  readonly transaction: Transaction | null;
  /** Wall time. */
  readonly atMs: number;
}

export interface Issuers {
  ask(question: Question): IssuerDecision;
  /** A hold is about to be taken: approved while it stands, asked anew when it lapsed. */
  claim(transaction: Transaction, atMs: number): IssuerDecision;
  /** The ledger's word for each approved decision; `before` is the money it found. */
  booked(transaction: Transaction, decision: Decision, before: Money): void;
  readonly state: StatePart<SavedIssuers>;
}

type SavedIssuers = (SavedAccount & { readonly tenant: string; readonly card: string })[];

/** Accounts that are remembered; the one that was used least recently is forgotten, and is as new. */
const ACCOUNTS_MAX = 10_000;

export const createIssuers = (): Issuers => {
  const accounts = new Map<string, SavedIssuers[number]>();

  const accountOf = (tenant: string, { fingerprint }: KnownCard): SavedAccount => {
    const key = `${tenant}/${fingerprint}`;
    const account = accounts.get(key) ?? { ...emptyAccount(), tenant, card: fingerprint };
    accounts.delete(key);
    accounts.set(key, account);
    if (accounts.size > ACCOUNTS_MAX) accounts.delete(accounts.keys().next().value ?? '');
    return account;
  };

  const asked = (
    tenant: string,
    card: KnownCard,
    amountYen: number,
    transaction: Transaction | null,
    atMs: number,
  ): IssuerDecision => {
    const { rule } = card;
    if (rule.account === null) return APPROVED;
    const code = objection(accountOf(tenant, card), {
      rule,
      account: rule.account,
      transactionId: transaction?.id ?? null,
      amountYen,
      takenYen: transaction?.money.state === 'captured' ? transaction.money.amountYen : 0,
      atMs,
    });
    return code === null ? APPROVED : { approved: false, code };
  };

  return {
    ask({ tenant, card, amountYen, transaction, atMs }) {
      const decision = decide({ rule: card.rule, expiry: card.expiry, amountYen, atMs });
      return decision.approved && amountYen !== null ? asked(tenant, card, amountYen, transaction, atMs) : decision;
    },
    claim: (transaction, atMs) =>
      asked(transaction.tenant, transaction.card, transaction.money.amountYen, transaction, atMs),
    booked({ id, tenant, card }, { kind, amountYen, atMs }, before) {
      const rule = card.rule.account;
      if (rule === null) return;
      const account = accountOf(tenant, card);
      switch (kind) {
        case 'check':
          return;
        case 'authorise':
          hold(account, rule, id, amountYen, atMs);
          paid(account, rule, amountYen, atMs);
          return;
        case 'gather':
          account.takenYen += amountYen;
          paid(account, rule, amountYen, atMs);
          return;
        case 'capture':
          release(account, id);
          account.takenYen += amountYen;
          return;
        case 'change':
          if (before.state === 'captured') account.takenYen += amountYen - before.amountYen;
          else hold(account, rule, id, amountYen, atMs);
          return;
        case 'void':
          release(account, id);
          return;
        case 'refund':
          account.takenYen -= amountYen;
          return;
      }
    },
    state: {
      save: () => [...accounts.values()],
      load(saved) {
        accounts.clear();
        for (const account of saved) accounts.set(`${account.tenant}/${account.card}`, account);
      },
      reset(tenant) {
        for (const [key, account] of accounts) if (tenant === null || account.tenant === tenant) accounts.delete(key);
      },
    },
  };
};
