/**
 * Random books of one day that agree, and the ways to make them disagree. The plants know what must
 * be found; they share no code with what finds it.
 */
import fc from 'fast-check';
import type { DiscrepancyClass, WhoActs } from '../../../gateway/reconciliation/classes.ts';
import type { Compared } from '../../../gateway/reconciliation/compare.ts';
import type { FiledLine, Movement, Payment, Shown } from '../../../gateway/reconciliation/payment.ts';

export const date = '20170712';
const [previous, next] = ['20170711', '20170713'];
const dayMs = 86_400_000;
export const startMs = Date.parse('2017-07-12T00:00:00+09:00');

/** A payment with all that is said about it, still to be changed. */
interface Case {
  payment: { -readonly [Name in keyof Payment]: Payment[Name] };
  shown: Shown;
  file: FiledLine[];
  before: FiledLine[];
}

export const lifeKinds = [
  'captured',
  'refunded',
  'held',
  'cancelled',
  'failed',
  'captured yesterday',
  'filed today, booked tomorrow',
  'filed yesterday, booked today',
  'due in the next file',
  'late approval, reversed',
  'unknown',
  'lapsed',
] as const;
export type Life = (typeof lifeKinds)[number];

interface Draw {
  readonly life: Life;
  readonly yen: number;
  /** In thousandths of what is left. */
  readonly refunds: readonly number[];
  readonly atMs: number;
}

export const draws: fc.Arbitrary<Draw> = fc.record({
  life: fc.constantFrom(...lifeKinds),
  yen: fc.integer({ min: 50, max: 9_999_999 }),
  refunds: fc.array(fc.integer({ min: 1, max: 999 }), { maxLength: 2 }),
  atMs: fc.integer({ min: startMs + 3_600_000, max: startMs + 20 * 3_600_000 }),
});

const caseOf = ({ life, yen, refunds, atMs }: Draw, index: number): Case => {
  const reference = `ref-${String(index).padStart(4, '0')}`;
  const transaction = `tx-${index}`;
  const movements: Movement[] = [];
  const file: FiledLine[] = [];
  const before: FiledLine[] = [];
  let standingYen = 0;
  const book = (kind: Movement['kind'], amountYen: number, at: number): void => {
    standingYen += kind === 'capture' ? amountYen : -amountYen;
    movements.push({ id: `${reference}/${movements.length}`, kind, amountYen, standingYen, atMs: at });
  };
  const line = (to: FiledLine[], on: string, at: number, yenNow = standingYen): void => {
    const first = yenNow === yen;
    to.push({
      date: on,
      reference,
      transaction,
      kind: first ? (index % 2 ? 'either' : 'sale') : 'change',
      standingYen: yenNow,
      atMs: at,
    });
  };
  const payment: Case['payment'] = {
    reference,
    chargeId: `ch-${index}`,
    merchantId: `shop-${index % 3}`,
    transaction,
    expected: { kind: 'nothing' },
    chargeTaken: false,
    movements,
    unsettledSinceMs: null,
  };
  const made: Case = { payment, shown: { found: false }, file, before };
  const taken = (): void => {
    payment.chargeTaken = true;
    payment.expected = standingYen === 0 ? { kind: 'nothing' } : { kind: 'taken', amountYen: standingYen };
    made.shown =
      standingYen === 0
        ? { found: true, state: 'voided', amountYen: yen }
        : { found: true, state: 'captured', amountYen: standingYen };
  };
  switch (life) {
    case 'captured':
      book('capture', yen, atMs);
      line(file, date, atMs);
      for (const [nth, share] of refunds.entries()) {
        const back = Math.floor((standingYen * share) / 1000);
        if (back === 0) continue;
        book('refund', back, atMs + nth + 1);
        line(file, date, atMs + nth + 1);
      }
      taken();
      break;
    case 'refunded':
      book('capture', yen, atMs);
      line(file, date, atMs);
      book('refund', yen, atMs + 1);
      line(file, date, atMs + 1);
      taken();
      break;
    case 'held':
      payment.expected = { kind: 'held', amountYen: yen, mayLapse: false };
      made.shown = { found: true, state: 'authorised', amountYen: yen };
      break;
    case 'lapsed':
      payment.expected = { kind: 'held', amountYen: yen, mayLapse: true };
      made.shown = { found: true, state: 'voided', amountYen: yen };
      break;
    case 'cancelled':
      made.shown = { found: true, state: 'voided', amountYen: yen };
      break;
    case 'failed':
      payment.transaction = null;
      if (index % 2) made.shown = { found: true, state: 'declined', amountYen: yen };
      break;
    case 'captured yesterday':
      book('capture', yen, atMs - dayMs);
      line(before, previous, atMs - dayMs);
      book('refund', Math.ceil(yen / 2), atMs);
      line(file, date, atMs);
      taken();
      break;
    case 'filed today, booked tomorrow':
      book('capture', yen, startMs + dayMs + 5_000);
      line(file, date, startMs + dayMs - 100);
      taken();
      break;
    case 'filed yesterday, booked today':
      book('capture', yen, startMs + 3_000);
      line(before, previous, startMs - 200);
      taken();
      break;
    case 'due in the next file':
      book('capture', yen, startMs + dayMs - 2_000);
      taken();
      break;
    case 'late approval, reversed':
      standingYen = yen;
      line(file, date, atMs);
      line(file, date, atMs + 60_000, 0);
      made.shown = { found: true, state: 'voided', amountYen: yen };
      break;
    case 'unknown':
      payment.transaction = null;
      payment.unsettledSinceMs = startMs + dayMs;
      made.shown = { found: true, state: 'authorised', amountYen: yen };
      break;
  }
  return made;
};

export interface Planted {
  readonly class: DiscrepancyClass;
  readonly who: WhoActs;
}

/** Each makes one case wrong and says how; null when that life cannot be wrong in this way. */
export const plants: readonly ((it: Case, life: Life, index: number) => Planted | null)[] = [
  // Not in our books: approved and taken after it was given up here.
  ({ payment, file, ...it }, life, index) => {
    if (life !== 'failed') return null;
    file.push({
      date,
      reference: payment.reference,
      transaction: `late-${index}`,
      kind: 'sale',
      standingYen: 777,
      atMs: startMs + 1,
    });
    Object.assign(it.shown, { found: true, state: 'captured', amountYen: 777 });
    return { class: 'missing_here', who: 'gateway' };
  },
  // A refund that nobody here booked.
  (it, life) => {
    if (life !== 'captured') return null;
    const standing = it.file.at(-1)!.standingYen;
    if (standing < 2) return null;
    it.file.push({ ...it.file.at(-1)!, kind: 'change', standingYen: standing - 1, atMs: startMs + 80_000_000 });
    it.shown = { found: true, state: 'captured', amountYen: standing - 1 };
    return { class: 'missing_here', who: 'gateway' };
  },
  (it, life, index) => {
    if (life !== 'captured') return null;
    it.file.length = 0;
    it.shown = index % 2 ? { found: false } : { found: true, state: 'authorised', amountYen: 5 };
    return { class: 'missing_there', who: 'gateway' };
  },
  // The refund was booked and never carried out.
  (it, life) => {
    if (life !== 'captured yesterday') return null;
    it.file.length = 0;
    it.shown = { found: true, state: 'captured', amountYen: it.payment.movements[0]!.standingYen };
    return { class: 'missing_there', who: 'gateway' };
  },
  (it, life) => {
    if (life !== 'captured' && life !== 'refunded' && life !== 'captured yesterday') return null;
    it.file.length = 0;
    return { class: 'missing_in_file', who: 'acquirer' };
  },
  (it, life, index) => {
    if (life !== 'failed' && life !== 'held') return null;
    const { reference, transaction } = it.payment;
    it.file.push({
      date,
      reference,
      transaction: transaction ?? `ghost-${index}`,
      kind: 'sale',
      standingYen: 4321,
      atMs: startMs + 2,
    });
    return { class: 'only_in_file', who: 'acquirer' };
  },
  (it, life) => {
    if (life !== 'captured' || it.file.length !== 1) return null;
    it.file[0] = { ...it.file[0]!, standingYen: it.file[0]!.standingYen + 11 };
    return { class: 'amount_differs', who: 'acquirer' };
  },
  (it, life) => {
    if (life !== 'captured' || it.file.length !== 1) return null;
    const standingYen = it.file[0]!.standingYen + 13;
    it.file[0] = { ...it.file[0]!, standingYen };
    it.shown = { found: true, state: 'captured', amountYen: standingYen };
    return { class: 'amount_differs', who: 'gateway' };
  },
  (it, life) => {
    if (life !== 'held') return null;
    it.shown = { found: true, state: 'authorised', amountYen: 49 };
    return { class: 'amount_differs', who: 'gateway' };
  },
  (it, life) => {
    if (life !== 'captured' && life !== 'captured yesterday') return null;
    it.shown = { found: true, state: 'authorised', amountYen: 1 };
    return { class: 'state_differs', who: 'acquirer' };
  },
  (it, life) => {
    if (life !== 'held') return null;
    it.shown = { found: true, state: 'voided', amountYen: 1 };
    return { class: 'state_differs', who: 'acquirer' };
  },
  // Sent twice under one reference.
  (it, life, index) => {
    if (life !== 'captured' && life !== 'filed yesterday, booked today') return null;
    it.file.push({
      date,
      reference: it.payment.reference,
      transaction: `twin-${index}`,
      kind: 'sale',
      standingYen: 600,
      atMs: startMs + 3,
    });
    return { class: 'double', who: 'gateway' };
  },
  // The first acquirer, given up, took it after the second one had.
  (it, life, index) => {
    if (life !== 'failed') return null;
    it.payment.chargeTaken = true;
    it.file.push({
      date,
      reference: it.payment.reference,
      transaction: `first-${index}`,
      kind: 'sale',
      standingYen: 900,
      atMs: startMs + 4,
    });
    it.shown = { found: true, state: 'captured', amountYen: 900 };
    return { class: 'double', who: 'gateway' };
  },
  (it, life) => {
    if (life !== 'failed' && life !== 'cancelled') return null;
    it.shown = { found: true, state: 'authorised', amountYen: 500 };
    return { class: 'hold_left', who: 'gateway' };
  },
  (it, life) => {
    if (life !== 'unknown') return null;
    it.payment.unsettledSinceMs = startMs - 2 * dayMs;
    return { class: 'unsettled', who: 'gateway' };
  },
];

/** The day, and what must be found in it, by reference. */
export const dayOf = (
  drawn: readonly (Draw & { readonly plant: number | null })[],
): { day: Compared; planted: Map<string, Planted>; lives: Life[] } => {
  const planted = new Map<string, Planted>();
  const cases = drawn.map((draw, index) => {
    const made = caseOf(draw, index);
    if (draw.plant !== null) {
      const wrong = plants[draw.plant % plants.length]!(made, draw.life, index);
      if (wrong !== null) planted.set(made.payment.reference, wrong);
    }
    return made;
  });
  return {
    planted,
    lives: drawn.map(({ life }) => life),
    day: {
      date,
      nowMs: startMs + dayMs + 3.5 * 3_600_000,
      payments: cases.map(({ payment }) => payment),
      shown: new Map(cases.map(({ payment, shown }) => [payment.reference, shown])),
      file: cases.flatMap(({ file }) => file),
      before: cases.flatMap(({ before }) => before),
      after: null,
      awaited: [],
    },
  };
};

export { next };
