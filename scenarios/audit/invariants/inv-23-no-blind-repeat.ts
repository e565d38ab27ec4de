/**
 * A money operation that may have been carried out is not sent again before somebody asked what
 * became of it. Voids are exempt: once is as good as twice, and waiting makes a second hold.
 *
 * Followed by the acquirer's handle for captures and changes, and by charge for authorisations at
 * one acquirer; INV-09 has those at two. And what was certainly not carried out is tried again within
 * a budget (`../retry-rate.ts`).
 */
import type { SentAuthorisation } from '../exchanges.ts';
import { createNotebook, type Invariant, second } from '../invariant.ts';
import { createRetryRate } from '../retry-rate.ts';

interface Open {
  readonly sentMs: number;
  readonly endedMs: number;
}

/** Moves whose fate is open; a flood that leaves more of them behind is judged no further. */
const openMax = 100_000;

export const inv23: Invariant = {
  id: 'INV-23',
  title: 'nothing that may have been carried out is sent again unasked, and the rest within a budget',
  watch({ promises: { retries, instances } }) {
    const book = createNotebook();
    const rate = retries === null ? null : createRetryRate(retries, instances);
    const open = new Map<string, Open>();
    /** By acquirer: when its whole listing was last read, which asks about everything. */
    const listed = new Map<string, number>();
    const asked = new Map<string, number>();
    return {
      program({ atMs }) {
        rate?.changed(atMs);
      },
      upstream(call) {
        rate?.saw(call);
        const { exchange, acquirer, reading } = call;
        if (reading === null) return;
        if (reading.kind === 'inquiry') {
          if (exchange.outcome !== 'answered') return;
          listed.set(acquirer, exchange.endedMs);
          for (const { handle } of reading.listed)
            if (handle !== null && asked.size < openMax) asked.set(`${acquirer}|${handle}`, exchange.endedMs);
        } else if (reading.kind === 'search') {
          if (reading.isAnswered) asked.set(`${acquirer}|${reading.handle}`, exchange.endedMs);
        } else if (reading.kind === 'move' && exchange.outcome !== 'not-sent') {
          const handle = `${acquirer}|${reading.handle}`;
          const name = `${handle}|${reading.what}|${reading.amountYen ?? ''}`;
          const first = open.get(name);
          if (first !== undefined && exchange.sentMs > first.endedMs) {
            book.judged();
            const known = Math.max(asked.get(handle) ?? -1, acquirer === '' ? -1 : (listed.get(acquirer) ?? -1));
            if (known < first.sentMs)
              book.violate({
                atMs: exchange.sentMs,
                objects: [reading.handle],
                text: `${reading.what} of ${reading.handle} was sent to ${acquirer} again at ${second(exchange.sentMs)}; the first was sent at ${second(first.sentMs)}, got no definite answer, and nobody had asked`,
              });
          }
          if (reading.answer === 'indefinite') {
            if (open.size < openMax) open.set(name, { sentMs: exchange.sentMs, endedMs: exchange.endedMs });
          } else open.delete(name);
        }
      },
      judge(view) {
        const { judged, violate, judgement } = createNotebook();
        for (const part of [book.judgement(), rate?.judge(view)]) {
          judged(part?.judged ?? 0);
          for (const violation of part?.violations ?? []) violate(violation);
        }
        const byCharge = new Map<string, SentAuthorisation>();
        for (const sent of view.exchanges.authorisations()) {
          const chargeId = view.chargeOf(sent.acquirer, sent.reference);
          if (chargeId === null) continue;
          const name = `${sent.acquirer}|${chargeId}`;
          const first = byCharge.get(name);
          if (first === undefined || sent.sentMs < first.sentMs) byCharge.set(name, sent);
          if (first === undefined) continue;
          judged();
          const [one, other] = first.sentMs <= sent.sentMs ? [first, sent] : [sent, first];
          if (one.definiteFromMs !== null && one.definiteFromMs <= other.sentMs) continue;
          violate({
            atMs: other.sentMs,
            objects: [chargeId, one.reference, other.reference],
            text: [
              `${chargeId} was sent to ${sent.acquirer} again as ${other.reference} at ${second(other.sentMs)} while ${one.reference} was open since ${second(one.sentMs)}`,
              view.story(chargeId),
            ].join('\n'),
          });
        }
        return judgement();
      },
    };
  },
};
