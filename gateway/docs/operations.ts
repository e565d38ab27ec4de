/**
 * Every call there is, one entry each: what a test holds against the routes of the app, in both
 * directions. The forms are the schemas that the calls check with, so the two cannot differ.
 */
import type { z } from 'zod';
import { BrandsForm } from '../accounts/routes.ts';
import { CaptureCharge, CreateCharge, ReauthCharge, RefundCharge, UpdateCharge } from '../charges/schema.ts';
import { AddCard, CreateCustomer, UpdateCard, UpdateCustomer } from '../customers/schema.ts';
import { UpstreamDispute } from '../disputes/routes.ts';
import { ListEventsForm } from '../events/schema.ts';
import { ListChargesForm, ListForm } from '../http/list.ts';
import {
  ListBalancesForm,
  ListStatementsForm,
  ListTermsForm,
  ListTransferChargesForm,
  ListTransfersForm,
  StatementUrl,
} from '../money-movement/schema.ts';
import { UpstreamNotice } from '../notices/routes.ts';
import { CreatePlan, UpdatePlan } from '../plans/schema.ts';
import {
  CreateSubscription,
  DeleteSubscription,
  ListOfCustomerForm,
  ListSubscriptionsForm,
  NoFields,
  ResumeSubscription,
  UpdateSubscription,
} from '../subscriptions/schema.ts';
import { CreateToken } from '../tokens/schema.ts';
import { browserOperations } from './browser-operations.ts';
import { incidentOperations } from './incident-operations.ts';
import type { ObjectName } from './objects.ts';
import { operatorOperations } from './operator-operations.ts';
import { threeDSecureOperations } from './three-d-secure-operations.ts';

export const tags = {
  Charges: 'Payments: authorise, capture, refund.',
  '3-D Secure': 'The card holder is authenticated by the card’s issuer: for a charge, a token, or a customer’s card.',
  Tokens: 'A card number comes in and leaves as a token for one use.',
  Customers: 'Buyers who come back, and their cards.',
  Plans: 'What is charged again and again.',
  Subscriptions: 'Who is charged again and again.',
  Events: 'What happened, for a receiver that missed its webhooks.',
  Account: 'Who a key belongs to.',
  Browser: 'For buyers’ browsers: card numbers go from there to here, past the merchant.',
  'Money movement': 'Terms, statements, balances and transfers, computed from the ledger. Read-only.',
  Platform: 'Not offered by this gateway; a clear refusal.',
  Operators: 'For those who run the gateway. JSON, behind the admin token.',
  Upstream: 'For those who run an acquirer.',
  Operation: 'Is it alive, is it ready, how is it doing.',
} as const;
export type Tag = keyof typeof tags;

/** Whose word opens a call. `publicKey` accepts secret keys too. */
export type Security = 'secretKey' | 'publicKey' | 'adminToken' | 'upstreamToken' | 'metricsToken' | 'none';

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** With `{id}` where the app has `:id`. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly security: Security;
  /** A body of `application/x-www-form-urlencoded`; of a GET or DELETE, its query. */
  readonly form?: z.ZodObject;
  /** Of a POST, its query. */
  readonly query?: z.ZodObject;
  /** A body of JSON. */
  readonly json?: z.ZodType;
  /** 200 unless told. */
  readonly status?: 200 | 201 | 202;
  /** What a good answer holds: an object, or another media type. */
  readonly answers: ObjectName | { readonly type: string; readonly description: string } | null;
  /** `Idempotency-Key` keeps the answer for repetitions; elsewhere it only names the new object. */
  readonly replays?: true;
  /** An acquirer may be asked. */
  readonly upstream?: true;
}

const secret = { security: 'secretKey' } as const;

const platform = (path: string): readonly Operation[] =>
  (['get', 'post', 'delete'] as const).map((method) => ({
    method,
    path,
    tag: 'Platform',
    summary: 'Not offered',
    description: 'Always 400 `platform_not_supported`.',
    ...secret,
    answers: null,
  }));

export const operations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/charges',
    tag: 'Charges',
    summary: 'Create a charge',
    description:
      'Pays with a token (`card`), with a customer’s default card (`customer`), or with one of their cards (both). 500 `pg_wrong` with the header `Breakwater-Outcome: unknown` means that nobody knows yet: read `error.charge`, do not pay again.',
    ...secret,
    form: CreateCharge,
    answers: 'Charge',
    replays: true,
    upstream: true,
  },
  {
    method: 'get',
    path: '/v1/charges',
    tag: 'Charges',
    summary: 'List charges',
    ...secret,
    form: ListChargesForm,
    answers: 'ChargeList',
  },
  { method: 'get', path: '/v1/charges/{id}', tag: 'Charges', summary: 'Read a charge', ...secret, answers: 'Charge' },
  {
    method: 'post',
    path: '/v1/charges/{id}',
    tag: 'Charges',
    summary: 'Change description or metadata',
    ...secret,
    form: UpdateCharge,
    answers: 'Charge',
    replays: true,
  },
  {
    method: 'post',
    path: '/v1/charges/{id}/capture',
    tag: 'Charges',
    summary: 'Capture an authorised charge',
    description:
      'Less than the authorised amount gives the rest back. While its acquirer is away it is accepted and done later: 200, still `captured: false`, with `pending_operation` and the header `Breakwater-Outcome: deferred`.',
    ...secret,
    form: CaptureCharge,
    answers: 'Charge',
    replays: true,
    upstream: true,
  },
  {
    method: 'post',
    path: '/v1/charges/{id}/refund',
    tag: 'Charges',
    summary: 'Refund a charge, or release an authorisation',
    ...secret,
    form: RefundCharge,
    answers: 'Charge',
    replays: true,
    upstream: true,
  },
  {
    method: 'post',
    path: '/v1/charges/{id}/reauth',
    tag: 'Charges',
    summary: 'Authorise again, for as many days more',
    ...secret,
    form: ReauthCharge,
    answers: 'Charge',
    replays: true,
    upstream: true,
  },
  {
    method: 'post',
    path: '/v1/tokens',
    tag: 'Tokens',
    summary: 'Create a token',
    security: 'publicKey',
    form: CreateToken,
    answers: 'Token',
    upstream: true,
  },
  {
    method: 'get',
    path: '/v1/tokens/{id}',
    tag: 'Tokens',
    summary: 'Read a token',
    security: 'publicKey',
    answers: 'Token',
  },
  {
    method: 'post',
    path: '/v1/customers',
    tag: 'Customers',
    summary: 'Create a customer',
    ...secret,
    form: CreateCustomer,
    answers: 'Customer',
    replays: true,
  },
  {
    method: 'get',
    path: '/v1/customers',
    tag: 'Customers',
    summary: 'List customers',
    ...secret,
    form: ListForm,
    answers: 'CustomerList',
  },
  {
    method: 'get',
    path: '/v1/customers/{id}',
    tag: 'Customers',
    summary: 'Read a customer',
    ...secret,
    answers: 'Customer',
  },
  {
    method: 'post',
    path: '/v1/customers/{id}',
    tag: 'Customers',
    summary: 'Change a customer, or add a card',
    ...secret,
    form: UpdateCustomer,
    answers: 'Customer',
    replays: true,
  },
  {
    method: 'delete',
    path: '/v1/customers/{id}',
    tag: 'Customers',
    summary: 'Delete a customer and their subscriptions',
    ...secret,
    answers: 'Deleted',
  },
  {
    method: 'post',
    path: '/v1/customers/{id}/cards',
    tag: 'Customers',
    summary: 'Add a card',
    ...secret,
    form: AddCard,
    answers: 'Card',
    replays: true,
  },
  {
    method: 'get',
    path: '/v1/customers/{id}/cards',
    tag: 'Customers',
    summary: 'List cards',
    ...secret,
    form: ListForm,
    answers: 'CardList',
  },
  {
    method: 'get',
    path: '/v1/customers/{id}/cards/{card}',
    tag: 'Customers',
    summary: 'Read a card',
    ...secret,
    answers: 'Card',
  },
  {
    method: 'post',
    path: '/v1/customers/{id}/cards/{card}',
    tag: 'Customers',
    summary: 'Change a card',
    ...secret,
    form: UpdateCard,
    answers: 'Card',
    replays: true,
  },
  {
    method: 'delete',
    path: '/v1/customers/{id}/cards/{card}',
    tag: 'Customers',
    summary: 'Delete a card',
    ...secret,
    answers: 'Deleted',
  },
  {
    method: 'get',
    path: '/v1/customers/{id}/subscriptions',
    tag: 'Customers',
    summary: 'List a customer’s subscriptions',
    ...secret,
    form: ListOfCustomerForm,
    answers: 'SubscriptionList',
  },
  {
    method: 'get',
    path: '/v1/customers/{id}/subscriptions/{subscription}',
    tag: 'Customers',
    summary: 'Read a customer’s subscription',
    ...secret,
    answers: 'Subscription',
  },
  {
    method: 'post',
    path: '/v1/plans',
    tag: 'Plans',
    summary: 'Create a plan',
    ...secret,
    form: CreatePlan,
    answers: 'Plan',
    replays: true,
  },
  {
    method: 'get',
    path: '/v1/plans',
    tag: 'Plans',
    summary: 'List plans',
    ...secret,
    form: ListForm,
    answers: 'PlanList',
  },
  { method: 'get', path: '/v1/plans/{id}', tag: 'Plans', summary: 'Read a plan', ...secret, answers: 'Plan' },
  {
    method: 'post',
    path: '/v1/plans/{id}',
    tag: 'Plans',
    summary: 'Change a plan',
    ...secret,
    form: UpdatePlan,
    answers: 'Plan',
    replays: true,
  },
  {
    method: 'delete',
    path: '/v1/plans/{id}',
    tag: 'Plans',
    summary: 'Delete a plan without subscribers',
    ...secret,
    answers: 'Deleted',
  },
  {
    method: 'post',
    path: '/v1/subscriptions',
    tag: 'Subscriptions',
    summary: 'Create a subscription',
    ...secret,
    form: CreateSubscription,
    answers: 'Subscription',
    replays: true,
    upstream: true,
  },
  {
    method: 'get',
    path: '/v1/subscriptions',
    tag: 'Subscriptions',
    summary: 'List subscriptions',
    ...secret,
    form: ListSubscriptionsForm,
    answers: 'SubscriptionList',
  },
  {
    method: 'get',
    path: '/v1/subscriptions/{id}',
    tag: 'Subscriptions',
    summary: 'Read a subscription',
    ...secret,
    answers: 'Subscription',
  },
  {
    method: 'post',
    path: '/v1/subscriptions/{id}',
    tag: 'Subscriptions',
    summary: 'Change a subscription',
    ...secret,
    form: UpdateSubscription,
    answers: 'Subscription',
    upstream: true,
  },
  {
    method: 'delete',
    path: '/v1/subscriptions/{id}',
    tag: 'Subscriptions',
    summary: 'End a subscription now',
    ...secret,
    form: DeleteSubscription,
    answers: 'Deleted',
    upstream: true,
  },
  {
    method: 'post',
    path: '/v1/subscriptions/{id}/pause',
    tag: 'Subscriptions',
    summary: 'Pause a subscription',
    ...secret,
    form: NoFields,
    answers: 'Subscription',
  },
  {
    method: 'post',
    path: '/v1/subscriptions/{id}/resume',
    tag: 'Subscriptions',
    summary: 'Resume a subscription',
    ...secret,
    form: ResumeSubscription,
    answers: 'Subscription',
    upstream: true,
  },
  {
    method: 'post',
    path: '/v1/subscriptions/{id}/cancel',
    tag: 'Subscriptions',
    summary: 'End a subscription with its period',
    ...secret,
    form: NoFields,
    answers: 'Subscription',
  },
  {
    method: 'get',
    path: '/v1/events',
    tag: 'Events',
    summary: 'List events',
    ...secret,
    form: ListEventsForm,
    answers: 'EventList',
  },
  { method: 'get', path: '/v1/events/{id}', tag: 'Events', summary: 'Read an event', ...secret, answers: 'Event' },
  { method: 'get', path: '/v1/accounts', tag: 'Account', summary: 'Read the account', ...secret, answers: 'Account' },
  {
    method: 'get',
    path: '/v1/accounts/brands',
    tag: 'Account',
    summary: 'Card brands that are accepted',
    security: 'publicKey',
    form: BrandsForm,
    answers: 'Brands',
  },
  {
    method: 'get',
    path: '/v1/terms',
    tag: 'Money movement',
    summary: 'List terms',
    ...secret,
    form: ListTermsForm,
    answers: 'TermList',
  },
  { method: 'get', path: '/v1/terms/{id}', tag: 'Money movement', summary: 'Read a term', ...secret, answers: 'Term' },
  {
    method: 'get',
    path: '/v1/statements',
    tag: 'Money movement',
    summary: 'List statements',
    ...secret,
    form: ListStatementsForm,
    answers: 'StatementList',
  },
  {
    method: 'get',
    path: '/v1/statements/{id}',
    tag: 'Money movement',
    summary: 'Read a statement',
    ...secret,
    answers: 'Statement',
  },
  {
    method: 'post',
    path: '/v1/statements/{id}/statement_urls',
    tag: 'Money movement',
    summary: 'An address of the printable statement',
    ...secret,
    form: StatementUrl,
    answers: 'StatementUrl',
  },
  {
    method: 'get',
    path: '/v1/balances',
    tag: 'Money movement',
    summary: 'List balances',
    ...secret,
    form: ListBalancesForm,
    answers: 'BalanceList',
  },
  {
    method: 'get',
    path: '/v1/balances/{id}',
    tag: 'Money movement',
    summary: 'Read a balance',
    ...secret,
    answers: 'Balance',
  },
  {
    method: 'post',
    path: '/v1/balances/{id}/statement_urls',
    tag: 'Money movement',
    summary: 'An address of the printable statement',
    ...secret,
    form: StatementUrl,
    answers: 'StatementUrl',
  },
  {
    method: 'get',
    path: '/v1/transfers',
    tag: 'Money movement',
    summary: 'List transfers',
    ...secret,
    form: ListTransfersForm,
    answers: 'TransferList',
  },
  {
    method: 'get',
    path: '/v1/transfers/{id}',
    tag: 'Money movement',
    summary: 'Read a transfer',
    ...secret,
    answers: 'Transfer',
  },
  {
    method: 'get',
    path: '/v1/transfers/{id}/charges',
    tag: 'Money movement',
    summary: 'List the charges of a transfer',
    ...secret,
    form: ListTransferChargesForm,
    answers: 'ChargeList',
  },
  {
    method: 'get',
    path: '/statements',
    tag: 'Money movement',
    summary: 'The printable statement',
    description: 'Opened by the signature in its own address, which the `statement_urls` calls give.',
    security: 'none',
    answers: { type: 'text/html', description: 'The statement.' },
  },
  ...['/v1/tenants', '/v1/tenants/{path}', '/v1/tenant_transfers', '/v1/tenant_transfers/{path}'].flatMap(platform),
  ...operatorOperations,
  ...incidentOperations,
  {
    method: 'post',
    path: '/upstream/notices',
    tag: 'Upstream',
    summary: 'Tell the gateway what is going on',
    security: 'upstreamToken',
    json: UpstreamNotice,
    answers: 'NoticeReceived',
  },
  {
    method: 'post',
    path: '/upstream/disputes',
    tag: 'Upstream',
    summary: 'Tell the gateway of a chargeback',
    description: '409: an operation of the payment is not finished; tell it again later.',
    security: 'upstreamToken',
    json: UpstreamDispute,
    answers: 'DisputeReceived',
  },
  { method: 'get', path: '/healthz', tag: 'Operation', summary: 'Is it alive', security: 'none', answers: 'Health' },
  {
    method: 'get',
    path: '/readyz',
    tag: 'Operation',
    summary: 'May it be sent requests',
    description: '503 names what is not ready.',
    security: 'none',
    answers: 'Readiness',
  },
  {
    method: 'get',
    path: '/metrics',
    tag: 'Operation',
    summary: 'Counts for Prometheus',
    security: 'metricsToken',
    answers: { type: 'text/plain', description: 'Prometheus text format 0.0.4.' },
  },
  {
    method: 'get',
    path: '/openapi.json',
    tag: 'Operation',
    summary: 'This document',
    security: 'none',
    answers: { type: 'application/json', description: 'OpenAPI 3.1.' },
  },
  {
    method: 'get',
    path: '/docs',
    tag: 'Operation',
    summary: 'This document, to try out',
    security: 'none',
    answers: { type: 'text/html', description: 'The explorer.' },
  },
  {
    method: 'get',
    path: '/docs/{file}',
    tag: 'Operation',
    summary: 'Parts of the explorer',
    security: 'none',
    answers: { type: 'text/css', description: 'Styles, scripts or an icon.' },
  },
  ...threeDSecureOperations,
  ...browserOperations,
];
