/** Every authentication the program knows of, by each id it may be asked by. Bounded: finished ones go first. */
import type { Timer } from '../ports.ts';
import type { CardPlan } from './cards.ts';
import type { Challenge, Remark } from './challenge.ts';
import type { Issuer, Version } from './config.ts';
import type { ActiveFault } from './faults/fault.ts';
import type { AReq } from './messages/areq.ts';
import type { TransStatus, Verdict } from './status.ts';

/** `asked`: the ACS thinks. `challenge`, `decoupled`: a cardholder is waited for. `reporting`: RReq is on its way. */
export type TransactionState = 'asked' | 'challenge' | 'decoupled' | 'reporting' | 'ended';

/** How the RReq went. `refused`: an Erro, or something that is no RRes, came back. */
export interface Report {
  status: 'none' | 'sending' | 'answered' | 'refused' | 'late' | 'undelivered';
  deliveries: number;
  resultsStatus: string | null;
}

export interface Transaction {
  readonly acsTransID: string;
  readonly dsTransID: string;
  readonly threeDSServerTransID: string;
  readonly issuer: Issuer;
  readonly version: Version;
  /** Its AReq without the card number. */
  readonly request: Omit<AReq, 'acctNumber'>;
  readonly amountYen: number | null;
  /** SHA-256, hex. */
  readonly card: string;
  readonly cardLast4: string;
  readonly device: string;
  readonly plan: CardPlan | null;
  readonly faults: readonly ActiveFault[];
  /** Wall time of the AReq. */
  readonly askedAtMs: number;
  endedAtMs: number | null;
  state: TransactionState;
  /** What ARes said; null before it. */
  answered: TransStatus | null;
  challenge: Challenge | null;
  /** What the screen that is shown says above its form. */
  remark: Remark;
  /** When the code was last sent. */
  sentAtMs: number;
  language: 'en' | 'ja';
  sessionData: string | null;
  windowSize: string;
  verdict: Verdict | null;
  readonly report: Report;
  /** base64url of the final CRes, once it may be posted; `returned`: the page with it was given out. */
  cres: string | null;
  reporting: Promise<void> | null;
  timer: Timer | null;
}

export interface Transactions {
  add(transaction: Transaction): void;
  /** By acsTransID or threeDSServerTransID. */
  find(id: string): Transaction | undefined;
  hasServerTransID(id: string): boolean;
  /** Newest first. */
  list(): IterableIterator<Transaction>;
  readonly size: number;
  reset(): void;
}

export const createTransactions = (max: number): Transactions => {
  const byAcs = new Map<string, Transaction>();
  const byServer = new Map<string, Transaction>();

  const forgetOne = (): void => {
    let oldest: Transaction | undefined;
    for (const transaction of byAcs.values()) {
      oldest ??= transaction;
      if (transaction.state !== 'ended') continue;
      oldest = transaction;
      break;
    }
    if (oldest === undefined) return;
    oldest.timer?.cancel();
    byAcs.delete(oldest.acsTransID);
    byServer.delete(oldest.threeDSServerTransID);
  };

  return {
    add(transaction) {
      byAcs.set(transaction.acsTransID, transaction);
      byServer.set(transaction.threeDSServerTransID, transaction);
      if (byAcs.size > max) forgetOne();
    },
    find: (id) => byAcs.get(id) ?? byServer.get(id),
    hasServerTransID: (id) => byServer.has(id),
    *list() {
      yield* [...byAcs.values()].reverse();
    },
    get size() {
      return byAcs.size;
    },
    reset() {
      for (const { timer } of byAcs.values()) timer?.cancel();
      byAcs.clear();
      byServer.clear();
    },
  };
};
