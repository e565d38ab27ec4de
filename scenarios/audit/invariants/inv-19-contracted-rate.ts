/**
 * What is sent to an acquirer stays within what was agreed with it, over every second and over every
 * stretch of seconds. Every call counts, inquiries too, and GMO-PG's two halves are two.
 *
 * Counted in steps of a tenth of a second: a stretch of n seconds holds at most the burst and n
 * seconds of the rate, plus one step's for the edges.
 */
import { createNotebook, type Invariant } from '../invariant.ts';

const stepMs = 100;
const perSecond = 1000 / stepMs;

/** Stretches that are looked at, in seconds. */
const stretches = [1, 2, 5, 10, 30, 60] as const;

export const inv19: Invariant = {
  id: 'INV-19',
  title: 'no acquirer is sent more than was agreed with it',
  watch({ promises: { contracts } }) {
    const sent = new Map<string, number[]>();
    if (contracts === null) return { judge: () => createNotebook().judgement() };
    return {
      upstream({ exchange, acquirer }) {
        if (!contracts.has(acquirer)) return;
        let steps = sent.get(acquirer);
        if (steps === undefined) {
          steps = [];
          sent.set(acquirer, steps);
        }
        // Five minutes before the scenario's start are the enrolment's.
        const step = Math.max(0, Math.floor(exchange.sentMs / stepMs) + 3_000);
        while (steps.length <= step) steps.push(0);
        steps[step] = (steps[step] ?? 0) + 1;
      },
      judge() {
        const { judged, violate, judgement } = createNotebook();
        for (const [acquirer, steps] of sent) {
          const { ratePerSecond, burst } = contracts.get(acquirer)!;
          for (const seconds of stretches) {
            const most = burst + ratePerSecond * (seconds + 1 / perSecond);
            let sum = 0;
            let over = false;
            for (let step = 0; step < steps.length; step += 1) {
              sum += steps[step]! - (steps[step - seconds * perSecond] ?? 0);
              if (seconds === 1 && steps[step]! > 0) judged();
              // One for each stretch that goes over, and not for every step of it.
              if (sum > most && !over)
                violate({
                  atMs: (step - 3_000) * stepMs,
                  objects: [acquirer],
                  text: `${acquirer} was sent ${sum} calls within ${seconds} s; ${Math.floor(most)} are agreed`,
                });
              over = sum > most;
            }
          }
        }
        return judgement();
      },
    };
  },
};
