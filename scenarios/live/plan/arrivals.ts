/**
 * When each member of the cast begins which intent, without playing anything: the clock of
 * `cast/cast.ts` as a loop. A changed pace draws nothing anew, it waits again for the same intent.
 */
import type { Random } from '../../../gateway/ports.ts';
import { drawIntent, type Intent } from '../../cast/draws.ts';
import type { Member } from '../../cast/members.ts';
import type { Cast } from '../../cast/schema.ts';
import { drawAttempt, drawAttemptGapMs } from '../../cast/testers.ts';
import type { CardTester } from '../../cast/testers-schema.ts';
import type { TimelineEntry } from '../../play/timeline.ts';

/** Milliseconds since the scenario's start. */
interface At {
  readonly atMs: number;
}

/** What the timeline does to one member's sending. */
type Change = At & ({ readonly active: boolean } | { readonly pace: number });

export const changesOf = (entries: readonly TimelineEntry[], member: string): readonly Change[] =>
  entries
    .flatMap(({ event: { what }, atMs, untilMs }): Change[] => {
      if (what.kind === 'traffic' && what.member === member) return [{ atMs, active: what.action === 'start' }];
      if (what.kind !== 'rate' || what.member !== member) return [];
      return [{ atMs, pace: what.times }, ...(untilMs === null ? [] : [{ atMs: untilMs, pace: 1 }])];
    })
    .sort((one, other) => one.atMs - other.atMs);

interface Sending {
  active: boolean;
  pace: number;
}

/** Walks arrivals from the scenario's start to `untilMs`; `gapMs` is the wait before arrival `ordinal`. */
const walk = <Draw extends object>(
  changes: readonly Change[],
  activeFirst: boolean,
  untilMs: number,
  draw: (ordinal: number) => Draw & { readonly gapMs: number },
): readonly (Draw & At)[] => {
  const sending: Sending = { active: activeFirst, pace: 1 };
  const arrivals: (Draw & At)[] = [];
  let [nowMs, ordinal, next] = [0, 1, 0];
  for (;;) {
    const change = changes[next];
    const drawn = sending.active ? draw(ordinal) : null;
    const dueMs = drawn === null ? Number.POSITIVE_INFINITY : nowMs + drawn.gapMs / sending.pace;
    if (change !== undefined && change.atMs <= dueMs) {
      next += 1;
      nowMs = Math.max(nowMs, change.atMs);
      if ('pace' in change) sending.pace = change.pace;
      else sending.active = change.active;
      continue;
    }
    if (drawn === null || dueMs >= untilMs) return arrivals;
    arrivals.push({ ...drawn, atMs: dueMs });
    nowMs = dueMs;
    ordinal += 1;
  }
};

export const arrivalsOfMember = (
  random: Random,
  member: Member,
  patience: Cast['buyers']['patienceMs'],
  entries: readonly TimelineEntry[],
  untilMs: number,
): readonly (Intent & At)[] =>
  walk(changesOf(entries, member.id), member.active, untilMs, (ordinal) =>
    drawIntent(random, member, ordinal, patience),
  );

/** `random` is the testers' own stream (`testers` of the cast's). */
export const attemptsOfTester = (
  random: Random,
  tester: CardTester,
  entries: readonly TimelineEntry[],
  untilMs: number,
) =>
  walk(changesOf(entries, tester.id), tester.active, untilMs, (ordinal) => ({
    ordinal,
    gapMs: drawAttemptGapMs(random, tester, ordinal - 1),
    ...drawAttempt(random, tester, ordinal),
  }));
