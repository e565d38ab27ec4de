/**
 * `stream.ts` for the hot path: one record per stream, changed in place. Every outcome of every
 * payment passes here two or three times; the pure rules would allocate five objects each time.
 */
import { goodAtMs, isGood, negligible, recentAt, type StreamRules, secondOf, weightAfter } from './stream.ts';

export interface FastStream {
  readonly rules: StreamRules;
  readonly evidence: Float64Array;
  alarmed: boolean;
  failures: number;
  total: number;
  atS: number;
}

export const createFastStream = (rules: StreamRules): FastStream => ({
  rules,
  evidence: new Float64Array(rules.steps.length),
  alarmed: false,
  failures: 0,
  total: 0,
  atS: 0,
});

const age = (stream: FastStream, atMs: number): void => {
  const atS = secondOf(atMs);
  if (atS === stream.atS) return;
  const weight = weightAfter(atS - stream.atS, stream.rules.halfLifeMs);
  stream.failures *= weight;
  stream.total *= weight;
  stream.atS = atS;
};

/** So many good outcomes of one moment: what as many calls of `take` come to. */
export const takeGood = (stream: FastStream, count: number, atMs: number): void => {
  const { rules, evidence } = stream;
  age(stream, atMs);
  stream.total += count;
  // They only take away, and never below nothing, so their order does not matter.
  for (let test = 0; test < evidence.length; test += 1)
    evidence[test] = Math.max(evidence[test]! + count * rules.steps[test]!.success, 0);
};

/** Takes one outcome in. True: this one raised the alarm. */
export const take = (stream: FastStream, failed: boolean, atMs: number): boolean => {
  const { rules, evidence } = stream;
  age(stream, atMs);
  stream.total += 1;
  let alarm = false;
  if (failed) {
    stream.failures += 1;
    for (let test = 0; test < evidence.length; test += 1) {
      const sum = evidence[test]! + rules.steps[test]!.failure;
      evidence[test] = Math.min(sum, rules.alarmAt);
      if (sum >= rules.alarmAt) alarm = true;
    }
    if (stream.failures >= rules.plain.failures && stream.failures >= rules.plain.failureShare * stream.total)
      alarm = true;
  } else
    for (let test = 0; test < evidence.length; test += 1) {
      const held = evidence[test]!;
      if (held === 0) continue;
      const sum = held + rules.steps[test]!.success;
      evidence[test] = Math.max(sum, 0);
    }
  if (!alarm || stream.alarmed) return false;
  stream.alarmed = true;
  return true;
};

/** Ends the alarm; evidence starts again from nothing. */
export const calm = (stream: FastStream): void => {
  stream.alarmed = false;
  stream.evidence.fill(0);
};

export const isGoodNow = (stream: FastStream, atMs: number): boolean => isGood(stream, atMs, stream.rules);
export const recentNow = (stream: FastStream, atMs: number) => recentAt(stream, atMs, stream.rules);
/** When silence alone would make it good. */
export const silentUntilMs = (stream: FastStream): number =>
  stream.failures <= negligible ? (stream.atS + 1) * 1000 : goodAtMs(stream, stream.rules);
