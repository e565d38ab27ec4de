/**
 * opossum's circuit (Node's best-known breaker), as its version 10 decides: a rolling window of ten
 * buckets that turn by the clock, failures over *fires* (calls it refused count as fires too), one
 * try after the reset timeout. The test drives the package itself beside it.
 */
import type { Algorithm, ClassicRules } from './algorithm.ts';

const buckets = 10;

export const createOpossum = (rules: ClassicRules, startMs: number): Algorithm => {
  const bucketMs = Math.floor(rules.windowMs / buckets);
  let window = Array.from({ length: buckets }, () => ({ fires: 0, failures: 0 }));
  let turned = 0;
  let state: 'closed' | 'open' | 'half' = 'closed';
  let openedMs = 0;
  /** Half open and nobody tries yet. */
  let mayTry = false;

  const turn = (nowMs: number): void => {
    const due = Math.floor((nowMs - startMs) / bucketMs);
    if (due - turned >= buckets) {
      window = Array.from({ length: buckets }, () => ({ fires: 0, failures: 0 }));
      turned = due;
    }
    for (; turned < due; turned += 1) {
      window.pop();
      window.unshift({ fires: 0, failures: 0 });
    }
    if (state === 'open' && nowMs - openedMs >= rules.resetMs) {
      state = 'half';
      mayTry = true;
    }
  };

  return {
    begin(nowMs) {
      turn(nowMs);
      window[0]!.fires += 1;
      if (state !== 'closed' && !mayTry) return false;
      mayTry = false;
      return true;
    },
    end(ok, nowMs) {
      turn(nowMs);
      if (ok) {
        if (state === 'half') state = 'closed';
        return;
      }
      window[0]!.failures += 1;
      if (state === 'open') return;
      let [fires, failures] = [0, 0];
      for (const bucket of window) {
        fires += bucket.fires;
        failures += bucket.failures;
      }
      if (state !== 'half' && (fires < rules.minimumCalls || failures / fires <= rules.failureShare)) return;
      state = 'open';
      openedMs = nowMs;
      mayTry = false;
    },
    status(nowMs) {
      turn(nowMs);
      return state === 'half' ? 'ramp' : state;
    },
    share(nowMs) {
      turn(nowMs);
      return state === 'closed' || mayTry ? 1 : 0;
    },
  };
};
