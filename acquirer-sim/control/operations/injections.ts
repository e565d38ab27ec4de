/** What is injected: maintenance windows, recoveries, limits, blocked addresses, and capacity, traffic and caps for a time. */
import { z } from 'zod';
import { tenantOf, type InjectionView as View } from '../../injections/engine.ts';
import { announce } from '../../injections/kinds.ts';
import { Injection } from '../../injections/schema.ts';
import { operation, Refusal } from '../operation.ts';
import { ActiveQuery, ActiveView, InjectionView, injectionInPath } from '../schema.ts';
import type { Controlled } from './controlled.ts';

export const injectionOperations = ({
  injections,
  operators,
  tenants,
  faults,
}: Pick<Controlled, 'injections' | 'operators' | 'tenants' | 'faults'>) => {
  /** The rules that have not ended, in the same words. */
  const faultsOf = (tenant: string | undefined) =>
    faults
      .list()
      .filter(({ state }) => state !== 'ended')
      .map((rule) => {
        const { tenants: named } = rule.select;
        const only = named?.length === 1 ? (named[0] ?? null) : null;
        return {
          id: rule.id,
          kind: `fault/${rule.kind}`,
          tenant: only,
          active: rule.state !== 'waiting',
          beginsAtMs: rule.setAtMs + rule.when.afterMs,
          endsAtMs: rule.endsAtMs,
          settings: { ...rule },
        };
      })
      .filter((view) => tenant === undefined || view.tenant === tenant);

  const told = (view: View): View => {
    announce(operators, tenants.all(), view);
    return view;
  };
  /** Traffic makes a tenant; everything else wants one. */
  const stranger = (injection: Injection): Refusal | null => {
    const tenant = injection.kind === 'traffic' ? null : tenantOf(injection);
    if (tenant === null || tenants.get(tenant) !== undefined) return null;
    return new Refusal(404, 'tenant', 'is not a tenant of this acquirer');
  };
  const unknown = () => new Refusal(404, 'id', 'is not injected');
  return [
    operation({
      id: 'getActive',
      method: 'get',
      path: '/active',
      summary: 'Everything that is injected, fault rules too, and when it ends by itself',
      query: ActiveQuery,
      answer: z.object({ active: z.array(ActiveView) }),
      handle: ({ query }) => ({
        active: [
          ...injections.list(query.tenant).map((view) => ({ ...view, settings: { ...view.settings } })),
          ...faultsOf(query.tenant),
        ],
      }),
    }),
    operation({
      id: 'addInjection',
      method: 'post',
      path: '/injections',
      summary: 'Injects something under a new id',
      body: Injection,
      changes: true,
      answer: InjectionView,
      refusals: [404],
      handle: ({ body }) => stranger(body) ?? told(injections.add(body)),
    }),
    operation({
      id: 'putInjection',
      method: 'put',
      path: '/injections/{id}',
      summary: 'Injects something under an id; replaces what had that id',
      params: injectionInPath,
      body: Injection,
      changes: true,
      answer: InjectionView,
      refusals: [404],
      handle: ({ params, body }) => stranger(body) ?? told(injections.put(params.id, body)),
    }),
    operation({
      id: 'getInjection',
      method: 'get',
      path: '/injections/{id}',
      summary: 'One thing that is injected',
      params: injectionInPath,
      answer: InjectionView,
      refusals: [404],
      handle: ({ params }) => injections.get(params.id) ?? unknown(),
    }),
    operation({
      id: 'deleteInjection',
      method: 'delete',
      path: '/injections/{id}',
      summary: 'Ends it now, and answers what it was',
      params: injectionInPath,
      changes: true,
      answer: InjectionView,
      refusals: [404],
      handle({ params }) {
        const view = injections.get(params.id);
        if (view === undefined) return unknown();
        injections.remove(params.id);
        return { ...view, active: false };
      },
    }),
    operation({
      id: 'deleteActive',
      method: 'delete',
      path: '/active',
      summary: 'Ends everything that is injected, fault rules too, or all that concerns one tenant alone',
      query: ActiveQuery,
      changes: true,
      answer: z.object({ ended: z.array(z.string()) }),
      handle({ query }) {
        const ended = injections.list(query.tenant).map(({ id }) => id);
        for (const id of ended) injections.remove(id);
        const rules = faultsOf(query.tenant).map(({ id }) => id);
        for (const id of rules) faults.remove(id);
        return { ended: [...ended, ...rules] };
      },
    }),
  ];
};
