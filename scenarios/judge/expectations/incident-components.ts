/** Which parts of the service the public page says are concerned. */
import { z } from 'zod';
import { componentNames } from '../../play/component-names.ts';
import type { Words } from '../../play/words.ts';
import type { Evidence } from './common.ts';
import { commonShape, hoursOf, refuseBothRegions, regionOf, resultOf, thinInRegion } from './common.ts';

const Names = z.array(z.enum(componentNames)).min(1);

/**
 * Every incident that the page first carries in these hours names these components: all that it ever says of it
 * counts. At least one incident is needed, or nothing was named.
 */
export const IncidentComponents = z
  .strictObject({
    kind: z.literal('incident-components'),
    ...commonShape,
    /** These and nothing else. */
    exactly: Names.optional(),
    /** These, and others may be named. */
    atLeast: Names.optional(),
  })
  .superRefine(refuseBothRegions)
  .superRefine(({ exactly, atLeast }, context) => {
    if ((exactly === undefined) === (atLeast === undefined))
      context.addIssue({ code: 'custom', path: ['exactly'], message: 'one of exactly and atLeast is needed' });
  });
export type IncidentComponents = z.infer<typeof IncidentComponents>;

const namesOf = (settings: IncidentComponents): string => (settings.exactly ?? settings.atLeast ?? []).join(', ');

export const incidentComponentsTitle = (settings: IncidentComponents): Words => {
  const hours = hoursOf(settings);
  const names = namesOf(settings);
  return settings.exactly === undefined
    ? { en: `every incident names ${names}${hours.en}`, ja: `障害告知の対象に ${names} を含む${hours.ja}` }
    : { en: `every incident names ${names} alone${hours.en}`, ja: `障害告知の対象は ${names} のみ${hours.ja}` };
};

/** `measured` is how many incidents name them as they should, `sample` how many there are. */
export const evaluateIncidentComponents = (settings: IncidentComponents, evidence: Evidence) => {
  const region = regionOf(settings, evidence);
  const wanted: readonly string[] = settings.exactly ?? settings.atLeast ?? [];
  const incidents = evidence.recorder
    .pageNames()
    .filter(({ firstMs }) => region.some(({ fromMs, toMs }) => firstMs >= fromMs && firstMs < toMs));
  const wrong = incidents.flatMap(({ incident, components }) => {
    const missing = wanted.filter((name) => !components.includes(name));
    const foreign = settings.exactly === undefined ? [] : components.filter((name) => !wanted.includes(name));
    const faults = [
      ...(missing.length === 0 ? [] : [`not ${missing.join(', ')}`]),
      ...(foreign.length === 0 ? [] : [`also ${foreign.join(', ')}`]),
    ];
    return faults.length === 0 ? [] : [`${incident} names ${faults.join(' and ')}`];
  });
  const broken = (): string | null => {
    if (incidents.length === 0) return 'the page never carried an incident';
    return wrong.length === 0 ? null : wrong.join('; ');
  };
  return resultOf(settings, incidentComponentsTitle(settings), {
    bound: `${settings.exactly === undefined ? 'at least' : 'exactly'} ${namesOf(settings)}`,
    measured: incidents.length - wrong.length,
    sample: incidents.length,
    reason: thinInRegion(settings.minimum, evidence, region) ?? broken(),
  });
};
