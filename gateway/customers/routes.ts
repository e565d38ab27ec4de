/** `/v1/customers` and their cards. */
import type { Hono } from 'hono';
import type { Endpoint } from '../http/endpoint.ts';
import type { createCustomerService } from './service.ts';

export const customerRoutes = (
  app: Hono,
  endpoint: Endpoint,
  customers: ReturnType<typeof createCustomerService>,
): void => {
  const secret = { zone: 'sk', keys: 'sk' } as const;
  app.post('/v1/customers', endpoint({ ...secret, cards: 'customers' }, customers.create));
  app.get('/v1/customers', endpoint(secret, customers.list));
  app.get('/v1/customers/:id', endpoint(secret, customers.retrieve));
  app.post('/v1/customers/:id', endpoint({ ...secret, cards: 'customers' }, customers.update));
  app.delete('/v1/customers/:id', endpoint(secret, customers.remove));
  app.post('/v1/customers/:id/cards', endpoint({ ...secret, cards: 'customer_cards' }, customers.addCard));
  app.get('/v1/customers/:id/cards', endpoint(secret, customers.listCards));
  app.get('/v1/customers/:id/cards/:card', endpoint(secret, customers.retrieveCard));
  app.post('/v1/customers/:id/cards/:card', endpoint(secret, customers.updateCard));
  app.delete('/v1/customers/:id/cards/:card', endpoint(secret, customers.removeCard));
};
