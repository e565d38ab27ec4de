/** For acquirers that tell us something, and for whoever watches the gateway. */
import { UpstreamDispute } from '../disputes/routes.ts';
import { UpstreamNotice } from '../notices/routes.ts';
import type { Operation } from './operation.ts';

export const upkeepOperations: readonly Operation[] = [
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
];
