/** What an invariant is: a named check that must be able to fail, one file each. */
import type { AnswerBook, AnswerFault } from './answers.ts';
import type { Asked, AskedBook } from './asked.ts';
import type { Promises } from './promises.ts';
import type { View } from './view.ts';
import type { Reading } from './wire.ts';
import type { End, WireExchange } from './wire-exchange.ts';

export interface Violation {
  readonly atMs: number | null;
  /** Ids of charges, transactions, keys. */
  readonly objects: readonly string[];
  /** First line says what is wrong; the payment's life follows. */
  readonly text: string;
  /** The charge whose exchanges a diagram shows; absent: the first of `objects` that is one. */
  readonly chargeId?: string | null;
}

export interface Judgement {
  /** How many times it had something to judge. */
  readonly judged: number;
  readonly violations: readonly Violation[];
}

/** A request of the gateway to an acquirer, with the auditor's reading of it. */
export interface UpstreamCall {
  readonly exchange: WireExchange;
  readonly acquirer: string;
  readonly reading: Reading | null;
}

/** A structured log entry of a program; `atMs` since the scenario's start. */
export interface Logged {
  readonly program: string;
  readonly atMs: number;
  readonly fields: { readonly event: string } & Readonly<Record<string, unknown>>;
}

/** What the play does to a program. */
export interface ProgramChange {
  readonly program: string;
  readonly change: 'kill' | 'freeze' | 'resume' | 'restart';
  readonly atMs: number;
}

/** A check at work. It is shown everything of its kinds as it happens, and asked once at the end, or more often. */
export interface Watch {
  /** A merchant's request to the gateway. */
  readonly asked?: (asked: Asked) => void;
  readonly upstream?: (call: UpstreamCall) => void;
  /** A request of the gateway to a merchant's own server: a webhook or a notice. */
  readonly posted?: (exchange: WireExchange) => void;
  /** Every exchange, whoever's. */
  readonly passed?: (exchange: WireExchange, from: End, to: End) => void;
  readonly logged?: (entry: Logged) => void;
  readonly program?: (change: ProgramChange) => void;
  judge(view: View): Judgement;
}

/** What a check may know while it watches. */
export interface Ground {
  readonly startWallMs: number;
  readonly asked: AskedBook;
  /** What the policy says that it does; a check of a protection has nothing to judge where it is off. */
  readonly promises: Promises;
}

export interface Invariant {
  /** As in `reference/invariants-and-faults.md` section 2. */
  readonly id: string;
  readonly title: string;
  /** True: it speaks of the end, after faults are over and the world was left alone; before that it may not hold yet. */
  readonly settled?: boolean;
  /** True: it compares with the acquirers' books, and says nothing where those lie. */
  readonly comparesAcquirers?: boolean;
  /** Begins a run. */
  watch(ground: Ground): Watch;
}

/** An invariant that only looks at the books once they are read. */
export const ofBooks = (
  parts: Omit<Invariant, 'watch'> & { readonly judge: (view: View) => Judgement },
): Invariant & { readonly judge: (view: View) => Judgement } => ({ ...parts, watch: () => ({ judge: parts.judge }) });

/** Described in full; a check that finds more counts on and forgets the rest. */
const keptMax = 200;

/** The notebook of a check that watches: counts what it judged and keeps what it found. */
export const createNotebook = () => {
  let judged = 0;
  let found = 0;
  const violations: Violation[] = [];
  return {
    judged(times = 1): void {
      judged += times;
    },
    violate(violation: Violation): void {
      found += 1;
      if (violations.length < keptMax) violations.push(violation);
    },
    found: (): number => found,
    judgement: (): Judgement => ({ judged, violations }),
  };
};

/** What the book of answers found against one invariant. */
export const faultsOfAnswers = (id: AnswerFault['invariant'], answers: AnswerBook): Judgement => ({
  judged: answers.judged(id),
  violations: answers
    .faults()
    .filter(({ invariant }) => invariant === id)
    .map(({ key, atMs, text }) => ({ atMs, objects: [key], text })),
});

export const second = (atMs: number): string => `${Math.round(atMs)} ms`;
