/** Numbers of detection and of the life of an incident (resilience-patterns section 13). */
import { z } from 'zod';
import { components } from '../status-page/facts.ts';

const ms = z.int().nonnegative();
const share = z.number().min(0).max(1);

/**
 * What a sequential test tells apart: the failure share when healthy, and the shares that broken
 * streams may have, one test for each. Several tests because one that looks for 5 % needs twice as
 * long as necessary for a hard loss, and one that looks for 70 % never sees 5 %.
 */
const Shares = z
  .strictObject({ healthyShare: share, brokenShares: z.array(share).min(1).max(8) })
  .superRefine(({ healthyShare, brokenShares }, context) => {
    brokenShares.forEach((broken, index) => {
      if (broken <= healthyShare)
        context.addIssue({
          code: 'custom',
          path: ['brokenShares', index],
          message: 'must be greater than healthyShare',
        });
    });
  });
export type Shares = z.infer<typeof Shares>;

export const Detector = z.strictObject({
  enabled: z.boolean(),
  /** False alarms that all streams together may raise in a year; the tests' threshold follows from it. */
  falseAlarmsPerYear: z.number().positive(),
  /** Ordinary operations a second that it is laid out for: more of them, more chances of a false alarm. */
  outcomesPerSecond: z.number().positive(),
  /** Technical failures of operations. */
  failures: Shares,
  /** Components whose failures have other shares, because others' faults are counted in (merchants' receivers). */
  unlike: z.partialRecord(z.enum(components), Shares),
  /** Good answers that took longer than `afterMs`. */
  slow: z.strictObject({ afterMs: ms, shares: Shares }),
  /** Flows that end outside (3-D Secure) and had not ended `patienceMs` after they began. */
  flows: z.strictObject({ patienceMs: ms.min(1), shares: Shares }),
  /** The plain threshold beside the tests: this share of recent outcomes, and at least this many failures. */
  plain: z.strictObject({ failureShare: share, failures: z.int().positive() }),
  /** Weight of old outcomes halves every this many milliseconds in the "is it good now" view. */
  recentHalfLifeMs: ms.min(1),
  /** Synthetic probes of acquirers that nothing was sent to for `idleMs`; after a bad one every `againMs`. */
  probes: z.strictObject({ enabled: z.boolean(), idleMs: ms.min(1000), againMs: ms.min(1000) }),
});
export type Detector = z.infer<typeof Detector>;

export const Incidents = z.strictObject({
  /** Machine notices on the status page and to merchants; off: only humans write. */
  machineNotices: z.boolean(),
  /** Indicators must stay good this long before `monitoring`, and again before `resolved`. */
  goodBeforeMonitoringMs: ms,
  monitoringMs: ms,
  updateEveryMs: ms.min(60_000),
  /** Trouble at a second acquirer within this long of the first is the same incident. */
  correlateMs: ms,
  /** With several instances: how long an incident stays with one that fell silent. */
  leaseMs: ms.min(5_000),
});
export type Incidents = z.infer<typeof Incidents>;

/** Who is called, when, and how often each line is tried. Off where no channel is configured. */
export const OnCall = z.strictObject({
  enabled: z.boolean(),
  /** Unacknowledged this long after the incident was found: the n-th level is called. */
  escalateAfterMs: z.array(ms).min(1).max(10),
  /** At this level (from 0) the upstream is told by its alternate route, too. */
  upstreamAtLevel: z.int().nonnegative(),
  /** Every channel is tried, and the upstream's own beats are expected, this often ... */
  beatEveryMs: ms.min(1000),
  /** ... and one that was silent this many times is an incident itself. */
  missedBeats: z.int().positive(),
  /** A call that a channel did not take is repeated after this, by every channel. */
  retryMs: ms.min(1000),
  /** Tell the upstream of trouble with it, with our request counts, when the incident becomes public. */
  tellUpstream: z.boolean(),
});
export type OnCall = z.infer<typeof OnCall>;
