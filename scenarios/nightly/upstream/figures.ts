/** From what happened on short days to the figures that are promised: pure. */
import type { Operation } from '../../judge/observation.ts';
import type { LogEntry } from '../../judge/stories.ts';
import { fromMs, toMs } from './cases.ts';
import type { ShortDay } from './run.ts';

export interface Share {
  readonly good: number;
  readonly of: number;
}
export const shareOf = ({ good, of }: Share): number | null => (of === 0 ? null : good / of);
export const pooled = (shares: readonly Share[]): Share => ({
  good: shares.reduce((sum, { good }) => sum + good, 0),
  of: shares.reduce((sum, { of }) => sum + of, 0),
});

const isGood = ({ end }: Operation): boolean => end === 'succeeded' || end === 'declined';
const isNew = ({ kind }: Operation): boolean => kind === 'create' || kind === 'registration';

export const shareIn = (
  operations: readonly Operation[],
  from: number,
  to: number,
  which: (operation: Operation) => boolean = () => true,
): Share => {
  const chosen = operations.filter(
    (operation) => operation.innocent && operation.startedMs >= from && operation.startedMs < to && which(operation),
  );
  return { good: chosen.filter(isGood).length, of: chosen.length };
};

const breakerChanges = (log: readonly LogEntry[]): readonly LogEntry[] =>
  log.filter(({ fields }) => fields.event === 'breaker.changed');

const openings = (log: readonly LogEntry[]): readonly LogEntry[] =>
  breakerChanges(log).filter(({ fields, atMs }) => fields.to === 'open' && atMs >= fromMs);

/** The most openings of one breaker, less the first. */
export const reopenings = (log: readonly LogEntry[]): number => {
  const byKey = Map.groupBy(openings(log), ({ fields }) => `${String(fields.acquirer)} ${String(fields.key)}`);
  return Math.max(0, ...[...byKey.values()].map(({ length }) => length - 1));
};

/** Seconds after the healing from which a minute of operations is 99 % good; null: not within the day. */
const recoverySeconds = (operations: readonly Operation[]): number | null => {
  for (let second = 0; second <= 120; second += 1) {
    const share = shareIn(operations, toMs + second * 1000, toMs + second * 1000 + 60_000);
    if (share.of > 0 && share.good >= 0.99 * share.of) return second;
  }
  return null;
};

export interface LossFigures {
  /** Seconds from the trouble to the first opening at its acquirer. */
  readonly openedAfterS: number | null;
  /** New payments and cards begun before the opening, good or not, and how many of them were not good. */
  readonly exposed: number;
  readonly exposedHurt: number;
  /** New payments and cards from `settledMs` after the trouble to its end. */
  readonly settled: Share;
  readonly deferred: number;
  readonly reopenings: number;
  readonly recoveredAfterS: number | null;
}

export const lossFigures = ({ operations, log }: ShortDay, settledMs: number): LossFigures => {
  const openedMs = openings(log).find(({ fields }) => fields.acquirer === 'escott')?.atMs ?? null;
  const exposed = shareIn(operations, fromMs, openedMs ?? toMs, isNew);
  return {
    openedAfterS: openedMs === null ? null : (openedMs - fromMs) / 1000,
    exposed: exposed.of,
    exposedHurt: exposed.of - exposed.good,
    settled: shareIn(operations, fromMs + settledMs, toMs, isNew),
    deferred: operations.filter(({ end }) => end === 'deferred').length,
    reopenings: reopenings(log),
    recoveredAfterS: recoverySeconds(operations),
  };
};

export interface BrandFigures {
  /** Of all other brands, while one is away. */
  readonly others: Share;
  readonly movedOthers: number;
  readonly openings: number;
  readonly mostOfOneKey: number;
  /** Seconds from the end of the trouble to the last payment of the brand that went elsewhere. */
  readonly backAfterS: number;
  /** Payments and cards of the brand that went elsewhere. */
  readonly moved: number;
  readonly published: number;
  readonly incidents: number;
  readonly pages: number;
}

export const brandFigures = (day: ShortDay, brand: string, endMs: number): BrandFigures => {
  const { operations, log } = day;
  const elsewhere = operations.filter(
    (operation) => isNew(operation) && operation.startedMs >= fromMs && operation.acquirer === 'gmo',
  );
  const own = elsewhere.filter((operation) => operation.brand === brand);
  const byKey = Map.groupBy(openings(log), ({ fields }) => String(fields.key));
  const called = log.filter(({ fields }) => fields.event === 'on-call.called');
  return {
    others: shareIn(operations, fromMs, toMs, (operation) => operation.brand !== brand),
    movedOthers: elsewhere.length - own.length,
    openings: openings(log).length,
    mostOfOneKey: Math.max(0, ...[...byKey.values()].map(({ length }) => length)),
    backAfterS: Math.max(0, ...own.map(({ startedMs }) => startedMs - endMs)) / 1000,
    moved: own.length,
    published: day.published,
    incidents: log.filter(({ fields }) => fields.event === 'incident.opened').length,
    // One page goes out by several channels.
    pages: new Set(called.map(({ fields }) => `${String(fields.incident)} ${String(fields.level)}`)).size,
  };
};

/** Calls to an acquirer that an operation on a stored card takes, each of one service time. */
const callsOf = ({
  kind,
  acquirer,
  captureNow,
}: {
  kind: string;
  acquirer: string | null;
  captureNow: boolean;
}): number => {
  if (kind !== 'create') return 1;
  // e-SCOTT: authorise, and capture when asked for; GMO-PG: register the order, execute it.
  return acquirer === 'escott' && !captureNow ? 1 : 2;
};

export interface OverloadFigures {
  /** Useful calls a second, against what both acquirers can serve. */
  readonly goodput: number;
  /** Captures and refunds while new payments are shed. */
  readonly critical: Share;
  readonly offeredPerS: number;
  readonly shed: number;
  readonly openings: number;
  /** Operations from 30 s after the crowd has gone. */
  readonly afterwards: Share;
}

export const overloadFigures = (
  { operations, log }: ShortDay,
  world: { readonly callsPerSecond: number; readonly fromMs: number; readonly toMs: number },
): OverloadFigures => {
  const inside = operations.filter(({ endedMs }) => endedMs >= world.fromMs && endedMs < world.toMs);
  const useful = inside.filter(isGood).reduce((sum, operation) => sum + callsOf(withCapture(operation)), 0);
  const seconds = (world.toMs - world.fromMs) / 1000;
  const began = operations.filter(({ startedMs }) => startedMs >= world.fromMs && startedMs < world.toMs);
  return {
    goodput: useful / seconds / world.callsPerSecond,
    critical: shareIn(operations, world.fromMs, world.toMs, (operation) => !isNew(operation)),
    offeredPerS: began.length / seconds,
    shed: began.filter(({ end }) => end === 'refused').length,
    openings: openings(log).length,
    afterwards: shareIn(operations, world.toMs + 30_000, world.toMs + 120_000),
  };
};

export interface InquiryFigures {
  /** Questions sent while the crowd is there, and how many were answered. */
  readonly asked: Share;
  /** Payments whose outcome was not known, and how many were two and a half minutes later. */
  readonly settled: Share;
  readonly critical: Share;
}

/** e-SCOTT's listing lags, and is asked again 120 s after it did not have it: found then, or the question was not answered. */
const settledWithinMs = 150_000;

export const inquiryFigures = (
  { operations, log, inquiries }: ShortDay,
  window: { readonly fromMs: number; readonly toMs: number },
): InquiryFigures => {
  const asked = inquiries.filter(({ sentMs }) => sentMs >= window.fromMs && sentMs < window.toMs);
  const settledAtMs = new Map(
    log.filter(({ fields }) => fields.event === 'unknown.settled').map(({ fields, atMs }) => [fields.charge, atMs]),
  );
  const unknown = log.filter(({ fields, atMs }) => fields.event === 'charge.unknown' && atMs < window.toMs);
  const inTime = unknown.filter(
    ({ fields, atMs }) => (settledAtMs.get(fields.charge) ?? Infinity) - atMs <= settledWithinMs,
  );
  return {
    asked: { good: asked.filter(({ answered }) => answered).length, of: asked.length },
    settled: { good: inTime.length, of: unknown.length },
    critical: shareIn(operations, window.fromMs, window.toMs, (operation) => !isNew(operation)),
  };
};

const withCapture = (operation: Operation) => ({
  kind: operation.kind,
  acquirer: operation.acquirer,
  // A payment that captures at once: the cast's capture of others is an operation of its own.
  captureNow: operation.captured === true,
});
