/** Numbers of abuse control: when a merchant is found, what is done to it, and how that is lifted again. */
import { z } from 'zod';

const ms = z.int().nonnegative();
const share = z.number().min(0).max(1);

export const Abuse = z
  .strictObject({
    enabled: z.boolean(),
    /** Refusals of one merchant within the window that make it an abuser to be told. */
    refusalsToTell: z.int().positive(),
    windowMs: ms.min(1000),
    /** Tell the upstream our request counts per merchant. */
    tellUpstream: z.boolean(),
    /** Bad answers (declines, wrong requests) within the window before anything is done to a merchant ... */
    badToAct: z.int().positive(),
    /** ... when they are at least this part of its answers. A busy merchant whose requests are good is only told. */
    badShareMin: share.gt(0),
    /** Its rate while it is throttled, as a part of what it has. */
    throttleShare: share.gt(0),
    /** Going on like that for this long under the throttle pauses it. */
    pauseAfterMs: ms.positive(),
    /** Length of the first pause; each further one doubles it, up to the cap. */
    pauseMs: ms.positive(),
    pauseCapMs: ms.positive(),
    /** Lifting is by ramp, never all at once: parts of its rate, one step after the other. */
    rampShares: z.array(share.gt(0)).min(1),
    rampStepMs: ms.positive(),
  })
  .superRefine(({ rampShares, pauseMs, pauseCapMs }, context) => {
    const fault = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (rampShares.some((step, index) => index > 0 && step <= rampShares[index - 1]!))
      fault(['rampShares'], 'must rise from step to step');
    if (rampShares.at(-1) === 1 && rampShares.length === 1)
      fault(['rampShares'], 'a single step of 1 lifts everything at once');
    if (pauseCapMs < pauseMs) fault(['pauseCapMs'], 'must not be below pauseMs');
  });
export type Abuse = z.infer<typeof Abuse>;
