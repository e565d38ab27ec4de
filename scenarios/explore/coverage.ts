/**
 * What a run covered: which kinds of fault met which flows, and when in the life of a request.
 *
 * Phases: `into` (it was sent while the fault acted), `struck` (the fault began while it was under way), `over`
 * (the fault ended while it was under way). A fault counts for the exchanges it can touch: a link's for those on
 * that link, a program's for those from and to it, the others' for all.
 */
import type { Scenario } from '../play/scenario.ts';
import type { TimelineEntry } from '../play/timeline.ts';
import type { ExchangeRecord } from '../stage/exchange.ts';
import { enrolMs } from '../theatre/day.ts';
import { type Flow, flowOf } from './flows.ts';
import { kindsOf } from './kinds-of.ts';

export const phases = ['into', 'struck', 'over'] as const;

interface Acting {
  readonly kinds: readonly string[];
  readonly fromUs: number;
  readonly toUs: number;
  touches(from: string, to: string): boolean;
}

/** `gateway-2` is an instance of `gateway`; a host nobody served is `gateway.test`; the page's host is `status`. */
const programOf = (name: string): string => {
  const program = name.replace(/\.test$/, '').replace(/-\d+$/, '');
  return program === 'status' ? 'status-page' : program;
};

const everything = (): boolean => true;

const touchesOf = (what: TimelineEntry['event']['what']): Acting['touches'] => {
  switch (what.kind) {
    case 'link': {
      const [from = '', to = ''] = what.link.split('->');
      return (sender, receiver) => (sender === from || (from === 'merchants' && sender === 'cast')) && receiver === to;
    }
    case 'faults.set':
    case 'capacity':
    case 'cap':
    case 'flood':
      return (_, receiver) => receiver === what.acquirer;
    case 'three-d-secure.faults':
      return (sender, receiver) => sender === what.program || receiver === what.program;
    case 'wall-clock':
    case 'crash':
    case 'process': {
      // The database has no exchanges of its own; gateways ask it about each of theirs.
      const program = what.program === 'store' ? 'gateway' : programOf(what.program);
      return (sender, receiver) => sender === program || receiver === program;
    }
    default:
      return everything;
  }
};

const endOf = (entry: TimelineEntry, entries: readonly TimelineEntry[]): number => {
  if (entry.untilMs !== null) return entry.untilMs;
  const { what } = entry.event;
  if (what.kind === 'faults.set' || what.kind === 'three-d-secure.faults')
    return entry.atMs + Math.max(...what.rules.map(({ ttlMs }) => ttlMs ?? Number.POSITIVE_INFINITY));
  if (what.kind !== 'process') return Number.POSITIVE_INFINITY;
  const back = entries.find(
    (other) =>
      other.atMs >= entry.atMs &&
      other !== entry &&
      other.event.what.kind === 'process' &&
      other.event.what.program === what.program,
  );
  return back?.atMs ?? Number.POSITIVE_INFINITY;
};

export const createCoverage = (entries: readonly TimelineEntry[], scenario: Pick<Scenario, 'world'>) => {
  const acquirers = new Set(scenario.world.acquirers.map(({ id }) => id));
  const us = (scenarioMs: number): number => (scenarioMs + enrolMs) * 1000;
  const acting: Acting[] = entries
    .map((entry) => ({
      kinds: kindsOf(entry.event.what),
      fromUs: us(entry.atMs),
      toUs: us(endOf(entry, entries)),
      touches: touchesOf(entry.event.what),
    }))
    .filter(({ kinds }) => kinds.length > 0);
  const firstUs = Math.min(...acting.map(({ fromUs }) => fromUs));
  const seen = new Set<string>();
  const counts = new Map<Flow, number>();

  const note = (fault: Acting, flow: Flow, phase: (typeof phases)[number]): void => {
    for (const kind of fault.kinds) seen.add(`${kind} x ${flow} x ${phase}`);
  };

  return {
    exchange(exchange: ExchangeRecord): void {
      const flow = flowOf(exchange, acquirers);
      if (flow === null) return;
      counts.set(flow, (counts.get(flow) ?? 0) + 1);
      const { sentUs, endedUs } = exchange;
      if (endedUs < firstUs) return;
      for (const fault of acting) {
        if (sentUs >= fault.toUs || endedUs < fault.fromUs) continue;
        if (!fault.touches(programOf(exchange.from), programOf(exchange.to))) continue;
        if (sentUs >= fault.fromUs) note(fault, flow, 'into');
        else note(fault, flow, 'struck');
        if (endedUs >= fault.toUs) note(fault, flow, 'over');
      }
    },
    pairs: (): readonly string[] => [...seen].sort(),
    flows: (): Readonly<Record<string, number>> =>
      Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
};
