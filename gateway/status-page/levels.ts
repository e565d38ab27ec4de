/**
 * How bad is it, per component and overall: the rules behind the colours, as pure functions.
 */
import { type Component, components, type Level, type Reach, reaches, type StillWorks } from './facts.ts';
import { isOpen, type PublishedIncident, view } from './incident.ts';

/** What one gateway instance last said of itself. */
export interface InstanceWord {
  readonly instance: string;
  readonly levels: Readonly<Partial<Record<Component, Level>>>;
  /** What still works, as it sees it; absent: nothing is restricted. */
  readonly works?: readonly StillWorks[] | undefined;
  /** Wall time inside its last `components` fact; older ones are ignored. */
  readonly levelsAtMs: number;
  /** Wall time inside its last beat; older ones are ignored. */
  readonly beatAtMs: number;
}

export type Levels = Readonly<Record<Component, Level>>;

const order: readonly Level[] = ['operational', 'degraded', 'outage'];
export const worse = (a: Level, b: Level): Level => (order.indexOf(a) >= order.indexOf(b) ? a : b);

/**
 * The worst word of the instances that count, and what open incidents say. An incident in
 * `monitoring` leaves the word to the measurements.
 */
export const componentLevels = (words: readonly InstanceWord[], incidents: Iterable<PublishedIncident>): Levels => {
  const levels: Record<Component, Level> = {
    create_charge: 'operational',
    capture: 'operational',
    refund: 'operational',
    card_registration: 'operational',
    three_d_secure: 'operational',
    subscriptions: 'operational',
    webhooks: 'operational',
    api: 'operational',
  };
  for (const word of words)
    for (const component of components) {
      const said = word.levels[component];
      if (said !== undefined) levels[component] = worse(levels[component], said);
    }
  for (const incident of incidents) {
    const shown = view(incident);
    if (!isOpen(shown.stage) || shown.stage === 'monitoring') continue;
    for (const component of shown.components) levels[component] = worse(levels[component], incident.level);
  }
  return levels;
};

const less = (a: Reach, b: Reach): Reach => (reaches.indexOf(a) >= reaches.indexOf(b) ? a : b);

/**
 * What still works for whoever comes, at whichever instance: the least that any of them lets through. Breakers are each
 * instance's own, so one may not know yet what another has found; one that says nothing restricts nothing.
 */
export const stillWorksOf = (words: readonly InstanceWord[]): readonly StillWorks[] => {
  const said = new Map<Component, StillWorks>();
  for (const { works = [] } of words)
    for (const one of works) {
      const known = said.get(one.component);
      if (known === undefined) {
        said.set(one.component, one);
        continue;
      }
      const others = one.at.filter(({ acquirer }) => !known.at.some((side) => side.acquirer === acquirer));
      said.set(one.component, {
        component: one.component,
        reach: less(known.reach, one.reach),
        at: [
          ...known.at.map((side) => {
            const other = one.at.find(({ acquirer }) => acquirer === side.acquirer);
            if (other === undefined) return side;
            const brands = side.brands.filter((brand) => other.brands.includes(brand));
            return { acquirer: side.acquirer, reach: less(side.reach, other.reach), brands };
          }),
          ...others,
        ],
      });
    }
  return components.flatMap((component) => said.get(component) ?? []);
};

/** One word for the top of the page. An incident without a component still is a disturbance. */
export const overallLevel = (levels: Levels, incidents: Iterable<PublishedIncident>): Level => {
  let overall: Level = 'operational';
  for (const component of components) overall = worse(overall, levels[component]);
  for (const incident of incidents) {
    const { stage } = view(incident);
    if (isOpen(stage) && stage !== 'monitoring') overall = worse(overall, 'degraded');
  }
  return overall;
};
