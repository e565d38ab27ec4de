/**
 * Sequential evidence about one key (an address, an issuer's range, a merchant ...): is a share of the new cards
 * that come by it testers' cards? A cumulative sum of log-likelihood ratios, never below a small credit, as in the breaker: each
 * new card adds ln(p1 / p0) of how it ended, where p1 mixes testers into honest payers.
 *
 * An alarm stands for a time that doubles with each one, and ends early when good payments (those that passed 3-D
 * Secure meanwhile) bring the sum down.
 */
import type { FraudRules } from '../policy/fraud.ts';
import { type Ending, endings } from './attempt.ts';

export interface ScopeNumbers {
  readonly mix: number;
  readonly alarmAt: number;
  readonly calmAt: number;
  readonly holdMs: number;
  readonly holdCapMs: number;
  readonly creditMax: number;
}

/** `challenged`: a new card was sent to 3-D Secure. Who comes back good takes back more than this added. */
export type Steps = Readonly<Record<Ending | 'challenged', number>>;

export interface Trail {
  evidence: number;
  atMs: number;
  /** 0: no alarm stands. */
  alarmUntilMs: number;
  alarms: number;
}

export const trail = (): Trail => ({ evidence: 0, atMs: 0, alarmUntilMs: 0, alarms: 0 });

/** Old evidence fades: half of it in a day. */
const halfLifeMs = 86_400_000;
/** After this long without one, alarms are as short as the first again. */
const forgivenMs = 3 * 86_400_000;

/**
 * While an alarm sends new cards to 3-D Secure, only the good come back. Without a word for those who do not, honest
 * payers would end the alarm in the middle of the attack: one tester among five keeps it.
 */
const challengedShare = 0.8;

/** What each ending adds, given what honest cards of this key come to. */
export const stepsOf = (
  honest: FraudRules['outcomes']['honest'],
  tester: FraudRules['outcomes']['tester'],
  mix: number,
): Steps => {
  const step = (ending: Ending): number =>
    Math.log(((1 - mix) * honest[ending] + mix * tester[ending]) / honest[ending]);
  const [approved, refused, wrong] = endings.map(step) as [number, number, number];
  return { approved, refused, wrong, challenged: -challengedShare * approved };
};

const doubledMs = ({ holdMs, holdCapMs }: ScopeNumbers, alarms: number): number =>
  Math.min(holdCapMs, holdMs * 2 ** Math.min(alarms, 20));

/** Whether an alarm stands. One that ran out leaves half of its evidence: the next is found twice as fast. */
export const isAlarmed = (state: Trail, numbers: ScopeNumbers, nowMs: number): boolean => {
  if (state.alarmUntilMs === 0) return false;
  if (nowMs < state.alarmUntilMs) return true;
  state.alarmUntilMs = 0;
  state.evidence = numbers.alarmAt / 2;
  state.atMs = nowMs;
  return false;
};

/**
 * One new card came to `ending`. True: this raised the alarm. Good ones earn credit, down to `-creditMax`: an address
 * that thousands share is not judged by three mistypes in a row.
 */
export const learnAt = (
  state: Trail,
  numbers: ScopeNumbers,
  steps: Steps,
  ending: keyof Steps,
  nowMs: number,
): boolean => {
  const stood = isAlarmed(state, numbers, nowMs);
  const ageMs = Math.max(0, nowMs - state.atMs);
  if (state.alarms > 0 && !stood && ageMs > forgivenMs) state.alarms = 0;
  const kept =
    state.evidence === 0 || ageMs === 0 ? state.evidence : state.evidence * Math.exp((-Math.LN2 * ageMs) / halfLifeMs);
  // No more than twice the alarm: or a long attack would need as long to be forgotten.
  state.evidence = Math.min(numbers.alarmAt * 2, Math.max(-numbers.creditMax, kept + steps[ending]));
  state.atMs = Math.max(state.atMs, nowMs);
  if (stood) {
    if (state.evidence <= numbers.calmAt) state.alarmUntilMs = 0;
    return false;
  }
  if (state.evidence < numbers.alarmAt) return false;
  state.alarmUntilMs = nowMs + doubledMs(numbers, state.alarms);
  state.alarms += 1;
  return true;
};

/** Somebody goes on while the alarm stands: it stands as long again from now. For keys that few people share. */
export const prolong = (state: Trail, numbers: ScopeNumbers, nowMs: number): void => {
  if (state.alarmUntilMs === 0) return;
  state.alarmUntilMs = Math.max(state.alarmUntilMs, nowMs + doubledMs(numbers, state.alarms - 1));
};
