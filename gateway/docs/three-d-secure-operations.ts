/** 3-D Secure: calls of merchants, pages for card holders, messages between servers. */
import { NoFields } from '../subscriptions/schema.ts';
import { CreateRequest, ListRequestsForm } from '../three-d-secure/requests.ts';
import { ThreeDSecureSettings } from '../three-d-secure/settings.ts';
import type { Operation } from './operation.ts';

const page = { type: 'text/html', description: 'A page for the card holder’s browser.' } as const;
const tag = '3-D Secure' as const;

export const threeDSecureOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/charges/{id}/tds_finish',
    tag,
    summary: 'Pay a charge whose card holder was authenticated',
    description:
      'Only `verified` and `attempted` pay, the latter unless the merchant refuses it. Else `three_d_secure_incompleted`, `three_d_secure_failed`, `three_d_secure_expired` (30 minutes), `not_in_three_d_secure_flow`, `invalid_three_d_secure_state`.',
    security: 'secretKey',
    form: NoFields,
    answers: 'Charge',
    replays: true,
    upstream: true,
  },
  {
    method: 'post',
    path: '/v1/tokens/{id}/tds_finish',
    tag,
    summary: 'Make a token usable whose card holder was authenticated',
    description: 'The same refusals as for charges. Until then the token is `unverified_token` wherever it is used.',
    security: 'publicKey',
    form: NoFields,
    answers: 'Token',
    replays: true,
  },
  {
    method: 'post',
    path: '/v1/three_d_secure_requests',
    tag,
    summary: 'Have a customer’s card authenticated',
    security: 'secretKey',
    form: CreateRequest,
    answers: 'ThreeDSecureRequest',
    replays: true,
  },
  {
    method: 'get',
    path: '/v1/three_d_secure_requests',
    tag,
    summary: 'List authentications of customers’ cards',
    security: 'secretKey',
    form: ListRequestsForm,
    answers: 'ThreeDSecureRequestList',
  },
  {
    method: 'get',
    path: '/v1/three_d_secure_requests/{id}',
    tag,
    summary: 'Read an authentication of a customer’s card',
    security: 'secretKey',
    answers: 'ThreeDSecureRequest',
  },
  {
    method: 'get',
    path: '/v1/tds/{id}/start',
    tag,
    summary: 'Where the card holder’s browser begins',
    description:
      'Query: `publickey`; `back` (a registered name) or `back_url` (a JWS, HS256, by the secret key, of `{"url": …}`); neither, and the browser ends on `/v1/tds/{id}/finish`, which tells `opener` and `parent` `{breakwater: "three-d-secure.finished", id}`. `frame`: the origin that stands around it. `opener`: the origin that opened it, which alone is told then; without it the registered origins of a live merchant are, else any. `lang`: ja, en.',
    security: 'none',
    answers: page,
  },
  {
    method: 'post',
    path: '/v1/tds/{id}/authenticate',
    tag,
    summary: 'What the first page posts: the browser tells of itself, and the issuer is asked',
    security: 'none',
    answers: page,
  },
  {
    method: 'get',
    path: '/v1/tds/{id}/finish',
    tag,
    summary: 'Where it ends; before its result, a page that asks again',
    security: 'none',
    answers: page,
  },
  {
    method: 'post',
    path: '/3ds/rreq',
    tag,
    summary: 'RReq of the directory server',
    description: 'JSON, at the address that the AReq named for this transaction. RRes, or Erro with HTTP 200.',
    security: 'none',
    answers: { type: 'application/json', description: 'RRes or Erro.' },
  },
  {
    method: 'post',
    path: '/3ds/method',
    tag,
    summary: 'The issuer’s 3DS Method is finished',
    security: 'none',
    answers: page,
  },
  {
    method: 'post',
    path: '/3ds/result',
    tag,
    summary: 'The browser comes back with a CRes',
    description: 'It leads the browser on and decides nothing. Erro with HTTP 400 when it is not in order.',
    security: 'none',
    answers: page,
  },
  {
    method: 'get',
    path: '/admin/v1/merchants/{id}/three-d-secure',
    tag: 'Operators',
    summary: 'A merchant’s settings of 3-D Secure',
    security: 'adminToken',
    answers: 'ThreeDSecureSettings',
  },
  {
    method: 'post',
    path: '/admin/v1/merchants/{id}/three-d-secure',
    tag: 'Operators',
    summary: 'Set them: return addresses by name, and which results pay',
    security: 'adminToken',
    json: ThreeDSecureSettings,
    answers: 'ThreeDSecureSettings',
  },
];
