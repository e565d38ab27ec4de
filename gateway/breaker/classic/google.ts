/**
 * Google's client-side throttling (SRE, Handling Overload): refuse with probability
 * max(0, (requests - K * accepts) / (requests + 1)) over the last two minutes, where refusals here
 * count as requests. It never opens; it sends K requests for each that is accepted.
 */
import type { Algorithm, ClassicRules } from './algorithm.ts';

const buckets = 60;

export interface Throttle extends Algorithm {
  /** A request that was refused here, by the draw. */
  refused(nowMs: number): void;
}

export const createGoogle = (rules: Pick<ClassicRules, 'windowMs' | 'k'>): Throttle => {
  const bucketMs = rules.windowMs / buckets;
  const requests = new Float64Array(buckets);
  const accepts = new Float64Array(buckets);
  let [sent, accepted] = [0, 0];
  let newest = 0;

  const turn = (nowMs: number): number => {
    const due = Math.floor(nowMs / bucketMs);
    if (due - newest >= buckets) {
      requests.fill(0);
      accepts.fill(0);
      [sent, accepted] = [0, 0];
      newest = due;
    }
    while (newest < due) {
      newest += 1;
      const index = newest % buckets;
      sent -= requests[index]!;
      accepted -= accepts[index]!;
      requests[index] = 0;
      accepts[index] = 0;
    }
    return newest % buckets;
  };
  const refusal = (nowMs: number): number => {
    turn(nowMs);
    return Math.max(0, (sent - rules.k * accepted) / (sent + 1));
  };
  const request = (nowMs: number): void => {
    requests[turn(nowMs)]! += 1;
    sent += 1;
  };

  return {
    begin(nowMs) {
      request(nowMs);
      return true;
    },
    refused: request,
    end(ok, nowMs) {
      if (!ok) return;
      accepts[turn(nowMs)]! += 1;
      accepted += 1;
    },
    status(nowMs) {
      const chance = refusal(nowMs);
      return chance < 0.05 ? 'closed' : chance > 0.9 ? 'open' : 'ramp';
    },
    share: (nowMs) => 1 - refusal(nowMs),
  };
};
