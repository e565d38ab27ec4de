/**
 * `POST /contact`: how a tenant reaches the operators, in our words (the real route was people).
 *
 * It changes nothing by itself. What the call is worth depends on when it comes: before the
 * operators decide, or after.
 */
import { Hono } from 'hono';
import { z } from 'zod';
import { firstIssue } from '../control/schema.ts';
import type { Operators } from '../operators/office.ts';
import type { Tenant } from '../tenants/tenant.ts';

const Contact = z.strictObject({
  /** The tenant's id here, or its merchant or shop id on the wire. */
  tenant: z.string().min(1).max(64),
  /** `line_test`: a tenant asks whether we hear it. Nobody is informed of anything. */
  kind: z.enum(['abuse_contained', 'trouble', 'line_test']),
  /** Wall time of what it tells of. */
  atMs: z.number(),
  requestsPerMerchant: z.record(z.string(), z.number()).default({}),
  /** Of `trouble`: the tenant's own name for it, since when, and what fails there. */
  incident: z.string().max(100).optional(),
  sinceMs: z.number().optional(),
  components: z.array(z.string().max(64)).max(32).optional(),
  message: z.string().max(10_000),
});

export const createContact = (
  findTenant: (name: string) => Tenant | undefined,
  operators: Pick<Operators, 'informed'>,
): Hono => {
  const app = new Hono();
  app.post('/contact', async (c) => {
    const refuse = (path: string, reason: string) => c.json({ error: { path, reason } }, 400);
    let body: unknown;
    try {
      body = JSON.parse(await c.req.text());
    } catch {
      return refuse('', 'the body is not JSON');
    }
    const contact = Contact.safeParse(body);
    if (!contact.success) {
      const { path, reason } = firstIssue(contact.error);
      return refuse(path, reason);
    }
    const { tenant: name, kind, atMs, sinceMs, incident, requestsPerMerchant } = contact.data;
    const tenant = findTenant(name);
    if (tenant === undefined) return refuse('tenant', 'is not a tenant of this acquirer');
    if (kind === 'line_test') return c.json({ received: true });
    operators.informed(tenant, {
      kind,
      aboutMs: sinceMs ?? atMs,
      merchants: Object.keys(requestsPerMerchant).length,
      ...(incident === undefined ? {} : { incident }),
    });
    return c.json({ received: true });
  });
  return app;
};
