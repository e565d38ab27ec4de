/**
 * How the acquirer's operators treat one tenant: a pure state machine, fed one observation a time.
 *
 *     calm -> watching -> deciding -> capped -> calm ("lifted")
 *                 └-> calm
 *
 * People are slow and do not take a decision back: once it is made, the cap comes `reactAfterMs`
 * later even if the tenant has calmed down meanwhile (2017-07-14, incidents.md).
 */
import type { OperatorSettings } from '../config.ts';

export type WatchState =
  | { readonly name: 'calm'; readonly sinceMs: number }
  /** Above the threshold, not yet for long enough. */
  | { readonly name: 'watching'; readonly sinceMs: number }
  /** Decided at `sinceMs`; the cap is on its way. */
  | { readonly name: 'deciding'; readonly sinceMs: number }
  /** `quietSinceMs`: when the offered rate fell below the bound for lifting; null while above. */
  | { readonly name: 'capped'; readonly sinceMs: number; readonly quietSinceMs: number | null };

export type Move = 'watching' | 'calmed' | 'decided' | 'capped' | 'lifted';

export interface Observation {
  /** Monotonic. */
  readonly atMs: number;
  /** Offered, over the watch window: refused requests included. */
  readonly ratePerSecond: number;
}

type Rules = Pick<
  OperatorSettings,
  'thresholdPerSecond' | 'decideAfterMs' | 'reactAfterMs' | 'liftBelowPerSecond' | 'liftAfterMs'
>;

export interface Advanced {
  readonly state: WatchState;
  /** What happened, at most one thing per observation. */
  readonly move: Move | null;
}

export const advance = (state: WatchState, { atMs, ratePerSecond }: Observation, rules: Rules): Advanced => {
  const stay: Advanced = { state, move: null };
  const above = ratePerSecond >= rules.thresholdPerSecond;
  switch (state.name) {
    case 'calm':
      return above ? { state: { name: 'watching', sinceMs: atMs }, move: 'watching' } : stay;
    case 'watching':
      if (!above) return { state: { name: 'calm', sinceMs: atMs }, move: 'calmed' };
      if (atMs - state.sinceMs < rules.decideAfterMs) return stay;
      return { state: { name: 'deciding', sinceMs: atMs }, move: 'decided' };
    case 'deciding':
      if (atMs - state.sinceMs < rules.reactAfterMs) return stay;
      return { state: { name: 'capped', sinceMs: atMs, quietSinceMs: null }, move: 'capped' };
    case 'capped': {
      if (ratePerSecond >= rules.liftBelowPerSecond) {
        return state.quietSinceMs === null ? stay : { state: { ...state, quietSinceMs: null }, move: null };
      }
      const quietSinceMs = state.quietSinceMs ?? atMs;
      if (atMs - quietSinceMs >= rules.liftAfterMs) return { state: { name: 'calm', sinceMs: atMs }, move: 'lifted' };
      return { state: { ...state, quietSinceMs }, move: null };
    }
  }
};
