/**
 * Sequential evidence that something is broken: CUSUM of the log-likelihood ratio.
 *
 * Each call adds ln(P(outcome | broken) / P(outcome | healthy)), and the sum never falls below
 * zero. With 1 % failures when healthy and 50 % when broken a failure adds 3.91 and a success
 * takes 0.68, so the threshold of 17.5 is five straight failures, or about eleven calls of which
 * half fail (drift 1.61 a call). In return a healthy stream crosses it once in at least e^17.5 =
 * 40 million calls (Lorden's bound), where a ratio over a window would need 20 calls to say
 * anything (resilience-patterns section 5).
 */

export interface EvidenceSteps {
  /** Added by a failure; positive. */
  readonly failure: number;
  /** Added by a success; negative. */
  readonly success: number;
}

/** Shares of exactly 0 or 1 would weigh an outcome infinitely; nothing is known that surely. */
const surest = 1e-6;

/**
 * @param healthyShare failure probability when healthy, 0 to 1
 * @param brokenShare failure probability when broken, greater than `healthyShare`
 */
export const evidenceSteps = (healthyShare: number, brokenShare: number): EvidenceSteps => {
  const healthy = Math.min(1 - surest, Math.max(surest, healthyShare));
  const broken = Math.min(1 - surest, Math.max(surest, brokenShare));
  return { failure: Math.log(broken / healthy), success: Math.log((1 - broken) / (1 - healthy)) };
};

/** The evidence after one more outcome, at most `most`. */
export const accumulate = (evidence: number, step: number, most: number): number =>
  Math.min(most, Math.max(0, evidence + step));

/**
 * The failure share at which evidence neither grows nor shrinks: above it a stream looks more
 * broken than healthy. 15 % for 1 % against 50 %.
 */
export const balanceShare = (steps: EvidenceSteps): number => steps.success / (steps.success - steps.failure);
