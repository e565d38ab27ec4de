/** Events, and whose key it is. */
import { BrandsForm } from '../accounts/routes.ts';
import { ListEventsForm } from '../events/schema.ts';
import { type Operation, secret } from './operation.ts';

export const accountOperations: readonly Operation[] = [
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
];
