/**
 * What a disagreement is called and who has to act: the acquirer's own answer to an inquiry decides
 * whose book is wrong. Pure. The order of the lines is the order of precedence.
 */
import type { DiscrepancyClass, Explanation, WhoActs } from './classes.ts';
import type { FiledLine, Movement, Payment, Shown } from './payment.ts';

export interface Item {
  readonly reference: string;
  readonly chargeId: string | null;
  readonly merchantId: string | null;
  readonly transaction: string | null;
  /** What is at stake: never negative. */
  readonly yen: number;
  /** File less books, for this day: what this item adds to the difference of the totals. */
  readonly differenceYen: number;
  /** What the three say, for people. */
  readonly says: string;
}

export interface Discrepancy extends Item {
  readonly class: DiscrepancyClass;
  readonly who: WhoActs;
}

export interface Explained extends Item {
  readonly because: Explanation;
}

export type Verdict = Discrepancy | Explained;

/** Is a payment still being settled, and for longer than that takes? */
export type Openness = 'settled' | 'settling' | 'stuck';

/** Settling takes minutes; an outage of the acquirer may take hours. */
const settlingMs = 24 * 3_600_000;

export const openness = ({ unsettledSinceMs }: Payment, nowMs: number): Openness => {
  if (unsettledSinceMs === null) return 'settled';
  return nowMs - unsettledSinceMs > settlingMs ? 'stuck' : 'settling';
};

const tell = (shown: Shown | undefined): string => {
  if (shown === undefined) return 'not asked';
  return shown.found ? `${shown.state} ${shown.amountYen}` : 'not found';
};

export const itemOf = (
  { reference, chargeId, merchantId, expected }: Payment,
  shown: Shown | undefined,
  transaction: string | null,
  yen: number,
  differenceYen: number,
  filed: string,
): Item => ({
  reference,
  chargeId: chargeId === '' ? null : chargeId,
  merchantId: merchantId === '' ? null : merchantId,
  transaction,
  yen: Math.abs(yen),
  differenceYen,
  says: `books: ${expected.kind === 'nothing' ? 'nothing' : `${expected.kind} ${expected.amountYen}`}; acquirer: ${tell(shown)}; file: ${filed}`,
});

export const explain = (because: Explanation, item: Item): Explained => ({ because, ...item });

const gateway = (kind: DiscrepancyClass, item: Item): Discrepancy => ({ class: kind, who: 'gateway', ...item });
const acquirer = (kind: DiscrepancyClass, item: Item): Discrepancy => ({ class: kind, who: 'acquirer', ...item });

/** Does the acquirer show what the books expect? Null: it was not asked. */
const agrees = ({ expected }: Payment, shown: Shown | undefined): boolean | null => {
  if (shown === undefined) return null;
  const idle = !shown.found || shown.state === 'voided' || shown.state === 'declined';
  switch (expected.kind) {
    case 'nothing':
      return idle;
    case 'held':
      return idle ? expected.mayLapse : shown.state === 'authorised' && shown.amountYen === expected.amountYen;
    case 'taken':
      return !idle && shown.state === 'captured' && shown.amountYen === expected.amountYen;
  }
};

const isVoided = (shown: Shown | undefined): boolean => shown?.found === true && shown.state === 'voided';

/** The file has a transaction under this reference that is not the one in the books. */
export const ofStranger = (seen: {
  readonly payment: Payment;
  readonly shown: Shown | undefined;
  readonly opened: Openness;
  readonly transaction: string;
  readonly yen: number;
  /** What it stands at after the day. */
  readonly left: number;
}): Verdict => {
  const { payment, shown, opened, transaction, yen } = seen;
  const item = itemOf(payment, shown, transaction, yen, yen, `${yen}`);
  if (seen.left === 0) return explain('reversed', item);
  if (opened === 'settling') return explain('in_settling', item);
  // The same reference twice: the answer to the inquiry is about either, and decides nothing.
  if (payment.transaction !== null || payment.chargeTaken) return gateway('double', item);
  if (isVoided(shown)) return explain('reversed', item);
  return agrees(payment, shown) === true ? acquirer('only_in_file', item) : gateway('missing_here', item);
};

/** Lines without a movement, movements without a line, or both for different amounts. */
export const ofRemains = (
  payment: Payment,
  shown: Shown | undefined,
  opened: Openness,
  own: readonly FiledLine[],
  rest: {
    readonly lines: readonly FiledLine[];
    readonly movements: readonly Movement[];
    /** What yesterday left for today's file, which lacks it. */
    readonly late: number;
    readonly lateYen: number;
    readonly leftYen: number;
  },
): Verdict => {
  const agreed = agrees(payment, shown);
  const movedYen = rest.movements.reduce((yen, { amountYen }) => yen + amountYen, 0);
  const yen = rest.leftYen !== 0 ? rest.leftYen : rest.lateYen === 0 ? movedYen : rest.lateYen;
  const filed = own.length === 0 ? 'nothing' : own.map(({ standingYen }) => standingYen).join(', ');
  const item = itemOf(payment, shown, payment.transaction, yen, rest.leftYen, filed);
  const lines = rest.lines.length > 0;
  const movements = rest.movements.length > 0 || rest.late > 0;
  if (opened === 'settling') return explain('in_settling', item);
  if (opened === 'stuck') return gateway('unsettled', item);
  // Both, or neither: the pairs are there, but do not come to the same.
  if (lines === movements) return agreed === false ? gateway('amount_differs', item) : acquirer('amount_differs', item);
  if (movements) return agreed === false ? gateway('missing_there', item) : acquirer('missing_in_file', item);
  const gaveBack = own.at(-1)?.standingYen === 0 || isVoided(shown);
  if (payment.expected.kind === 'nothing' && gaveBack) return explain('reversed', item);
  return agreed === false ? gateway('missing_here', item) : acquirer('only_in_file', item);
};

/** The movements of the day agree; does the acquirer's own answer? Null: it does. */
export const ofPresent = (
  payment: Payment,
  shown: Shown | undefined,
  opened: Openness,
  own: readonly FiledLine[],
  named: boolean,
): Verdict | null => {
  const { expected } = payment;
  const filed = own.length === 0 ? 'nothing' : own.map(({ standingYen }) => standingYen).join(', ');
  const item = itemOf(payment, shown, payment.transaction, stakeYen(payment, shown), 0, filed);
  if (opened === 'stuck') return gateway('unsettled', item);
  const agreed = agrees(payment, shown);
  if (named || opened === 'settling' || agreed === null) return null;
  const there = shown?.found === true ? shown.state : 'nothing';
  if (agreed) return expected.kind === 'held' && there !== 'authorised' ? explain('lapsed', item) : null;
  switch (expected.kind) {
    case 'nothing':
      if (there === 'authorised') return gateway('hold_left', item);
      return gateway(payment.chargeTaken && payment.transaction === null ? 'double' : 'missing_here', item);
    case 'held':
      if (there === 'captured') return gateway('missing_here', item);
      return there === 'authorised' ? gateway('amount_differs', item) : acquirer('state_differs', item);
    case 'taken':
      if (own.length > 0) return acquirer('state_differs', item);
      return gateway(there === 'captured' ? 'amount_differs' : 'missing_there', item);
  }
};

/** What is at stake where no money of this day is. */
const stakeYen = ({ expected }: Payment, shown: Shown | undefined): number => {
  const live = shown?.found === true && (shown.state === 'authorised' || shown.state === 'captured');
  const there = live ? shown.amountYen : 0;
  const here = expected.kind === 'nothing' ? 0 : expected.amountYen;
  return there === here ? here : there - here;
};
