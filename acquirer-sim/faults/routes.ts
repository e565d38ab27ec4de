/**
 * `/sim/v1/faults` and `/sim/v1/fault-kinds`: the same on both stages. What is not in order answers
 * 400 `{error: {path, reason}}` and has changed nothing.
 */
import type { Context } from 'hono';
import { Hono } from 'hono';
import { z } from 'zod';
import { firstIssue } from '../control/schema.ts';
import { elsewhere } from './elsewhere.ts';
import type { Faults } from './faults.ts';
import { type KindName, kinds } from './kinds/index.ts';
import { ControlRule, kindNamed } from './rule.ts';

/** Every kind with its parameters as JSON Schema, as a person would write them. */
const catalogue = () => ({
  kinds: (Object.keys(kinds) as KindName[]).map((name) => {
    const { kind, title, rows, parameters, only, dialect, needs } = kindNamed(name);
    return {
      kind,
      title,
      rows,
      operations: only ?? null,
      dialect: dialect ?? null,
      needs: needs ?? null,
      parameters: z.toJSONSchema(parameters, { io: 'input' }),
    };
  }),
  elsewhere,
});

const refuse = (c: Context, path: string, reason: string, status: 400 | 401 | 404 = 400) =>
  c.json({ error: { path, reason } }, status);

export const createFaultRoutes = (faults: Faults, controlToken?: string): Hono => {
  const app = new Hono();
  let listed: ReturnType<typeof catalogue> | null = null;

  if (controlToken !== undefined) {
    const expected = `Bearer ${controlToken}`;
    for (const path of ['/faults', '/faults/*', '/fault-kinds'])
      app.use(path, async (c, next) => {
        if (c.req.header('authorization') === expected) return next();
        return refuse(c, 'authorization', 'wants the control token as a bearer', 401);
      });
  }

  app.get('/fault-kinds', (c) => {
    listed ??= catalogue();
    return c.json(listed);
  });
  app.get('/faults', (c) => c.json({ rules: faults.list(), totals: faults.totals() }));
  app.get('/faults/:id', (c) => {
    const rule = faults.get(c.req.param('id'));
    return rule === undefined ? refuse(c, 'id', 'is not the id of a rule', 404) : c.json(rule);
  });
  app.post('/faults', async (c) => {
    let body: unknown;
    try {
      body = JSON.parse(await c.req.text());
    } catch {
      return refuse(c, '', 'the body is not JSON');
    }
    const rule = ControlRule.safeParse(body);
    if (!rule.success) {
      const { path, reason } = firstIssue(rule.error);
      return refuse(c, path, reason);
    }
    const set = faults.set(rule.data);
    return set === 'taken' ? refuse(c, 'id', 'is in use: end that rule first') : c.json(set, 201);
  });
  app.delete('/faults', (c) => c.json({ rules: faults.clear() }));
  app.delete('/faults/:id', (c) => {
    const rule = faults.remove(c.req.param('id'));
    return rule === undefined ? refuse(c, 'id', 'is not the id of a rule', 404) : c.json(rule);
  });
  return app;
};
