/** How often the public page speaks while an incident is open, and whether it speaks of nothing. */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import { announced, type PageFact } from '../page-log.ts';
import type { Evidence } from './common.ts';
import { commonShape, hoursOf, refuseBothRegions, regionOf, resultOf, thinInRegion } from './common.ts';

/** While an incident is open, the page says something about it at least this often: "no change", too. */
export const PageUpdates = z
  .strictObject({ kind: z.literal('page-updates'), ...commonShape, everyMs: z.int().positive() })
  .superRefine(refuseBothRegions);
export type PageUpdates = z.infer<typeof PageUpdates>;

export const pageUpdatesTitle = (_settings: PageUpdates): Words => ({
  en: 'longest silence of the page about an open incident',
  ja: '公開中の障害についての更新間隔の最大',
});

/** A word and the second in which it is published. */
const toleranceMs = 1_000;

interface Story {
  readonly openedMs: number;
  /** Null: never within the day. */
  readonly resolvedMs: number | null;
  readonly wordsMs: readonly number[];
}

/** From the first word on to "resolved", and again when it comes back. */
const storiesOf = (words: readonly PageFact[]): Story[] => {
  const stories: Story[] = [];
  const open = new Map<string, number[]>();
  for (const { incident, stage, atMs } of words) {
    if (stage === announced) continue;
    const said = open.get(incident) ?? [];
    said.push(atMs);
    if (stage === 'resolved') {
      stories.push({ openedMs: said[0] ?? atMs, resolvedMs: atMs, wordsMs: said });
      open.delete(incident);
    } else open.set(incident, said);
  }
  for (const wordsMs of open.values()) stories.push({ openedMs: wordsMs[0] ?? 0, resolvedMs: null, wordsMs });
  return stories;
};

/** `measured` is the longest silence, in milliseconds; the end of the day ends the last one. */
export const evaluatePageUpdates = (settings: PageUpdates, evidence: Evidence) => {
  const region = regionOf(settings, evidence);
  const stories = storiesOf(evidence.recorder.pageWords()).filter(({ openedMs }) =>
    region.some(({ fromMs, toMs }) => openedMs >= fromMs && openedMs < toMs),
  );
  const silences = stories.flatMap(({ resolvedMs, wordsMs }) => {
    const ends = [...wordsMs.slice(1), ...(resolvedMs === null ? [evidence.dayMs] : [])];
    return ends.map((endMs, index) => endMs - (wordsMs[index] ?? endMs));
  });
  const longest = silences.length === 0 ? null : Math.max(...silences);
  const broken = (): string | null => {
    if (stories.length === 0) return 'the page never carried an incident';
    return longest !== null && longest > settings.everyMs + toleranceMs
      ? `silent for ${Math.round(longest)} ms, ${settings.everyMs} allowed`
      : null;
  };
  return resultOf(settings, pageUpdatesTitle(settings), {
    bound: `<= ${settings.everyMs} ms`,
    measured: longest,
    sample: stories.reduce((sum, { wordsMs }) => sum + wordsMs.length, 0),
    reason: thinInRegion(settings.minimum, evidence, region) ?? broken(),
  });
};

/** Every incident on the page began with ordinary operations that failed. */
export const NoFalseIncident = z
  .strictObject({ kind: z.literal('no-false-incident'), ...commonShape })
  .superRefine(refuseBothRegions);
export type NoFalseIncident = z.infer<typeof NoFalseIncident>;

export const noFalseIncidentTitle = (settings: NoFalseIncident): Words => {
  const hours = hoursOf(settings);
  return {
    en: `no incident on the page that hurt nobody${hours.en}`,
    ja: `影響のない障害告知なし${hours.ja}`,
  };
};

/** What hurts is seen at most this long before the first word; what hangs is known only later. */
const beforeMs = 600_000;
const afterMs = 60_000;

export const evaluateNoFalseIncident = (settings: NoFalseIncident, evidence: Evidence) => {
  const region = regionOf(settings, evidence);
  const stories = storiesOf(evidence.recorder.pageWords()).filter(({ openedMs }) =>
    region.some(({ fromMs, toMs }) => openedMs >= fromMs && openedMs < toMs),
  );
  const groundless = stories.filter(({ openedMs }) => {
    const fromMs = Math.max(0, openedMs - beforeMs);
    const toMs = Math.min(evidence.dayMs, openedMs + afterMs);
    return evidence.recorder.bins.hurtMembers({ fromMs, toMs }).length === 0;
  });
  return resultOf(settings, noFalseIncidentTitle(settings), {
    bound: '= 0',
    measured: groundless.length,
    sample: stories.length,
    reason:
      thinInRegion(settings.minimum, evidence, region) ??
      (groundless.length === 0 ? null : `${groundless.length} of ${stories.length} incidents hurt nobody`),
  });
};
