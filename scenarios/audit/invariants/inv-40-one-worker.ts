/**
 * A job is done by one worker at a time: no two instances have the same operation of one payment on
 * its way to an acquirer at once, nor the same message on its way to a receiver, and no capture
 * succeeds twice. Whoever was frozen with an answer on its way worked on it until then: its lease may
 * have ended since, and what it writes when it goes on is fenced (INV-08).
 */
import { firstField } from '../asked.ts';
import { createNotebook, type Invariant, second } from '../invariant.ts';
import type { WireExchange } from '../wire-exchange.ts';

interface Turn {
  readonly from: string;
  readonly sentMs: number;
  readonly endedMs: number;
}

/** Only what can still overlap is kept; it is swept when it has grown this much. */
const sweepAt = 20_000;
/** No caller waits longer than this. */
const longestMs = 120_000;

export const inv40: Invariant = {
  id: 'INV-40',
  title: 'no two instances do one job at once',
  watch({ promises: { instances } }) {
    const { judged, violate, judgement } = createNotebook();
    // One instance with itself is its own lock; two lives of one do not overlap.
    if (instances < 2) return { judge: judgement };
    const turns = new Map<string, Turn>();
    const freezes: { readonly program: string; readonly atMs: number }[] = [];
    const endOf = ({ from, sentMs, answeredMs, endedMs }: WireExchange): number => {
      const frozen = freezes.find(({ program, atMs }) => program === from && atMs >= sentMs && atMs < endedMs);
      return frozen === undefined ? endedMs : Math.min(endedMs, Math.max(frozen.atMs, answeredMs ?? frozen.atMs));
    };
    const note = (job: string, exchange: WireExchange): void => {
      judged();
      const turn: Turn = { from: exchange.from, sentMs: exchange.sentMs, endedMs: endOf(exchange) };
      const other = turns.get(job);
      if (other !== undefined && other.from !== turn.from && other.sentMs < turn.endedMs && turn.sentMs < other.endedMs)
        violate({
          atMs: Math.max(other.sentMs, turn.sentMs),
          objects: [job],
          text: `${other.from} and ${turn.from} both had ${job} on its way at ${second(Math.max(other.sentMs, turn.sentMs))}`,
        });
      turns.set(job, turn);
      if (turns.size < sweepAt) return;
      for (const [name, { endedMs }] of turns) if (endedMs < turn.endedMs - longestMs) turns.delete(name);
    };
    return {
      program({ program, change, atMs }) {
        if (change === 'freeze') freezes.push({ program, atMs });
      },
      upstream({ exchange, acquirer, reading }) {
        if (exchange.outcome === 'not-sent' || reading === null) return;
        if (reading.kind === 'move') note(`${reading.what} of ${acquirer} ${reading.handle}`, exchange);
        else if (reading.kind === 'void') note(`void of ${acquirer} ${reading.handle}`, exchange);
        else if (reading.kind === 'authorise') note(`authorisation ${acquirer} ${reading.reference}`, exchange);
      },
      posted(exchange) {
        if (exchange.outcome !== 'not-sent')
          note(`${firstField(exchange.requestBody, 'id') ?? 'message'} to ${exchange.path}`, exchange);
      },
      judge: judgement,
    };
  },
};
