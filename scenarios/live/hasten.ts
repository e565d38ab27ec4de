/**
 * A policy whose clean-up after the trouble fits the seconds that a live excerpt has for it.
 *
 * Only how soon unknown outcomes are asked about again and deferred work is tried again; whatever
 * detects, protects and tells is left as the policy has it. An excerpt is played with it on both
 * stages, so that they can be compared.
 */
import type { Policy } from '../../gateway/app.ts';

/** Longer than work can stay in a full queue of a scaled-down acquirer: 500 calls at 40 a second. */
const notFoundSpanMs = 20_000;
const againMs = 4_000;
const followUpsPerSecond = 8;

export const hastened = (policy: Policy): Policy => ({
  ...policy,
  settling: {
    ...policy.settling,
    inquireAfterMs: policy.settling.inquireAfterMs.filter((ms) => ms <= 8_000),
    thenEveryMs: Math.min(policy.settling.thenEveryMs, againMs),
    notFoundSpanMs: Math.min(policy.settling.notFoundSpanMs, notFoundSpanMs),
    followUpsPerSecond: Math.max(policy.settling.followUpsPerSecond, followUpsPerSecond),
    retryBaseMs: Math.min(policy.settling.retryBaseMs, 1_000),
    retryCapMs: Math.min(policy.settling.retryCapMs, againMs),
  },
});
