/**
 * What `replay.ts` reads: a scenario's traffic as data (`scenarios/live/plan/schema.ts` writes it).
 * Written down here once more, because these scripts import nothing but their own files.
 */

export interface FollowUp {
  readonly afterMs: number;
  readonly amountYen: number;
}

/** One intent. Times are milliseconds since the excerpt's start. */
export interface Arrival {
  readonly atMs: number;
  readonly merchant: string;
  readonly ordinal: string;
  readonly operation: 'create' | 'registration' | 'card-test';
  readonly amountYen: number;
  readonly wrongRequest?: boolean | undefined;
  readonly captureNow: boolean;
  readonly stored: boolean;
  readonly customer: number;
  readonly namesCard: boolean;
  readonly card: { readonly number: string; readonly cvc: string; readonly expYear: number };
  readonly patienceMs: number;
  readonly capture: FollowUp | null;
  readonly refund: FollowUp | null;
  readonly threeDSecure?: { readonly thinkMs: number } | undefined;
}

export interface Merchant {
  readonly id: string;
  readonly class: string;
  readonly innocent: boolean;
  readonly secretKey: string;
  readonly publicKey: string;
  readonly maxRetry: number;
  readonly customers: readonly { readonly id: string; readonly cardId: string }[];
}

export interface Sdk {
  readonly baseMs: number;
  readonly capMs: number;
  readonly timeoutMs: number;
}

export interface Plan {
  readonly version: 1;
  readonly scenario: string;
  readonly policy: string;
  readonly seed: number;
  readonly startAtMs: number | null;
  readonly durationMs: number;
  readonly excerpt: { readonly fromMs: number; readonly toMs: number };
  readonly baseUrl: string;
  readonly baseUrls?: readonly string[] | undefined;
  readonly statusUrl: string | null;
  readonly receiversUrl: string | null;
  readonly simulators: readonly { readonly id: string; readonly url: string; readonly token?: string | undefined }[];
  readonly sdk: Sdk;
  readonly readBack?: { readonly afterMs: number; readonly times: number } | undefined;
  readonly causes: readonly {
    readonly id: string;
    readonly atMs: number;
    readonly untilMs: number | null;
    readonly acquirer: string | null;
  }[];
  readonly thresholds: Bounds;
  readonly merchants: readonly Merchant[];
  readonly scenarios: readonly {
    readonly name: string;
    readonly class: string;
    readonly innocent: boolean;
    readonly arrivals: readonly Arrival[];
  }[];
}

/** Bounds on the custom metrics; absent: not judged. */
export interface Bounds {
  readonly innocent_success?: number | undefined;
  readonly failover_ms?: number | undefined;
  readonly first_notice_ms?: number | undefined;
  readonly last_notice_ms?: number | undefined;
  readonly false_resolved?: number | undefined;
  readonly double_capture?: number | undefined;
}

/** Of ramping-arrival-rate: bins of this length, each with the number of arrivals that the plan has in it. */
const binMs = 1000;

export interface RateStage {
  readonly target: number;
  readonly duration: string;
}

/**
 * Stages that start exactly as many iterations in each second as the plan has arrivals in it: with a
 * time unit of one bin, a bin's rate is its count, and a stage of 0 s jumps there.
 */
export const stagesOf = (arrivals: readonly Arrival[], durationMs: number): RateStage[] => {
  const counts = new Array<number>(Math.ceil(durationMs / binMs)).fill(0);
  for (const { atMs } of arrivals) {
    const bin = Math.min(counts.length - 1, Math.floor(atMs / binMs));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const stages: RateStage[] = [];
  let [rate, bins] = [-1, 0];
  const close = (): void => {
    if (bins > 0) stages.push({ target: rate, duration: `${bins * binMs}ms` });
  };
  for (const count of counts) {
    if (count === rate) {
      bins += 1;
      continue;
    }
    close();
    stages.push({ target: count, duration: '0s' });
    [rate, bins] = [count, 1];
  }
  close();
  // Room for the last arrival, which rounding would lose; a start too many finds no arrival and does nothing.
  stages.push({ target: 1, duration: '0s' }, { target: 1, duration: `${binMs}ms` });
  return stages;
};

/** The most operations that are under way at once, when each takes `holdMs` and waits for its follow-ups. */
export const virtualUsersOf = (arrivals: readonly Arrival[], durationMs: number, holdMs: number): number => {
  const edges = arrivals.flatMap((arrival): [number, number][] => {
    const waits = [arrival.capture, arrival.refund, arrival.threeDSecure && { afterMs: arrival.threeDSecure.thinkMs }];
    const end = waits.reduce(
      (at, wait) => (wait && at + wait.afterMs < durationMs ? at + wait.afterMs : at),
      arrival.atMs,
    );
    return [
      [arrival.atMs, 1],
      [end + holdMs, -1],
    ];
  });
  edges.sort(([one, up], [other, down]) => one - other || up - down);
  let [now, most] = [0, 1];
  for (const [, step] of edges) {
    now += step;
    most = Math.max(most, now);
  }
  return most;
};
