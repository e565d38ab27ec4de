/**
 * What a campaign has played so far, one line a seed, appended as it comes. A last line that was cut off (a stop in
 * the middle, a full disk) is not there; the next campaign into the same folder plays that seed again.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Played } from './messages.ts';

const counts = z.record(z.string(), z.number());
const Line = z.strictObject({
  bug: z.string().nullable(),
  worlds: z.string(),
  played: z.strictObject({
    seed: z.number(),
    found: counts,
    said: z.record(z.string(), z.string()),
    judged: counts,
    faults: counts,
    payments: z.number(),
    simulatedMs: z.number(),
  }),
});

export interface Journal {
  known(bug: string | null, worlds: string): readonly Played[];
  add(bug: string | null, worlds: string, played: Played): void;
}

/** `sources` says what was played: lines of other sources are forgotten. */
export const openJournal = (file: string, sources: string): Journal => {
  const known = new Map<string, Played[]>();
  const keyOf = (bug: string | null, worlds: string): string => `${bug ?? ''}/${worlds}`;
  const [head, ...lines] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  if (head === sources)
    for (const line of lines) {
      if (line === '') continue;
      let data: unknown;
      try {
        data = JSON.parse(line);
      } catch {
        continue;
      }
      const { bug, worlds, played } = Line.parse(data);
      const key = keyOf(bug, worlds);
      known.set(key, [...(known.get(key) ?? []), played]);
    }
  else writeFileSync(file, `${sources}\n`);
  return {
    known: (bug, worlds) => known.get(keyOf(bug, worlds)) ?? [],
    add: (bug, worlds, played) => appendFileSync(file, `${JSON.stringify({ bug, worlds, played })}\n`),
  };
};
