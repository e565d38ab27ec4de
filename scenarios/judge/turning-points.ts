/**
 * The three moments that are read from counts per second: contained, failover, recovered
 * (design.md section 7). Pure; all look ahead, so each is known only some time after it came. A moment
 * stands at a second with traffic: silence is neither containment nor recovery.
 */

/** Look-ahead of `contained` and `failover`. */
export const lookAheadSeconds = 30;
/** Length of the calm that makes `recovered`. */
export const calmSeconds = 300;
export const calmShare = 0.99;
/** An acquirer was out when a minute of its operations went below this share: a hiccup is no outage. */
const outageShare = 0.95;
export const outageSeconds = 60;
/** Fewer operations than this show neither failover, outage nor recovery. */
export const operationsMin = 5;

type Counts = Uint32Array;

/** `sums[i]` is the sum of the first `i` counts. */
const runningSums = (counts: Counts): Float64Array => {
  const sums = new Float64Array(counts.length + 1);
  for (let second = 0; second < counts.length; second += 1)
    sums[second + 1] = (sums[second] ?? 0) + (counts[second] ?? 0);
  return sums;
};

const within = (sums: Float64Array, from: number, to: number): number =>
  (sums[Math.min(to, sums.length - 1)] ?? 0) - (sums[Math.min(from, sums.length - 1)] ?? 0);

const firstSecond = (fromMs: number): number => Math.max(0, Math.floor(fromMs / 1000));

/**
 * Start of the first 30 s in which the abuser's upstream rate is at or below its share while it asks
 * for more: an abuser that fell silent was not contained.
 */
export const contained = (input: {
  readonly sent: Counts;
  readonly upstream: Counts;
  readonly sharePerSecond: number;
  readonly fromMs: number;
}): number | null => {
  const sent = runningSums(input.sent);
  const upstream = runningSums(input.upstream);
  const allowed = input.sharePerSecond * lookAheadSeconds;
  for (let from = firstSecond(input.fromMs); from + lookAheadSeconds <= input.sent.length; from += 1) {
    const to = from + lookAheadSeconds;
    if (input.sent[from] === 0) continue;
    if (within(sent, from, to) > allowed && within(upstream, from, to) <= allowed) return from * 1000;
  }
  return null;
};

/**
 * From when at least 99 % of the eligible new creates and registrations of the next 30 s go to
 * another acquirer. Eligible are those that our own limits did not refuse.
 */
export const failover = (input: {
  readonly eligible: Counts;
  readonly elsewhere: Counts;
  readonly fromMs: number;
}): number | null => {
  const eligible = runningSums(input.eligible);
  const elsewhere = runningSums(input.elsewhere);
  for (let from = firstSecond(input.fromMs); from + lookAheadSeconds <= input.eligible.length; from += 1) {
    const to = from + lookAheadSeconds;
    if (input.eligible[from] === 0) continue;
    const all = within(eligible, from, to);
    if (all >= operationsMin && within(elsewhere, from, to) >= calmShare * all) return from * 1000;
  }
  return null;
};

/**
 * Start of the first 5 minutes at 99 % at the acquirer, after an outage. A deferred operation is not
 * good here: it says that the acquirer is still away. Null when there was no outage to recover from.
 */
export const recovered = (input: {
  readonly sent: Counts;
  readonly good: Counts;
  readonly fromMs: number;
}): number | null => {
  const sent = runningSums(input.sent);
  const good = runningSums(input.good);
  const share = (from: number, to: number): number | null => {
    const all = within(sent, from, to);
    return all < operationsMin ? null : within(good, from, to) / all;
  };
  const isOut = (from: number): boolean => (share(from, from + outageSeconds) ?? 1) < outageShare;
  const isCalm = (from: number): boolean => (share(from, from + calmSeconds) ?? 0) >= calmShare;
  let from = firstSecond(input.fromMs);
  while (from < input.sent.length && !isOut(from)) from += 1;
  for (; from + calmSeconds <= input.sent.length; from += 1)
    if (input.sent[from] !== 0 && isCalm(from)) return from * 1000;
  return null;
};
