/** `/admin/v1/*`: people write, update and close what the page says, and announce planned work. */
import { type Context, Hono } from 'hono';
import type { Log } from '../ports.ts';
import { readBoundedBody } from './bounded-body.ts';
import type { StatusPageSettings } from './config.ts';
import { parseJson } from './feed-routes.ts';
import type { Page } from './page.ts';
import { AnnouncementBody, complaint, MaintenanceBody } from './schema.ts';
import { bearerMatches } from './signature.ts';
import type { Watch } from './watch.ts';

export interface AdminDeps {
  readonly log: Log;
  readonly settings: StatusPageSettings;
  readonly page: Page;
  readonly watch: Watch;
}

/**
 * 201 `{incident}` or `{announcement}` for something new, 200 `{incident}` for an update. Refusals:
 * 401 token, 411/413 length, 400 shape, 404 no such incident, 409 `still_bad`: the page sees for
 * itself that this one is not over.
 */
export const adminRoutes = ({ log, settings, page, watch }: AdminDeps): Hono => {
  const app = new Hono();

  /** Null: the caller is one of the people. */
  const stranger = (c: Context): Response | null => {
    if (bearerMatches(c.req.header('authorization'), settings.adminToken)) return null;
    log.warn({ event: 'admin.refused', reason: 'token' });
    return c.json({ error: { reason: 'token' } }, 401, { 'www-authenticate': 'Bearer' });
  };

  app.post('/admin/v1/maintenances', async (c) => {
    const refusal = stranger(c);
    if (refusal !== null) return refusal;
    const body = await readBoundedBody(c);
    if (!body.ok) return c.json({ error: { reason: body.reason } }, body.status);
    const asked = MaintenanceBody.safeParse(parseJson(body.text));
    if (!asked.success) return c.json({ error: complaint(asked.error) }, 400);
    return c.json({ maintenance: await page.plan(asked.data) }, 201);
  });

  app.delete('/admin/v1/maintenances/:id', async (c) => {
    const refusal = stranger(c);
    if (refusal !== null) return refusal;
    const cancelled = await page.cancelPlan(c.req.param('id'));
    if (cancelled !== null) return c.json({ maintenance: cancelled });
    log.warn({ event: 'admin.refused', reason: 'no_such_maintenance' });
    return c.json({ error: { reason: 'no_such_maintenance' } }, 404);
  });

  app.post('/admin/v1/announcements', async (c) => {
    const refusal = stranger(c);
    if (refusal !== null) return refusal;
    const body = await readBoundedBody(c);
    if (!body.ok) return c.json({ error: { reason: body.reason } }, body.status);
    const asked = AnnouncementBody.safeParse(parseJson(body.text));
    if (!asked.success) return c.json({ error: complaint(asked.error) }, 400);
    const written = await page.write(asked.data, watch.mayResolve);
    switch (written.done) {
      case 'opened':
        return c.json({ incident: written.incident }, 201);
      case 'updated':
        return c.json({ incident: written.incident }, 200);
      case 'announced':
        return c.json({ announcement: written.announcement }, 201);
      case 'refused':
        log.warn({ event: 'admin.refused', reason: written.why });
        return c.json({ error: { reason: written.why } }, written.why === 'still_bad' ? 409 : 404);
    }
  });

  return app;
};
