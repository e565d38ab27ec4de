/**
 * The three books of one day, compared: the gateway's, what the acquirer says when it is asked, and
 * the file it settles by. Pure.
 *
 * Movements of the day are compared with the lines of the day's file; what does not pair is looked
 * for on the days beside it, and only then asked about: the acquirer's own answer decides whose book
 * is wrong. Everything that remains has a name, somebody who must act, and yen. For each transaction
 * the difference of file and books is split over its items, so the report balances to the yen; that
 * it does is checked against totals that were counted otherwise.
 */
import { dateAt, spanOf } from './business-day.ts';
import { type FiledLine, type Movement, type Payment, type Shown, signedYen } from './payment.ts';
import {
  type Discrepancy,
  type Explained,
  explain,
  type Item,
  itemOf,
  ofPresent,
  ofRemains,
  ofStranger,
  openness,
  type Verdict,
} from './verdict.ts';

export interface Compared {
  /** `yyyyMMdd`. */
  readonly date: string;
  /** When books and acquirer were read. */
  readonly nowMs: number;
  readonly payments: readonly Payment[];
  /** By reference; one that is absent could not be asked about. */
  readonly shown: ReadonlyMap<string, Shown>;
  readonly file: readonly FiledLine[];
  /** The files of the days before and after; null when there is none (yet). */
  readonly before: readonly FiledLine[] | null;
  readonly after: readonly FiledLine[] | null;
  /** What the day before left for this day's file. */
  readonly awaited: readonly Awaited[];
}

/** A movement that the next file has to show. */
export interface Awaited {
  readonly reference: string;
  readonly movement: string;
  readonly standingYen: number;
  /** Signed. */
  readonly yen: number;
}

export interface Comparison {
  readonly discrepancies: readonly Discrepancy[];
  readonly explained: readonly Explained[];
  /** For the next day's run. */
  readonly awaits: readonly Awaited[];
  readonly totals: {
    /** Captures less refunds, booked on the day. */
    readonly booksYen: number;
    readonly fileYen: number;
    readonly explainedYen: number;
    readonly discrepancyYen: number;
  };
  /** file = books + explained + discrepancies, to the yen. */
  readonly balances: boolean;
}

/** This close to midnight a movement may be filed on the other day. */
const cutoffMs = 30 * 60_000;

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((all, one) => all + of(one), 0);

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};

const fits = (line: FiledLine, movement: Movement): boolean =>
  line.standingYen === movement.standingYen &&
  (line.kind === 'either' || (line.kind === 'sale') === (movement.kind === 'capture'));

/** Takes the pairs out of both lists and gives them. */
const pair = (lines: FiledLine[], movements: Movement[]): [FiledLine, Movement][] => {
  const pairs: [FiledLine, Movement][] = [];
  for (const line of Array.from(lines)) {
    const at = movements.findIndex((movement) => fits(line, movement));
    if (at === -1) continue;
    pairs.push([line, movements.splice(at, 1)[0]!]);
    lines.splice(lines.indexOf(line), 1);
  }
  return pairs;
};

export const compare = (day: Compared): Comparison => {
  const span = spanOf(day.date)!;
  const isToday = ({ atMs }: Movement): boolean => atMs >= span.startMs && atMs < span.endMs;
  const discrepancies: Discrepancy[] = [];
  const explained: Explained[] = [];
  const awaits: Awaited[] = [];
  const filed = groupBy(day.file, ({ reference }) => reference);
  const beside = groupBy([...(day.before ?? []), ...(day.after ?? [])], ({ transaction }) => transaction);
  const before = groupBy(day.before ?? [], ({ transaction }) => transaction);
  const awaited = groupBy(day.awaited, ({ reference }) => reference);

  /** What the lines of one transaction moved on this day. */
  const movedYen = (lines: readonly FiledLine[], movements: readonly Movement[]): number => {
    if (lines.length === 0) return 0;
    return lines[lines.length - 1]!.standingYen - openingYen(lines[0]!, movements);
  };
  /** What it stood at before its first line: by its own earlier line, else by our books, else nothing. */
  const openingYen = (first: FiledLine, movements: readonly Movement[]): number => {
    const earlier = before.get(first.transaction)?.at(-1);
    if (earlier !== undefined) return earlier.standingYen;
    if (first.kind === 'sale') return 0;
    const same = movements.find((movement) => fits(first, movement));
    if (same !== undefined) return same.standingYen - signedYen(same);
    const known = movements.filter(({ atMs }) => atMs < span.startMs).at(-1);
    if (known !== undefined) return known.standingYen;
    const next = movements.find(({ atMs }) => atMs >= span.startMs);
    return next === undefined ? 0 : next.standingYen - signedYen(next);
  };

  const note = (verdict: Verdict | null): void => {
    if (verdict === null) return;
    if ('class' in verdict) discrepancies.push(verdict);
    else explained.push(verdict);
  };

  const look = (payment: Payment): void => {
    const { reference } = payment;
    const shown = day.shown.get(reference);
    const opened = openness(payment, day.nowMs);
    const groups = groupBy(filed.get(reference) ?? [], ({ transaction }) => transaction);

    // Transactions that the books do not have under this reference.
    let strangers = 0;
    for (const [transaction, lines] of groups) {
      if (transaction === payment.transaction) continue;
      strangers += 1;
      note(
        ofStranger({ payment, shown, opened, transaction, yen: movedYen(lines, []), left: lines.at(-1)!.standingYen }),
      );
    }

    const own = payment.transaction === null ? [] : (groups.get(payment.transaction) ?? []);
    const today = payment.movements.filter(isToday);
    const lines = [...own];
    const movements = [...today];
    let leftYen = movedYen(own, payment.movements) - sum(today, signedYen);
    pair(lines, movements);

    const otherDays = payment.movements.filter((one) => !isToday(one));
    for (const [line, movement] of pair(lines, otherDays)) {
      const yen = signedYen(movement);
      leftYen -= yen;
      const where = `${line.standingYen} on ${line.date}, booked on ${dateAt(movement.atMs)}`;
      note(explain('cutoff', itemOf(payment, shown, line.transaction, yen, yen, where)));
    }
    const elsewhere = payment.transaction === null ? [] : [...(beside.get(payment.transaction) ?? [])];
    for (const [line, movement] of pair(elsewhere, movements)) {
      const yen = -signedYen(movement);
      leftYen -= yen;
      const where = `${line.standingYen} on ${line.date}`;
      note(explain('cutoff', itemOf(payment, shown, line.transaction, yen, yen, where)));
    }
    if (day.after === null && lines.length === 0)
      for (const movement of movements.filter(({ atMs }) => atMs >= span.endMs - cutoffMs)) {
        const yen = -signedYen(movement);
        movements.splice(movements.indexOf(movement), 1);
        leftYen -= yen;
        note(explain('next_file', itemOf(payment, shown, payment.transaction, yen, yen, 'not yet')));
        awaits.push({ reference, movement: movement.id, standingYen: movement.standingYen, yen: -yen });
      }
    // What yesterday left for today: its line has been paired above, or it is missing for good.
    const late = (awaited.get(reference) ?? []).filter(
      ({ standingYen }) => !own.some((line) => line.standingYen === standingYen),
    );
    const rest = { lines, movements, lateYen: sum(late, ({ yen }) => yen), late: late.length, leftYen };
    note(
      lines.length > 0 || movements.length > 0 || late.length > 0 || leftYen !== 0
        ? ofRemains(payment, shown, opened, own, rest)
        : ofPresent(payment, shown, opened, own, strangers > 0),
    );
  };

  const known = new Set<string>();
  for (const payment of day.payments) {
    known.add(payment.reference);
    look(payment);
  }
  // Nobody here ever asked for these.
  for (const reference of filed.keys())
    if (!known.has(reference))
      look({
        reference,
        chargeId: '',
        merchantId: '',
        transaction: null,
        expected: { kind: 'nothing' },
        chargeTaken: false,
        movements: [],
        unsettledSinceMs: null,
      });

  const byPlace = <T extends Item>(items: readonly T[]): T[] =>
    items.toSorted((a, b) => (a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0));
  const totals = {
    booksYen: sum(day.payments, ({ movements }) => sum(movements.filter(isToday), signedYen)),
    fileYen: fileYenOf(day, movedYen),
    explainedYen: sum(explained, (one) => one.differenceYen),
    discrepancyYen: sum(discrepancies, (one) => one.differenceYen),
  };
  return {
    discrepancies: byPlace(discrepancies),
    explained: byPlace(explained),
    awaits,
    totals,
    balances: totals.fileYen === totals.booksYen + totals.explainedYen + totals.discrepancyYen,
  };
};

/** The whole file, counted by its transactions and not by our payments; one that stands under two names counts twice. */
const fileYenOf = (
  day: Compared,
  movedYen: (lines: readonly FiledLine[], movements: readonly Movement[]) => number,
): number => {
  const nameOf = (reference: string, transaction: string | null): string => `${reference} ${transaction}`;
  const movementsOf = new Map<string, readonly Movement[]>();
  for (const { reference, transaction, movements } of day.payments)
    if (transaction !== null) movementsOf.set(nameOf(reference, transaction), movements);
  let yen = 0;
  for (const [name, lines] of groupBy(day.file, ({ reference, transaction }) => nameOf(reference, transaction)))
    yen += movedYen(lines, movementsOf.get(name) ?? []);
  return yen;
};
