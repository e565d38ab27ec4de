/**
 * cockatiel's `SamplingBreaker` in its circuit breaker policy, as its version 4 decides: windows of a
 * second that turn with the calls, not with the clock, a least number of calls, one try after
 * `halfOpenAfter`. The test drives the package itself beside it.
 */
import type { Algorithm, ClassicRules } from './algorithm.ts';

export const createCockatiel = (rules: ClassicRules): Algorithm => {
  const count = Math.max(5, Math.ceil(rules.windowMs / 1000));
  const windowMs = Math.round(rules.windowMs / count);
  const empty = () => ({ startedMs: 0, failures: 0, calls: 0 });
  let windows = Array.from({ length: count }, empty);
  let current = 0;
  let [failures, calls] = [0, 0];
  let state: 'closed' | 'open' | 'half' = 'closed';
  let openedMs = 0;
  let trying = false;

  const push = (ok: boolean, nowMs: number): void => {
    let window = windows[current]!;
    if (nowMs - window.startedMs >= windowMs) {
      current = (current + 1) % count;
      failures -= windows[current]!.failures;
      calls -= windows[current]!.calls;
      window = { startedMs: nowMs, failures: 0, calls: 0 };
      windows[current] = window;
    }
    window.calls += 1;
    calls += 1;
    if (ok) return;
    window.failures += 1;
    failures += 1;
  };
  const open = (nowMs: number): void => {
    state = 'open';
    openedMs = nowMs;
    trying = false;
  };
  const mayTry = (nowMs: number): boolean =>
    state === 'half' ? !trying : state === 'open' && nowMs - openedMs >= rules.resetMs;

  return {
    begin(nowMs) {
      if (state === 'closed') return true;
      if (!mayTry(nowMs)) return false;
      state = 'half';
      trying = true;
      return true;
    },
    end(ok, nowMs) {
      if (state === 'open') return;
      if (state === 'half') {
        // A call from before the opening is none of the tries.
        if (!trying) return;
        if (ok) {
          windows = Array.from({ length: count }, empty);
          [failures, calls] = [0, 0];
          push(true, nowMs);
          state = 'closed';
          trying = false;
        } else {
          push(false, nowMs);
          open(nowMs);
        }
        return;
      }
      push(ok, nowMs);
      if (!ok && calls >= rules.minimumCalls && failures > rules.failureShare * calls) open(nowMs);
    },
    status: (nowMs) => (state === 'open' && mayTry(nowMs) ? 'ramp' : state === 'half' ? 'ramp' : state),
    share: (nowMs) => (state === 'closed' || mayTry(nowMs) ? 1 : 0),
  };
};
