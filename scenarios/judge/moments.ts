/**
 * The moments of a bad day, read from the recorder's counts and kept facts. Those read from counts
 * per second are in `turning-points.ts`.
 *
 * Definitions are those of design.md section 7. Times are milliseconds since the scenario's start;
 * null means that the moment never came, which an expectation must not pass over in silence.
 */
import type { Stretch } from './hours.ts';
import { announced } from './page-log.ts';
import type { Recorder } from './recorder.ts';
import type { MomentName, RunResult, Timings } from './result.ts';
import { acquirerOf } from './stories.ts';
import { calmShare, contained, failover, operationsMin, outageSeconds, recovered } from './turning-points.ts';

/** How long after "resolved" the same trouble makes it a false one (INV-30). */
const relapseMs = 900_000;

/** What the day is about, as the scenario and its as-it-was twin know it. */
export interface MomentInputs {
  /** When the cause begins (first event of the timeline) and ends. */
  readonly cause: Stretch;
  /** Onset in the as-it-was twin; absent in that twin itself, which computes its own. */
  readonly onsetFromTwin?: number | null;
  /** The acquirer that ordinary traffic uses before the cause. */
  readonly original: string;
  /** Abusive cast members and their merchant ids. */
  readonly abusers: readonly string[];
  /** What the abusers together may send upstream, operations per second; null when there are none. */
  readonly abuserSharePerSecond: number | null;
}

const earliest = (times: readonly (number | null)[]): number | null => {
  const come = times.filter((atMs) => atMs !== null);
  return come.length === 0 ? null : Math.min(...come);
};

/** When the acquirer's operations are back at 99 % after an outage that began at or after `fromMs`. */
export const recoveryOf = (recorder: Recorder, acquirer: string, fromMs: number): number | null =>
  recovered({
    sent: recorder.bins.perSecond('sent', { who: 'innocent', acquirer }),
    good: recorder.bins.perSecond('good', { who: 'innocent', acquirer }),
    fromMs,
  });

const detectedAt = (recorder: Recorder, inputs: MomentInputs): number | null => {
  const from = inputs.cause.fromMs;
  const about = recorder.facts().find((entry) => {
    if (entry.atMs < from) return false;
    switch (entry.fields.event) {
      case 'breaker.changed':
        return entry.fields.to === 'open' && acquirerOf(entry) === inputs.original;
      case 'incident.opened':
        return true;
      case 'abuse.found':
        return inputs.abusers.includes(String(entry.fields.merchant));
      default:
        return false;
    }
  });
  // Where only people watch, their first public word is the incident.
  return earliest([about?.atMs ?? null, firstNoticeAt(recorder, from)]);
};

const firstNoticeAt = (recorder: Recorder, fromMs: number): number | null =>
  recorder.pageFacts().find((fact) => fact.atMs >= fromMs && fact.stage !== 'resolved')?.atMs ?? null;

const failoverAt = (recorder: Recorder, inputs: MomentInputs): number | null => {
  const filter = { who: 'innocent', kinds: ['create', 'registration'] } as const;
  const { bins } = recorder;
  const eligible = bins.perSecond('sent', filter);
  const shed = bins.perSecond('shed', filter);
  const elsewhere = new Uint32Array(bins.seconds);
  for (const acquirer of bins.acquirers()) {
    if (acquirer === inputs.original) continue;
    const there = bins.perSecond('sent', { ...filter, acquirer });
    for (let second = 0; second < there.length; second += 1)
      elsewhere[second] = (elsewhere[second] ?? 0) + (there[second] ?? 0);
  }
  for (let second = 0; second < eligible.length; second += 1)
    eligible[second] = Math.max(0, (eligible[second] ?? 0) - (shed[second] ?? 0));
  return failover({ eligible, elsewhere, fromMs: inputs.cause.fromMs });
};

/** First incident notice of each merchant at or after `fromMs`. */
const firstNotices = (recorder: Recorder, fromMs: number): Map<string, number> => {
  const first = new Map<string, number>();
  for (const notice of recorder.notices())
    if (notice.type === 'incident' && notice.atMs >= fromMs && !first.has(notice.member))
      first.set(notice.member, notice.atMs);
  return first;
};

/** Ordinary merchants that the cause hurt and that were never told of it. */
export const neverTold = (recorder: Recorder, inputs: MomentInputs): string[] => {
  const told = firstNotices(recorder, inputs.cause.fromMs);
  return recorder.bins.hurtMembers(inputs.cause).filter((member) => !told.has(member));
};

/**
 * The longest that an ordinary merchant waited to be told, from when the cause first hurt it (on a grid of ten seconds);
 * null: nobody who was hurt was told.
 */
export const slowestTold = (recorder: Recorder, inputs: MomentInputs): number | null => {
  const told = firstNotices(recorder, inputs.cause.fromMs);
  const waits = recorder.bins.hurtMembers(inputs.cause).flatMap((member) => {
    const toldMs = told.get(member);
    const hurtMs = recorder.bins.memberHurtFromMs(member, inputs.cause);
    // The step of its first hurt may have begun before the cause.
    return toldMs === undefined || hurtMs === null ? [] : [toldMs - Math.max(hurtMs, inputs.cause.fromMs)];
  });
  return waits.length === 0 ? null : Math.max(...waits);
};

const lastNoticeAt = (recorder: Recorder, inputs: MomentInputs): number | null => {
  const affected = recorder.bins.hurtMembers(inputs.cause);
  if (affected.length === 0) return null;
  const told = firstNotices(recorder, inputs.cause.fromMs);
  let lastMs = 0;
  for (const member of affected) {
    const atMs = told.get(member);
    if (atMs === undefined) return null;
    lastMs = Math.max(lastMs, atMs);
  }
  return lastMs;
};

/** The last "resolved" after which nothing is open again; null while an incident is open, or none ever was. */
const resolvedAt = (recorder: Recorder, fromMs: number): number | null => {
  const open = new Set<string>();
  let atMs: number | null = null;
  for (const fact of recorder.pageFacts()) {
    if (fact.atMs < fromMs || fact.stage === announced) continue;
    if (fact.stage === 'resolved') {
      if (open.delete(fact.incident) && open.size === 0) atMs = fact.atMs;
    } else {
      open.add(fact.incident);
      atMs = null;
    }
  }
  return atMs;
};

/** All moments of the run. Deferred operations need not be settled yet: no moment counts them as good. */
export const timingsOf = (recorder: Recorder, inputs: MomentInputs): Timings => {
  const from = inputs.cause.fromMs;
  const onset = inputs.onsetFromTwin === undefined ? recorder.bins.firstHurtMs(from) : inputs.onsetFromTwin;
  const heard = recorder
    .factsOf('operators.informed')
    .find((entry) => entry.atMs >= from && entry.fields.tenant === recorder.options.ourTenant);
  const abuserTold = recorder
    .notices()
    .find((notice) => notice.type === 'abuse' && notice.atMs >= from && inputs.abusers.includes(notice.member));
  return {
    onset,
    detected: detectedAt(recorder, inputs),
    firstShed: recorder.firstShedMs(),
    contained:
      inputs.abuserSharePerSecond === null
        ? null
        : contained({
            sent: recorder.bins.perSecond('sent', { who: 'abusive' }),
            upstream: recorder.bins.perSecond('upstream', { who: 'abusive' }),
            sharePerSecond: inputs.abuserSharePerSecond,
            fromMs: from,
          }),
    failover: failoverAt(recorder, inputs),
    firstNotice: firstNoticeAt(recorder, from),
    lastNotice: lastNoticeAt(recorder, inputs),
    abuserTold: abuserTold?.atMs ?? null,
    upstreamTold: heard?.atMs ?? null,
    recovered: onset === null ? null : recoveryOf(recorder, inputs.original, onset),
    resolved: resolvedAt(recorder, from),
  } satisfies Record<MomentName, number | null>;
};

/**
 * How often the page said "resolved", and how often that was false: ordinary operations below 99 %
 * in the minute that follows, or over the 15 minutes that follow. Settle deferred operations first.
 */
export const resolvedSaid = (recorder: Recorder): Pick<RunResult['page'], 'resolvedSaid' | 'falseResolved'> => {
  const said = recorder.pageFacts().filter((fact) => fact.stage === 'resolved');
  const isBad = (fromMs: number, toMs: number): boolean => {
    const tally = recorder.bins.tally([{ fromMs, toMs: Math.min(toMs, recorder.options.dayMs) }], { who: 'innocent' });
    return tally.sent >= operationsMin && tally.good + tally.deferredGood < calmShare * tally.sent;
  };
  const wrong = said.filter(({ atMs }) => isBad(atMs, atMs + outageSeconds * 1000) || isBad(atMs, atMs + relapseMs));
  return { resolvedSaid: said.length, falseResolved: wrong.length };
};
