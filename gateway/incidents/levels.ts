/** How well each component works, for the colours of the page. Pure. */
import type { Component, IncidentView, Level } from '../status-page/facts.ts';

export type Levels = Readonly<Record<Component, Level>>;

/** Half of the recent operations failing is an outage of the component, less is degraded. */
const outageShare = 0.5;

/**
 * A component is only ever worse than operational inside a public incident that is not yet being
 * monitored: a blip that no notice explains would frighten people for nothing.
 */
export const levelsOf = (
  published: readonly Pick<IncidentView, 'stage' | 'components'>[],
  recent: (component: Component) => { readonly failures: number; readonly total: number },
): Levels => {
  const levelOf = (component: Component): Level => {
    const concerned = published.some(
      ({ stage, components }) => stage !== 'monitoring' && components.includes(component),
    );
    if (!concerned) return 'operational';
    const { failures, total } = recent(component);
    return total > 0 && failures >= outageShare * total ? 'outage' : 'degraded';
  };
  return {
    create_charge: levelOf('create_charge'),
    capture: levelOf('capture'),
    refund: levelOf('refund'),
    card_registration: levelOf('card_registration'),
    three_d_secure: levelOf('three_d_secure'),
    subscriptions: levelOf('subscriptions'),
    webhooks: levelOf('webhooks'),
    api: levelOf('api'),
  };
};
