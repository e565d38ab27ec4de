/** The calls of those who run the gateway: JSON, behind the admin token. */
import { Override } from '../abuse/routes.ts';
import { NewMandate } from '../compliance/profile.ts';
import { ComplianceAsked } from '../compliance/routes.ts';
import { Listed, Resent } from '../deliveries/routes.ts';
import { DisputesAsked } from '../disputes/routes.ts';
import { DecisionsAsked, Listing, NewRules, Reviewed, ReviewsAsked } from '../fraud/routes.ts';
import { NewMerchant, NewWebhook, Pause, Resume, Rotation } from '../merchants/routes.ts';
import { ReportAsked, SendPassthroughNotices } from '../non-retention/routes.ts';
import { NewRun } from '../reconciliation/routes.ts';
import { Rotate } from '../vault/routes.ts';
import type { Operation } from './operation.ts';

type OperatorCall = Omit<Operation, 'tag' | 'security' | 'path'>;

const at = (path: string, ...calls: readonly OperatorCall[]): readonly Operation[] =>
  calls.map((call) => ({ ...call, path: `/admin/v1${path}`, tag: 'Operators', security: 'adminToken' }));

export const operatorOperations: readonly Operation[] = [
  ...at('/fraud/decisions', {
    method: 'get',
    summary: 'What was decided about attempts to pay, and why',
    description: '`from=recent` reads the latest from memory, allowed ones among them.',
    form: DecisionsAsked,
    answers: 'FraudDecisionList',
  }),
  ...at('/fraud/reviews', {
    method: 'get',
    summary: 'List decisions that wait for a person',
    form: ReviewsAsked,
    answers: 'FraudDecisionList',
  }),
  ...at('/fraud/reviews/{id}', {
    method: 'post',
    summary: 'Clear or confirm one: its card is let through from now on, or never',
    json: Reviewed,
    answers: 'FraudDecision',
  }),
  ...at(
    '/fraud/rules',
    { method: 'get', summary: 'The fraud rules that run', answers: 'FraudRulesState' },
    {
      method: 'post',
      summary: 'Run other fraud rules',
      description: 'Refused with path and reason where something is wrong; the running rules stay then.',
      json: NewRules,
      answers: 'FraudRulesState',
    },
  ),
  ...at('/fraud/rules/reload', {
    method: 'post',
    summary: 'Look at the rules file now',
    answers: 'FraudRulesState',
  }),
  ...at(
    '/fraud/lists',
    { method: 'get', summary: 'Who is always let through, and who never', answers: 'FraudLists' },
    { method: 'post', summary: 'Add to a list', json: Listing, answers: 'FraudListed' },
  ),
  ...at('/fraud/lists/{id}', { method: 'delete', summary: 'Remove from a list', answers: 'FraudListRemoved' }),
  ...at('/merchants', { method: 'post', summary: 'Enrol a merchant', json: NewMerchant, answers: 'MerchantCreated' }),
  ...at('/merchants/{id}/pause', {
    method: 'post',
    summary: 'Pause a merchant',
    json: Pause,
    answers: 'MerchantPaused',
  }),
  ...at('/merchants/{id}/resume', {
    method: 'post',
    summary: 'Resume a merchant, by ramp unless `atOnce`',
    json: Resume,
    answers: 'MerchantPaused',
  }),
  ...at('/abuse', {
    method: 'get',
    summary: 'Merchants that abuse control has told or holds back',
    answers: 'AbuseHolds',
  }),
  ...at('/abuse/{id}', {
    method: 'post',
    summary: 'Throttle, pause, lift by ramp, or clear a merchant at once',
    json: Override,
    answers: 'AbuseOverridden',
  }),
  ...at('/policy', { method: 'get', summary: 'The policy that holds', answers: 'PolicyShown' }),
  ...at('/policy/reload', {
    method: 'post',
    summary: 'Read the policy file again',
    description: 'Refused with path and reason where something is wrong; the running policy stays then.',
    answers: 'PolicyReloaded',
  }),
  ...at(
    '/merchants/{id}/webhooks',
    { method: 'get', summary: 'List a merchant’s webhooks', answers: 'WebhookList' },
    {
      method: 'post',
      summary: 'Add a webhook',
      description: 'With `signing: standard` the answer holds the secret that signs, once.',
      json: NewWebhook,
      answers: 'Webhook',
    },
  ),
  ...at('/merchants/{id}/webhooks/{webhook}', {
    method: 'delete',
    summary: 'Remove a webhook',
    answers: 'WebhookRemoved',
  }),
  ...at('/merchants/{id}/webhooks/{webhook}/rotate', {
    method: 'post',
    summary: 'A new secret; the old one signs beside it for a while',
    json: Rotation,
    answers: 'Webhook',
  }),
  ...at('/deliveries', {
    method: 'get',
    summary: 'List deliveries that were given up, or that wait',
    form: Listed,
    answers: 'DeliveryList',
  }),
  ...at('/deliveries/resend', {
    method: 'post',
    summary: 'Send again all that were given up',
    query: Resent,
    answers: 'DeliveriesResent',
  }),
  ...at('/deliveries/{id}/resend', { method: 'post', summary: 'Send one again', answers: 'Delivery' }),
  ...at(
    '/reconciliations',
    { method: 'get', summary: 'List the latest reconciliations', answers: 'ReconciliationList' },
    {
      method: 'post',
      summary: 'Compare the three books of a day',
      json: NewRun,
      status: 202,
      answers: 'Reconciliation',
    },
  ),
  ...at('/reconciliations/{id}', {
    method: 'get',
    summary: 'Read a reconciliation and its report',
    description: 'As text with `?format=text` or `Accept: text/plain`.',
    answers: 'ReconciliationReport',
  }),
  ...at(
    '/merchants/{id}/mandate',
    { method: 'get', summary: 'How a merchant means to meet the 3-D Secure mandate', answers: 'MerchantMandate' },
    {
      method: 'post',
      summary: 'Say how a merchant means to meet it, and what is done about what is missing',
      json: NewMandate,
      answers: 'MerchantMandate',
    },
  ),
  ...at('/merchants/{id}/compliance', {
    method: 'get',
    summary: 'A merchant’s compliance report',
    description: 'As text or as a page with `?format=text` or `html`, or by the `Accept` header.',
    query: ComplianceAsked,
    answers: 'ComplianceReport',
  }),
  ...at('/charges/{id}/protection', {
    method: 'get',
    summary: 'What the mandate says of a charge, and whether it is protected against fraud chargebacks',
    answers: 'ChargeProtection',
  }),
  ...at('/disputes', {
    method: 'get',
    summary: 'List the latest disputes, and who bears them',
    query: DisputesAsked,
    answers: 'DisputeList',
  }),
  ...at('/disputes/{id}', { method: 'get', summary: 'Read a dispute', answers: 'OperatorsDispute' }),
  ...at('/non-retention', {
    method: 'get',
    summary: 'Which merchants still pass card numbers through their servers',
    description: 'As text or as a page with `?format=text` or `html`, or by the `Accept` header.',
    query: ReportAsked,
    answers: 'PassthroughReport',
  }),
  ...at('/non-retention/notices', {
    method: 'post',
    summary: 'Tell those merchants',
    json: SendPassthroughNotices,
    answers: 'PassthroughNotices',
  }),
  ...at(
    '/vault/rotate',
    {
      method: 'post',
      summary: 'Wrap every stored card anew under the current master key',
      json: Rotate,
      status: 202,
      answers: 'VaultRotation',
    },
    { method: 'get', summary: 'How far the latest rotation is', answers: 'VaultRotation' },
  ),
];
