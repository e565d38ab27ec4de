/** `/v1/subscriptions`, and the subscriptions of a customer. */
import type { Hono } from 'hono';
import type { Endpoint } from '../http/endpoint.ts';
import type { createSubscriptionService } from './service.ts';

export const subscriptionRoutes = (
  app: Hono,
  endpoint: Endpoint,
  subscriptions: ReturnType<typeof createSubscriptionService>,
): void => {
  const secret = { zone: 'sk', keys: 'sk' } as const;
  const payment = { zone: 'payment', keys: 'sk' } as const;
  app.post('/v1/subscriptions', endpoint(payment, subscriptions.create));
  app.get('/v1/subscriptions', endpoint(secret, subscriptions.list));
  app.get('/v1/subscriptions/:id', endpoint(secret, subscriptions.retrieve));
  app.post('/v1/subscriptions/:id', endpoint(payment, subscriptions.update));
  app.delete('/v1/subscriptions/:id', endpoint(payment, subscriptions.remove));
  app.post('/v1/subscriptions/:id/pause', endpoint(secret, subscriptions.pause));
  app.post('/v1/subscriptions/:id/resume', endpoint(payment, subscriptions.resume));
  app.post('/v1/subscriptions/:id/cancel', endpoint(secret, subscriptions.cancel));
  app.get('/v1/customers/:id/subscriptions', endpoint(secret, subscriptions.listOfCustomer));
  app.get('/v1/customers/:id/subscriptions/:subscription', endpoint(secret, subscriptions.retrieve));
};
