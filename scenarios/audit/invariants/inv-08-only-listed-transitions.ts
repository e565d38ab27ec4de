/**
 * A charge moves only along the listed transitions, and an end is an end.
 *
 * Read from the ledger, which is append-only and so remembers every step, not from the charge's
 * row: asked for, then given up or held; a hold is released, and captured in the same step or
 * never; what is captured is only ever refunded. The row must say what the entries lead to.
 */
import type { EntryKind, GatewayCharge, GatewayState } from '../books.ts';
import { ofBooks, type Violation } from '../invariant.ts';

type Step = 'none' | 'asked' | 'failed' | 'held' | 'released' | 'captured';

const next: Readonly<Record<Step, Partial<Record<EntryKind, Step>>>> = {
  none: { intend: 'asked' },
  asked: { abandon: 'failed', authorise: 'held' },
  failed: {},
  held: { release: 'released' },
  released: { capture: 'captured' },
  captured: { refund: 'captured' },
};

const statesOf: Readonly<Record<Step, readonly GatewayState[]>> = {
  none: [],
  asked: ['pending', 'unknown'],
  failed: ['failed'],
  held: ['authorised', 'expired'],
  released: ['voided', 'expired'],
  captured: ['captured'],
};

interface Walk {
  step: Step;
  atMs: number;
  fault: string | null;
}

export const inv08 = ofBooks({
  id: 'INV-08',
  title: 'charges move only along the listed transitions',
  judge(view) {
    const walks = new Map<string, Walk>();
    let last: string | null = null;
    let judged = 0;
    for (const { posting, chargeId, kind, atMs } of view.postings()) {
      // Both legs of an entry are one step.
      if (posting === last) continue;
      last = posting;
      judged += 1;
      let walk = walks.get(chargeId);
      if (walk === undefined) {
        walk = { step: 'none', atMs, fault: null };
        walks.set(chargeId, walk);
      }
      const to = next[walk.step][kind];
      const late = kind === 'capture' && atMs !== walk.atMs;
      if (to === undefined || late) walk.fault ??= `${kind} after ${walk.step}${late ? ' and later than it' : ''}`;
      else walk.step = to;
      walk.atMs = atMs;
    }
    const violations: Violation[] = [];
    const say = (id: string, text: string, atMs: number | null): void => {
      violations.push({ atMs, objects: [id], text: [text, view.story(id)].join('\n') });
    };
    for (const [id, { step, fault, atMs }] of walks) {
      const charge: GatewayCharge | undefined = view.charges.get(id);
      if (fault !== null) say(id, `charge ${id}: ${fault}`, atMs);
      else if (charge === undefined) say(id, `charge ${id} has entries and no row`, atMs);
      else if (!statesOf[step].includes(charge.state))
        say(id, `charge ${id} is ${charge.state} and its entries end at ${step}`, atMs);
    }
    return { judged, violations };
  },
});
