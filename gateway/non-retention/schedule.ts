/** What becomes of card numbers from servers, by date and endpoint (NONRET-11, -12; `policy/non-retention.ts`). */
import type { NonRetention } from '../policy/non-retention.ts';
import type { CardEndpoint } from './parameters.ts';

export type Stage = 'accepted' | 'deprecated' | 'refused';

/** The stage at a moment, and the dates of its endpoint in Unix milliseconds; null: never. */
export interface Scheduled {
  readonly stage: Stage;
  readonly deprecatedMs: number | null;
  readonly refusedMs: number | null;
}

export interface Schedule {
  at(endpoint: CardEndpoint, nowMs: number): Scheduled;
}

const msOf = (instant: string | null): number | null => (instant === null ? null : Date.parse(instant));

/** Dates are read once: every call of a server asks. */
export const createSchedule = ({ endpoints }: NonRetention): Schedule => {
  const dates = new Map(
    Object.entries(endpoints).map(([name, { deprecatedFrom, refusedFrom }]) => [
      name,
      { deprecatedMs: msOf(deprecatedFrom), refusedMs: msOf(refusedFrom) },
    ]),
  );
  return {
    at(endpoint, nowMs) {
      const { deprecatedMs, refusedMs } = dates.get(endpoint)!;
      const stage =
        refusedMs !== null && nowMs >= refusedMs
          ? 'refused'
          : deprecatedMs !== null && nowMs >= deprecatedMs
            ? 'deprecated'
            : 'accepted';
      return { stage, deprecatedMs, refusedMs };
    },
  };
};

/**
 * Headers of an answer that was given in spite of a deprecation: RFC 9745 (`Deprecation`, a date as
 * `@seconds`), RFC 8594 (`Sunset`, an HTTP date), and the parameters that it is about.
 */
export const deprecationHeaders = (
  { deprecatedMs, refusedMs }: Scheduled,
  parameters: readonly string[],
): Readonly<Record<string, string>> => ({
  Deprecation: `@${Math.floor((deprecatedMs ?? 0) / 1000)}`,
  ...(refusedMs === null ? {} : { Sunset: new Date(refusedMs).toUTCString() }),
  'Breakwater-Deprecated': parameters.join(', '),
});
