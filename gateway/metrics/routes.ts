/** `/healthz` (it runs), `/readyz` (it may be sent requests), `/metrics` (for whoever has a token). */
import type { Hono } from 'hono';
import { answerJson, isBearer } from '../merchants/routes.ts';
import type { Counts } from './counts.ts';
import { expose } from './exposition.ts';
import { type GaugeDeps, readGauges } from './gauges.ts';
import { type ReadyDeps, readReadiness } from './ready.ts';

export interface MetricsRoutesDeps extends GaugeDeps, ReadyDeps {
  readonly counts: Counts;
  /** Who may read `/metrics`: any of these as a bearer token. They name routes and volumes, so not everybody. */
  readonly tokens: readonly string[];
}

export const metricsRoutes = (app: Hono, deps: MetricsRoutesDeps): void => {
  app.get('/healthz', (context) => answerJson(context, { status: 'ok' }));
  app.get('/readyz', async (context) => {
    const { ready, checks, details } = await readReadiness(deps);
    return answerJson(context, { status: ready ? 'ready' : 'not ready', checks, details }, ready ? 200 : 503);
  });
  app.get('/metrics', async (context) => {
    const header = context.req.header('Authorization');
    if (!deps.tokens.some((token) => isBearer(header, token)))
      return answerJson(
        context,
        { error: { message: 'This call needs the metrics token', type: 'auth_error', status: 401 } },
        401,
      );
    // Without its store the gateway is ill, which is when its counts are wanted most.
    const gauges = await readGauges(deps).catch(() => []);
    const { contentType, text } = await expose(deps.counts, gauges);
    return context.body(text, 200, { 'Content-Type': contentType, 'Breakwater-Decided-By': 'gateway' });
  });
};
