/** `POST /admin/v1/announcements`: people write, update and close what the page says. */
import { Hono } from 'hono';
import type { Log } from '../ports.ts';
import { readBoundedBody } from './bounded-body.ts';
import type { StatusPageSettings } from './config.ts';
import { parseJson } from './feed-routes.ts';
import type { Page } from './page.ts';
import { AnnouncementBody, complaint } from './schema.ts';
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

  app.post('/admin/v1/announcements', async (c) => {
    if (!bearerMatches(c.req.header('authorization'), settings.adminToken)) {
      log.warn({ event: 'admin.refused', reason: 'token' });
      return c.json({ error: { reason: 'token' } }, 401, { 'www-authenticate': 'Bearer' });
    }
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
