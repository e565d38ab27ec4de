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
  known(bug: string | null): readonly Played[];
  add(bug: string | null, played: Played): void;
}

/** `sources` says what was played: lines of other sources are forgotten. */
export const openJournal = (file: string, sources: string): Journal => {
  const known = new Map<string | null, Played[]>();
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
      const { bug, played } = Line.parse(data);
      known.set(bug, [...(known.get(bug) ?? []), played]);
    }
  else writeFileSync(file, `${sources}\n`);
  return {
    known: (bug) => known.get(bug) ?? [],
    add: (bug, played) => appendFileSync(file, `${JSON.stringify({ bug, played })}\n`),
  };
};
