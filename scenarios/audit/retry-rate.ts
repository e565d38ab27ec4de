/**
 * How often a payment that one acquirer did not take is tried at another one: a share of what that one is sent
 * anyway, so that the first one's bad hour does not become the second one's (`reference/resilience-patterns.md`
 * section 6).
 *
 * Seen on the wire: a try that never left the gateway, and then an authorisation of the same charge elsewhere. The
 * gateway counts when it decides and the wire is seen when it sends, seconds later: ten seconds of sending hold the
 * decisions of at most two of its windows, and the first tries of four times as long are counted as theirs.
 */
import type { UpstreamCall, Violation } from './invariant.ts';
import type { PromisedRetries } from './promises.ts';
import type { View } from './view.ts';

const windowMs = 10_000;
const aroundMs = { before: 3 * windowMs, after: windowMs };
/** Enrolment precedes the scenario's start by five minutes. */
const beforeStartS = 300;
/** Tries that never left; a flood that leaves more of them is judged no further. */
const notSentMax = 100_000;

export interface RetryRate {
  saw(call: UpstreamCall): void;
  /** A program was stopped or went on: a new one counts anew, and one that slept sends late what it decided early. */
  changed(atMs: number): void;
  judge(view: View): { readonly judged: number; readonly violations: readonly Violation[] };
}

export const createRetryRate = (promised: PromisedRetries, instances: number): RetryRate => {
  /** Tries of payments and cards by acquirer and second, whatever became of them. */
  const tries = new Map<string, number[]>();
  /** When each try that never left was made, by acquirer and reference. */
  const notSent = new Map<string, number>();
  const changes: number[] = [];

  const triesIn = (acquirer: string, fromMs: number, toMs: number): number => {
    const seconds = tries.get(acquirer) ?? [];
    let sum = 0;
    const last = Math.floor(toMs / 1000) + beforeStartS;
    for (let at = Math.max(0, Math.floor(fromMs / 1000) + beforeStartS); at <= last; at += 1) sum += seconds[at] ?? 0;
    return sum;
  };

  /** By acquirer, when payments that another one had not taken were sent there. */
  const retriesIn = (view: View): Map<string, number[]> => {
    const refused = new Map<string, { readonly acquirer: string; readonly atMs: number }[]>();
    for (const { chargeId, acquirer, reference } of view.attempts) {
      const atMs = notSent.get(`${acquirer}|${reference}`);
      if (chargeId === null || atMs === undefined) continue;
      refused.set(chargeId, [...(refused.get(chargeId) ?? []), { acquirer, atMs }]);
    }
    const retries = new Map<string, number[]>();
    for (const { acquirer, reference, sentMs } of view.exchanges.authorisations()) {
      const earlier = refused.get(view.chargeOf(acquirer, reference) ?? '');
      if (earlier?.some((one) => one.acquirer !== acquirer && one.atMs < sentMs) !== true) continue;
      const own = retries.get(acquirer);
      if (own === undefined) retries.set(acquirer, [sentMs]);
      else own.push(sentMs);
    }
    return retries;
  };

  return {
    saw({ exchange, acquirer, reading }) {
      if (reading === null || (reading.kind !== 'authorise' && reading.kind !== 'check' && reading.kind !== 'entry'))
        return;
      // GMO-PG's payment is entered and then carried out: one try.
      if (reading.kind === 'entry' && exchange.outcome === 'answered') return;
      let seconds = tries.get(acquirer);
      if (seconds === undefined) {
        seconds = [];
        tries.set(acquirer, seconds);
      }
      const at = Math.max(0, Math.floor(exchange.sentMs / 1000) + beforeStartS);
      seconds[at] = (seconds[at] ?? 0) + 1;
      if (exchange.outcome === 'not-sent' && notSent.size < notSentMax)
        notSent.set(`${acquirer}|${reading.reference}`, exchange.sentMs);
    },
    changed(atMs) {
      changes.push(atMs);
    },
    judge(view) {
      let judged = 0;
      const violations: Violation[] = [];
      for (const [acquirer, times] of retriesIn(view)) {
        times.sort((one, other) => one - other);
        let first = 0;
        let isOver = false;
        for (const [index, atMs] of times.entries()) {
          while (times[first]! <= atMs - windowMs) first += 1;
          const [fromMs, toMs] = [atMs - aroundMs.before, atMs + aroundMs.after];
          if (changes.some((changeMs) => changeMs > fromMs - windowMs && changeMs < toMs)) continue;
          judged += 1;
          const firsts = triesIn(acquirer, fromMs, toMs);
          const most = promised.shareOfFirstTries * firsts + (instances * promised.perSecond * 2 * windowMs) / 1000;
          const sent = index - first + 1;
          // One for each stretch that goes over, and not for every try in it.
          if (sent > most && !isOver)
            violations.push({
              atMs,
              objects: [acquirer],
              text: `${acquirer} was sent ${sent} payments within 10 s that another acquirer had not taken; ${Math.floor(most)} are allowed beside ${firsts} tries of its own`,
            });
          isOver = sent > most;
        }
      }
      return { judged, violations };
    },
  };
};
