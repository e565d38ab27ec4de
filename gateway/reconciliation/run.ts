/**
 * One run: fetch the files, read the books, ask the acquirer, compare, and look again at whatever
 * disagrees, because something may have been on its way. Writes nothing; its report is the result.
 */
import type { Clock, Store } from '../ports.ts';
import type { Acquirer } from '../upstream/outcome.ts';
import { ask } from './ask.ts';
import { closesAtMs, dateAfter, spanOf } from './business-day.ts';
import { type Awaited, type Compared, compare } from './compare.ts';
import { createGatherer, type GatheredPayment, type Wanted } from './gather.ts';
import { readLedger } from './ledger-check.ts';
import type { FiledLine } from './payment.ts';
import type { Report } from './report.ts';
import type { FetchFile } from './settlement-file.ts';
import { lastRunOf, movedIn } from './store.ts';

export interface RunDeps {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly store: Store;
  readonly acquirer: Acquirer;
  readonly fetchFile: FetchFile;
  /** Rejects when the run is to end. */
  readonly pause: (ms: number) => Promise<void>;
}

export type RunEnd =
  | { readonly kind: 'done'; readonly report: Report }
  /** Nothing is wrong here; it has to be tried again, not before `notBeforeMs`. */
  | { readonly kind: 'wait'; readonly reason: string; readonly notBeforeMs: number };

/** Longer than a listing lags and a payment takes (reference/escott-protocol.md section 10). */
const secondLookMs = 150_000;

export const runOnce = async (deps: RunDeps, date: string): Promise<RunEnd> => {
  const { clock, store, acquirer, fetchFile, pause } = deps;
  const day = spanOf(date)!;
  const wait = (reason: string, notBeforeMs = clock.wallMs()): RunEnd => ({ kind: 'wait', reason, notBeforeMs });

  const file = await fetchFile(date);
  if (file.kind === 'open') return wait('the day has not closed', closesAtMs(date));
  if (file.kind === 'unavailable') return wait(`settlement file: ${file.reason}`);
  /** The file of a day beside it; null when there is none yet. Without one that there is, nothing can be said. */
  const beside = async (other: string): Promise<readonly FiledLine[] | null | { readonly reason: string }> => {
    if (clock.wallMs() < closesAtMs(other)) return null;
    const got = await fetchFile(other);
    if (got.kind === 'closed') return got.lines;
    return got.kind === 'open' ? null : { reason: `settlement file of ${other}: ${got.reason}` };
  };
  const before = await beside(dateAfter(date, -1));
  if (before !== null && 'reason' in before) return wait(before.reason);
  const after = await beside(dateAfter(date, 1));
  if (after !== null && 'reason' in after) return wait(after.reason);

  const awaited = await awaitedOf(store, acquirer.id, dateAfter(date, -1));
  const references = [...file.lines, ...awaited].map(({ reference }) => reference);
  const wantedNow = (): Wanted => ({ acquirer: acquirer.id, day, nowMs: clock.wallMs(), references });
  const gatherer = createGatherer({ store });

  let payments: readonly GatheredPayment[] = await gatherer.day(wantedNow());
  const known = new Set(payments.map(({ reference }) => reference));
  // Lines that nobody here asked for are asked about, too.
  const strangers = [...new Set(references)]
    .filter((reference) => !known.has(reference))
    .map((reference) => ({ reference, sentMs: day.startMs }));
  let shown = await ask({ acquirer, pause }, [...payments, ...strangers], day);
  if (shown === null) return wait('the acquirer cannot be asked');

  const seen = (): Compared => ({
    date,
    nowMs: clock.wallMs(),
    payments,
    shown: shown ?? new Map(),
    file: file.lines,
    before,
    after,
    awaited,
  });
  let found = compare(seen());
  let looks = 1;
  if (found.discrepancies.length > 0) {
    await pause(secondLookMs);
    looks = 2;
    const suspects = new Set(found.discrepancies.map(({ reference }) => reference));
    const charges = payments.filter(({ reference }) => suspects.has(reference)).map(({ chargeId }) => chargeId);
    const again = await gatherer.again(charges, wantedNow());
    const fresh = new Map(again.map((payment) => [payment.reference, payment]));
    payments = payments.map((payment) => fresh.get(payment.reference) ?? payment);
    const others = strangers.filter(({ reference }) => suspects.has(reference));
    const anew = await ask({ acquirer, pause }, [...again, ...others], day);
    if (anew === null) return wait('the acquirer cannot be asked');
    shown = new Map([...shown, ...anew]);
    found = compare(seen());
  }
  const account = `receivable:${acquirer.id}`;
  const ledger = await store.read(async (tx) => ({
    ...(await readLedger(tx)),
    receivableYen: Number((await tx.first(movedIn, { account, from: day.startMs, to: day.endMs }))?.yen ?? 0),
  }));
  const counted = { payments: payments.length, fileLines: file.lines.length, asked: shown.size, looks };
  return { kind: 'done', report: { acquirer: acquirer.id, date, ...found, counted, ledger } };
};

/** What the last run of the day before left for this day's file. */
const awaitedOf = async (store: Store, acquirer: string, date: string): Promise<readonly Awaited[]> => {
  const row = await store.read((tx) => tx.first(lastRunOf, { acquirer, date }));
  return row?.report == null ? [] : (JSON.parse(row.report) as Report).awaits;
};
