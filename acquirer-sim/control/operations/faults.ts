/** The calls of the faults' room (`faults/routes.ts`), for the document: that room answers them. */
import { z } from 'zod';
import { ControlRule, RuleId } from '../../faults/rule.ts';
import { operation } from '../operation.ts';

const RuleView = z.looseObject({
  id: z.string(),
  kind: z.string(),
  state: z.string(),
  setAtMs: z.number(),
  endsAtMs: z.number().nullable(),
  matched: z.int(),
  intended: z.int(),
  injected: z.int(),
});
const Totals = z.object({ intended: z.int(), injected: z.int() });
const ruleInPath = z.object({ id: RuleId });

const elsewhere = (): never => {
  throw new Error('answered by faults/routes.ts');
};

export const faultDocuments = () => [
  operation({
    id: 'getFaultKinds',
    method: 'get',
    path: '/fault-kinds',
    summary: 'Every kind of fault with its parameters as JSON Schema',
    answer: z.looseObject({ kinds: z.array(z.looseObject({ kind: z.string() })) }),
    handle: elsewhere,
  }),
  operation({
    id: 'getFaults',
    method: 'get',
    path: '/faults',
    summary: 'The rules that are set, with what they intended and injected',
    answer: z.object({ rules: z.array(RuleView), totals: Totals }),
    handle: elsewhere,
  }),
  operation({
    id: 'addFault',
    method: 'post',
    path: '/faults',
    summary: 'Sets a rule, which ends by itself after `ttlMs`',
    body: ControlRule,
    status: 201,
    answer: RuleView,
    handle: elsewhere,
  }),
  operation({
    id: 'getFault',
    method: 'get',
    path: '/faults/{id}',
    summary: 'One rule',
    params: ruleInPath,
    answer: RuleView,
    refusals: [404],
    handle: elsewhere,
  }),
  operation({
    id: 'deleteFault',
    method: 'delete',
    path: '/faults/{id}',
    summary: 'Ends a rule, and answers what it counted',
    params: ruleInPath,
    answer: RuleView,
    refusals: [404],
    handle: elsewhere,
  }),
  operation({
    id: 'deleteFaults',
    method: 'delete',
    path: '/faults',
    summary: 'Ends every rule',
    answer: z.object({ rules: z.array(RuleView) }),
    handle: elsewhere,
  }),
];
