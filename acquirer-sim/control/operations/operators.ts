/** Whom the operators watch, and how. */
import { z } from 'zod';
import { operation, Refusal } from '../operation.ts';
import { knownTenant, OperatorChange, OperatorsView } from '../schema.ts';
import type { Controlled } from './controlled.ts';

const noTenant = () => new Refusal(404, 'tenant', 'is not a tenant of this acquirer');

export const operatorOperations = ({ operators, tenants }: Pick<Controlled, 'operators' | 'tenants'>) => [
  operation({
    id: 'getOperators',
    method: 'get',
    path: '/operators',
    summary: 'What the operators think of each tenant they watch, and what they did',
    answer: OperatorsView,
    handle: () => {
      const { tenants: watched, history } = operators.view();
      return { tenants: { ...watched }, history: [...history] };
    },
  }),
  operation({
    id: 'putOperators',
    method: 'put',
    path: '/operators/{tenant}',
    summary: 'Watches a tenant from now on; replaces how it was watched before',
    params: knownTenant,
    body: OperatorChange,
    changes: true,
    answer: OperatorChange,
    refusals: [404],
    handle({ params: { tenant }, body }) {
      if (tenants.get(tenant) === undefined) return noTenant();
      operators.watch({ ...body, tenant });
      return body;
    },
  }),
  operation({
    id: 'deleteOperators',
    method: 'delete',
    path: '/operators/{tenant}',
    summary: 'Watches it no longer. A cap they set stays',
    params: knownTenant,
    changes: true,
    answer: z.object({ tenant: z.string() }),
    refusals: [404],
    handle: ({ params: { tenant } }) =>
      operators.unwatch(tenant) ? { tenant } : new Refusal(404, 'tenant', 'is not watched'),
  }),
];
