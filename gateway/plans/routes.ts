/** `/v1/plans`. */
import type { Hono } from 'hono';
import type { Endpoint } from '../http/endpoint.ts';
import type { createPlanService } from './service.ts';

export const planRoutes = (app: Hono, endpoint: Endpoint, plans: ReturnType<typeof createPlanService>): void => {
  const secret = { zone: 'sk', keys: 'sk' } as const;
  app.post('/v1/plans', endpoint(secret, plans.create));
  app.get('/v1/plans', endpoint(secret, plans.list));
  app.get('/v1/plans/:id', endpoint(secret, plans.retrieve));
  app.post('/v1/plans/:id', endpoint(secret, plans.update));
  app.delete('/v1/plans/:id', endpoint(secret, plans.remove));
};
