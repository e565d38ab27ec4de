/** What the public status page must not say. */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import { announced } from '../page-log.ts';
import type { Evidence } from './common.ts';
import { commonShape, hoursOf, refuseBothRegions, regionOf, resultOf, thinInRegion } from './common.ts';

/** No incident on the page in these hours: nobody was hurt, or only one merchant was at fault. */
export const NoPublicIncident = z
  .strictObject({ kind: z.literal('no-public-incident'), ...commonShape })
  .superRefine(refuseBothRegions);
export type NoPublicIncident = z.infer<typeof NoPublicIncident>;

export const noPublicIncidentTitle = (settings: NoPublicIncident): Words => {
  const hours = hoursOf(settings);
  return { en: `no public incident${hours.en}`, ja: `公開の障害告知なし${hours.ja}` };
};

/** Counts incidents that were open on the page at some time of the region. */
export const evaluateNoPublicIncident = (settings: NoPublicIncident, evidence: Evidence) => {
  const region = regionOf(settings, evidence);
  const open = new Map<string, { fromMs: number; toMs: number }[]>();
  for (const fact of evidence.recorder.pageFacts()) {
    if (fact.stage === announced) continue;
    const spans = open.get(fact.incident) ?? [];
    const last = spans.at(-1);
    const isOpen = last !== undefined && last.toMs === Number.POSITIVE_INFINITY;
    if (fact.stage === 'resolved' && isOpen) last.toMs = fact.atMs;
    if (fact.stage !== 'resolved' && !isOpen) spans.push({ fromMs: fact.atMs, toMs: Number.POSITIVE_INFINITY });
    open.set(fact.incident, spans);
  }
  const seen = [...open].filter(([, spans]) =>
    spans.some((span) => region.some((stretch) => span.fromMs < stretch.toMs && span.toMs > stretch.fromMs)),
  );
  const reason =
    thinInRegion(settings.minimum, evidence, region) ??
    (seen.length === 0 ? null : `the page carried ${seen.map(([incident]) => incident).join(', ')}`);
  return resultOf(settings, noPublicIncidentTitle(settings), {
    bound: '= 0',
    measured: seen.length,
    sample: null,
    reason,
  });
};

/** The page never says "resolved" while ordinary operations fail, or fail again within 15 minutes. */
export const NoFalseResolved = z
  .strictObject({ kind: z.literal('no-false-resolved'), ...commonShape })
  .superRefine(refuseBothRegions);
export type NoFalseResolved = z.infer<typeof NoFalseResolved>;

export const noFalseResolvedTitle = (_settings: NoFalseResolved): Words => ({
  en: 'the page never says resolved too soon',
  ja: '早すぎる復旧告知なし',
});

export const evaluateNoFalseResolved = (settings: NoFalseResolved, evidence: Evidence) =>
  resultOf(settings, noFalseResolvedTitle(settings), {
    bound: '= 0',
    measured: evidence.page.falseResolved,
    sample: evidence.page.resolvedSaid,
    reason:
      thinInRegion(settings.minimum, evidence, regionOf(settings, evidence)) ??
      (evidence.page.falseResolved === 0
        ? null
        : `${evidence.page.falseResolved} of ${evidence.page.resolvedSaid} times too soon`),
  });
