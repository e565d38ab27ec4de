/**
 * The judge's memory of a run: what the cast, the programs' logs, the acquirers' load and the
 * status page said, in a size set by the length of the day and not by its traffic.
 *
 * Times are milliseconds since the scenario's start. The recorder decides nothing; `moments.ts`
 * and `expectations/` read it.
 */
import { createBins, wasShed } from './bins.ts';
import { createBrandBins } from './brand-bins.ts';
import { createTesterBook } from './card-testing.ts';
import type { ResolvedDeferred } from './deferrals.ts';
import { createDeferrals } from './deferrals.ts';
import type { Day, Stretch } from './hours.ts';
import type { LoadSample } from './load.ts';
import { createLoadBook, loadStepMs } from './load.ts';
import { createLossBook } from './losses.ts';
import type { Operation } from './observation.ts';
import { createOpenCount } from './open-count.ts';
import type { PageReading } from './page-log.ts';
import { createPageLog } from './page-log.ts';
import type { Band, Mark } from './result.ts';
import type { LogEntry } from './stories.ts';
import { acquirerOf, markOf } from './stories.ts';

export interface RecorderOptions extends Day {
  /** The gateway's tenant name at the acquirers. */
  readonly ourTenant: string;
  /** Told each mark as it is recorded: the terminal's story line. */
  readonly onMark?: (mark: Mark) => void;
}

export interface ReceivedNotice {
  readonly member: string;
  readonly atMs: number;
  readonly type: string;
}

/** Marks, bands and facts beyond these are counted as dropped: a flapping program cannot fill the memory. */
const marksMax = 2_000;
const bandsMax = 500;
const factsMax = 20_000;

/** Log events that are kept one by one because moments are read from them. */
const keptEvents: ReadonlySet<string> = new Set([
  'subscription.charged',
  'breaker.changed',
  'routing.changed',
  'abuse.found',
  'abuse.told',
  'upstream.told',
  'incident.opened',
  'incident.updated',
  'incident.resolved',
  'page.published',
  'page.machine-published',
  'operators.watching',
  'operators.decided',
  'operators.capped',
  'operators.lifted',
  'operators.noticed',
  'operators.informed',
]);

/** Notices that moments are read from. Webhooks about charges come by the thousand and are not kept. */
const keptNotices: ReadonlySet<string> = new Set(['incident', 'incident_resolved', 'abuse']);

const textField = (entry: LogEntry, field: string): string => {
  const value = entry.fields[field];
  return typeof value === 'string' ? value : '';
};

const textsField = (entry: LogEntry, field: string): readonly string[] => {
  const value = entry.fields[field];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
};

export type Recorder = ReturnType<typeof createRecorder>;

/**
 * @throws RangeError when the day does not start on a whole ten seconds: the bins of single
 * merchants stand on that grid.
 */
export const createRecorder = (options: RecorderOptions) => {
  if (options.startWallMs % 10_000 !== 0) throw new RangeError('the day must start on a whole ten seconds');
  const { dayMs } = options;
  const bins = createBins(dayMs);
  const lossBook = createLossBook();
  const brandBins = createBrandBins(dayMs);
  const loadBook = createLoadBook(options);
  const deferrals = createDeferrals();
  const steps = Math.ceil(dayMs / loadStepMs);

  const facts: LogEntry[] = [];
  const marks: Mark[] = [];
  const bands: Band[] = [];
  const received: ReceivedNotice[] = [];
  const pageLog = createPageLog();
  let dropped = 0;

  const unknowns = createOpenCount(dayMs);
  const openDeferrals = createOpenCount(dayMs);
  const faultsPerStep = new Float64Array(steps);

  let firstShedMs: number | null = null;
  let resolvedDeferrals: ResolvedDeferred[] | null = null;

  const keep = <T>(list: T[], item: T, max: number): void => {
    if (list.length < max) list.push(item);
    else dropped += 1;
  };

  const stepAt = (atMs: number): number => Math.max(0, Math.min(steps - 1, Math.floor(atMs / loadStepMs)));

  const mark = (item: Mark): void => {
    keep(marks, item, marksMax);
    options.onMark?.(item);
  };

  const countLog = (entry: LogEntry): void => {
    const charge = textField(entry, 'charge');
    const type = textField(entry, 'type');
    switch (entry.fields.event) {
      case 'charge.unknown': {
        const name = textField(entry, 'reference') || charge;
        if (!unknowns.isOpen(name)) unknowns.opened(name, entry.atMs);
        return;
      }
      case 'unknown.settled':
        unknowns.closed(textField(entry, 'reference') || charge, entry.atMs);
        return;
      case 'deferred.accepted':
        openDeferrals.opened(`${charge}|${type}`, entry.atMs);
        return;
      case 'deferred.completed':
        // A merchant's refund of what is only held is a void upstream.
        deferrals.completed(charge, type === 'void' ? 'refund' : type, entry.atMs);
        openDeferrals.closed(`${charge}|${type}`, entry.atMs);
        return;
      case 'page.published':
      case 'page.machine-published':
        // Planned work is a word about tomorrow, not about an incident.
        if (textField(entry, 'maintenance') !== '') return;
        pageLog.published({
          incident: textField(entry, 'incident'),
          stage: textField(entry, 'stage'),
          announcement: textField(entry, 'announcement'),
          components: textsField(entry, 'components'),
          atMs: entry.atMs,
        });
        return;
      default:
    }
  };

  /**
   * Was the acquirer really away then? Yes while its own figures say so (full queue, cap on us) or
   * the theatre cut it off; and while a breaker is open that such trouble had opened, since nobody
   * can know the end of the trouble before the probes have.
   */
  const wasAway = (acquirer: string, atMs: number): boolean => {
    if (loadBook.wasAway(acquirer, atMs)) return true;
    const opened = openBreakerSince(facts, acquirer, atMs);
    return opened !== null && loadBook.wasAwayIn(acquirer, { fromMs: opened - foundedWithinMs, toMs: atMs });
  };

  const testers = createTesterBook();
  return {
    options,

    // --- what the theatre tells -------------------------------------------------------------

    operation(operation: Operation): void {
      bins.add(operation);
      lossBook.add(operation);
      brandBins.add(operation);
      if (operation.end === 'deferred') deferrals.accepted({ ...pick(operation), acceptedMs: operation.endedMs });
      if (!operation.innocent && wasShed(operation)) {
        // After several tries the first refusal came right after the start and not at the end.
        const refusedMs = operation.requests > 1 ? operation.startedMs : operation.endedMs;
        firstShedMs = firstShedMs === null ? refusedMs : Math.min(firstShedMs, refusedMs);
      }
    },

    received(notice: {
      readonly member: string;
      readonly atMs: number;
      readonly type: string;
      readonly body: unknown;
    }): void {
      if (notice.type === 'status') pageLog.read(notice.body as PageReading, notice.atMs);
      else if (keptNotices.has(notice.type))
        keep(received, { member: notice.member, atMs: notice.atMs, type: notice.type }, factsMax);
    },

    /** One structured log entry of any program on the stage. */
    log(entry: LogEntry): void {
      countLog(entry);
      if (keptEvents.has(entry.fields.event)) keep(facts, entry, factsMax);
      const told = markOf(entry);
      if (told !== null) mark(told);
    },

    /** The JSON of `GET /sim/v1/load`, read at scenario time `atMs`. Every 1 to 10 seconds is right. */
    load(sample: LoadSample, atMs: number): void {
      loadBook.add(sample, atMs);
    },

    /** What somebody saw who read the status page. The cast's reader does it through `received`. */
    page: pageLog.read,

    mark,
    band(band: Band): void {
      keep(bands, band, bandsMax);
    },

    /** Faults injected by rule or by the timeline. Refusals by full queues and caps are counted from load figures. */
    fault(atMs: number, count = 1): void {
      if (atMs < 0 || atMs >= dayMs) return;
      const step = stepAt(atMs);
      faultsPerStep[step] = (faultsPerStep[step] ?? 0) + count;
    },

    /** The theatre itself takes an acquirer away (cut link, stopped process): deferring is right meanwhile. */
    away(acquirer: string, fromMs: number, toMs: number): void {
      loadBook.away(acquirer, fromMs, toMs);
    },

    // --- what the judge reads ---------------------------------------------------------------

    bins,
    /** What card testers came to; the theatre writes, expectations read. */
    testers,
    brandBins,
    lossBook,
    loadBook,
    facts: (): readonly LogEntry[] => facts,
    factsOf: (event: string): LogEntry[] => facts.filter((entry) => entry.fields.event === event),
    marks: (): readonly Mark[] => marks,
    bands: (): readonly Band[] => bands,
    notices: (): readonly ReceivedNotice[] => received,
    pageFacts: pageLog.facts,
    pageWords: pageLog.words,
    pageNames: pageLog.names,
    firstShedMs: (): number | null => firstShedMs,
    unknownSeen: unknowns.seen,
    /** Marks, bands, notices and facts beyond the limits. */
    dropped: (): number => dropped,
    unknownOpen: unknowns.perStep,
    deferredOpen: openDeferrals.perStep,

    /** Faults that really happened in the stretches (ten-second steps). */
    faultsIn(stretches: readonly Stretch[]): number {
      let total = loadBook.refusedIn(stretches);
      for (const stretch of stretches)
        for (
          let step = Math.max(0, Math.floor(stretch.fromMs / loadStepMs));
          step < Math.min(steps, Math.ceil(stretch.toMs / loadStepMs));
          step += 1
        )
          total += faultsPerStep[step] ?? 0;
      return total;
    },

    wasAway,

    /**
     * Judges the deferred operations, once, and adds the ones that count to the bins.
     * `recoveredAfter` is the recovery of an acquirer as the moments define it.
     */
    settleDeferrals(recoveredAfter: (acquirer: string, atMs: number) => number | null): readonly ResolvedDeferred[] {
      if (resolvedDeferrals === null) {
        resolvedDeferrals = deferrals.resolve({ wasAway, recoveredAfter });
        for (const deferred of resolvedDeferrals) if (deferred.counts) bins.deferredCameGood(deferred);
      }
      return resolvedDeferrals;
    },

    /** Numbers and records held, for the test that says memory is flat. */
    size: () => ({
      cells: bins.cells() + brandBins.cells(),
      records: facts.length + marks.length + bands.length + received.length + pageLog.facts().length,
      deferred: deferrals.size(),
      openUnknowns: unknowns.names(),
      openDeferrals: openDeferrals.names(),
    }),
  };
};

/** Trouble this long before a breaker opened still explains the opening. */
const foundedWithinMs = 60_000;

/** Since when some breaker of the acquirer has not been closed at that time; null when all are. */
const openBreakerSince = (facts: readonly LogEntry[], acquirer: string, atMs: number): number | null => {
  const since = new Map<string, number>();
  for (const entry of facts) {
    if (entry.atMs > atMs) break;
    if (entry.fields.event !== 'breaker.changed' || acquirerOf(entry) !== acquirer) continue;
    const key = `${entry.program}|${textField(entry, 'key')}`;
    if (entry.fields.to === 'closed') since.delete(key);
    else if (!since.has(key)) since.set(key, entry.atMs);
  }
  return since.size === 0 ? null : Math.min(...since.values());
};

const pick = ({ member, innocent, kind, acquirer, chargeId, startedMs }: Operation) => ({
  member,
  innocent,
  kind,
  acquirer,
  chargeId,
  startedMs,
});
