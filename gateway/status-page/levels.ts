/**
 * How bad is it, per component and overall: the rules behind the colours, as pure functions.
 */
import { type Component, components, type Level } from './facts.ts';
import { isOpen, type PublishedIncident, view } from './incident.ts';

/** What one gateway instance last said of itself. */
export interface InstanceWord {
  readonly instance: string;
  readonly levels: Readonly<Partial<Record<Component, Level>>>;
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
