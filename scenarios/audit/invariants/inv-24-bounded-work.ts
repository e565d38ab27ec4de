/**
 * What is under way at an acquirer is bounded however much is asked: exchanges in flight from one
 * instance never exceed the slots that the policy gives it, and its inquiries.
 *
 * Goodput and recovery under overload are measured side by side (`npm run bench:protection`).
 */
import { createNotebook, type Invariant } from '../invariant.ts';

/** Synthetic probes of an open breaker have no slot: one a brand. */
const probes = 8;

export const inv24: Invariant = {
  id: 'INV-24',
  title: 'what is in flight to an acquirer is bounded',
  watch({ promises: { inFlightMax } }) {
    /** By instance and acquirer: every start (+) and end (-). */
    const turns = new Map<string, { readonly sent: number[]; readonly ended: number[] }>();
    if (inFlightMax === null) return { judge: () => createNotebook().judgement() };
    return {
      upstream({ exchange, acquirer }) {
        if (exchange.outcome === 'not-sent') return;
        const name = `${exchange.from} -> ${acquirer}`;
        let lane = turns.get(name);
        if (lane === undefined) {
          lane = { sent: [], ended: [] };
          turns.set(name, lane);
        }
        lane.sent.push(exchange.sentMs);
        lane.ended.push(exchange.endedMs);
      },
      judge() {
        const { judged, violate, judgement } = createNotebook();
        for (const [name, lane] of turns) {
          const sent = Float64Array.from(lane.sent).sort();
          const ended = Float64Array.from(lane.ended).sort();
          let done = 0;
          let most = 0;
          let atMs = 0;
          for (let next = 0; next < sent.length; next += 1) {
            while (done < ended.length && ended[done]! <= sent[next]!) done += 1;
            if (next + 1 - done > most) {
              most = next + 1 - done;
              atMs = sent[next]!;
            }
          }
          judged(sent.length);
          if (most > inFlightMax + probes)
            violate({
              atMs,
              objects: [name],
              text: `${name}: ${most} exchanges were in flight at once; ${inFlightMax} and ${probes} probes are the bound`,
            });
        }
        return judgement();
      },
    };
  },
};
