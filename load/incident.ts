/**
 * A run in three parts: calm, an acquirer that turns every call away (by the simulator's control API
 * at SIM_URL), calm again; beside it ordinary payments at a constant rate. What scripts measure in it
 * is their own.
 */
import { sleep } from 'k6';
import exec from 'k6/execution';
import type { Scenario } from 'k6/options';
import { playArrival } from './operations.ts';
import { settings } from './settings.ts';
import { constantRate, once } from './shape.ts';
import { checkout, merchantAs, stageOf } from './traffic.ts';
import { giveBack, takeAway, type Usual, usualCapacity } from './trouble.ts';
import type { Watching } from './watch.ts';

/** What `setup` hands to everybody. */
export interface Setup {
  readonly startMs: number;
  readonly usual: Usual;
}

/** Shares of the run: how much calm before, how much trouble. `name` is in every payment's own name. */
export const incident = (name: string, { calm, trouble }: { readonly calm: number; readonly trouble: number }) => {
  const calmMs = settings.durationS * calm * 1000;
  const troubleMs = settings.durationS * trouble * 1000;
  return {
    scenarios: {
      checkout: constantRate('pay'),
      trouble: once('trouble'),
      watch: once('watch'),
    } satisfies Record<string, Scenario>,
    setup: (): Setup => ({ usual: usualCapacity(), startMs: Date.now() }),
    pay({ startMs }: Setup): void {
      const nth = exec.scenario.iterationInTest;
      playArrival(stageOf(startMs), merchantAs('shop'), checkout('shop', `${name}-${startMs}`, nth));
    },
    trouble({ startMs, usual }: Setup): void {
      sleep(Math.max(0, startMs + calmMs - Date.now()) / 1000);
      takeAway();
      sleep(troubleMs / 1000);
      giveBack(usual);
    },
    /** When what happens, for `watchTrouble`. */
    times: ({ startMs }: Setup): Pick<Watching, 'causeAtMs' | 'causeUntilMs' | 'untilMs' | 'everyMs' | 'run'> => ({
      causeAtMs: startMs + calmMs,
      causeUntilMs: startMs + calmMs + troubleMs,
      untilMs: startMs + settings.durationS * 1000,
      everyMs: 500,
      run: `${name}-${startMs}`,
    }),
    /** Also when the run was cut short in the middle of the trouble. */
    end: ({ usual }: Setup): void => giveBack(usual),
  };
};
