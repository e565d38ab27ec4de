/** Charges and the tokens that pay them. */
import { CaptureCharge, CreateCharge, ReauthCharge, RefundCharge, UpdateCharge } from '../charges/schema.ts';
import { ListChargesForm } from '../http/list.ts';
import { CreateToken } from '../tokens/schema.ts';
import { type Operation, secret } from './operation.ts';

export const chargeOperations: readonly Operation[] = [
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
];
