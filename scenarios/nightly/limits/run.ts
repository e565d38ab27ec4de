/** One day of the catalogue under one policy, with or without its cause, and what ordinary merchants saw of it. */
import type { Operation } from '../../judge/observation.ts';
import { scenarioFileOf } from '../../play/catalogue.ts';
import { loadPolicy } from '../../play/load-policy.ts';
import { loadScenario } from '../../play/load-scenario.ts';
import { stageDay } from '../../theatre/day.ts';

export interface OrdinaryFigures {
  readonly sent: number;
  readonly succeeded: number;
  /** Refused by our limits after all repeats, and requests beyond the first, which are repeats after 429. */
  readonly refused: number;
  readonly repeats: number;
  readonly p99Ms: number;
  /** Of the members that are not ordinary: operations that got an answer other than our refusal, by second. */
  readonly abuserPassedAtS: readonly number[];
}

const isRefusal = ({ end, decidedBy }: Operation): boolean =>
  end === 'refused' && (decidedBy === 'gateway-limiter' || decidedBy === 'gateway-paused');

/** A charge by a stored card is one request, by a token two; the repeats are what is more. */
const leastRequests = ({ kind, requests }: Operation): number =>
  kind === 'create' || kind === 'registration' ? Math.min(requests, 2) : 1;

export const playOrdinary = async (
  id: string,
  policyName: string,
  { seed, causes, minutes }: { readonly seed: number; readonly causes: boolean; readonly minutes?: number },
): Promise<OrdinaryFigures> => {
  const scenario = loadScenario(scenarioFileOf(id) ?? id);
  const policy = loadPolicy(policyName);
  if (!scenario.ok || !policy.ok) throw new Error(`${id} or ${policyName} does not load`);
  const tookMs: number[] = [];
  const passed: number[] = [];
  let [sent, succeeded, refused, repeats] = [0, 0, 0, 0];
  const day = stageDay({
    scenario: scenario.scenario,
    policy: policy.policy,
    seed,
    judgedAs: policyName,
    causes,
    onOperation(operation) {
      if (!operation.innocent) {
        if (!isRefusal(operation)) passed.push(operation.startedMs / 1000);
        return;
      }
      sent += 1;
      if (operation.end === 'succeeded' || operation.end === 'declined' || operation.end === 'deferred') succeeded += 1;
      if (isRefusal(operation)) refused += 1;
      repeats += Math.max(0, operation.requests - leastRequests(operation));
      tookMs.push(operation.endedMs - operation.startedMs);
    },
  });
  try {
    await day.runUntil(minutes === undefined ? day.dayMs : Math.min(day.dayMs, minutes * 60_000));
    const sorted = tookMs.toSorted((one, other) => one - other);
    return {
      sent,
      succeeded,
      refused,
      repeats,
      p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
      abuserPassedAtS: passed,
    };
  } finally {
    day.close();
  }
};
