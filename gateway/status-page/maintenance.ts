/** Work that is planned: announced before, shown while it goes on, in the calendar for good. */
import type { Component } from './facts.ts';

export interface Maintenance {
  readonly id: string;
  readonly title: { readonly en: string; readonly ja: string };
  readonly text: { readonly en: string; readonly ja: string };
  /** What may be affected. */
  readonly components: readonly Component[];
  /** Wall milliseconds, `fromMs` before `toMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  /** When it was written or cancelled last. */
  readonly changedAtMs: number;
  /** Times it was changed: calendars want to know which of two versions is newer (RFC 5545 section 3.8.7.4). */
  readonly sequence: number;
  readonly cancelled: boolean;
}

export type MaintenanceState = 'planned' | 'under_way' | 'over' | 'cancelled';

export const stateOf = ({ fromMs, toMs, cancelled }: Maintenance, nowMs: number): MaintenanceState => {
  if (cancelled) return 'cancelled';
  if (nowMs >= toMs) return 'over';
  return nowMs >= fromMs ? 'under_way' : 'planned';
};

/** What a reader should know of now: not over and not cancelled, soonest first. */
export const ahead = (all: readonly Maintenance[], nowMs: number): Maintenance[] =>
  all
    .filter((one) => ['planned', 'under_way'].includes(stateOf(one, nowMs)))
    .sort((a, b) => a.fromMs - b.fromMs || (a.id < b.id ? -1 : 1));
