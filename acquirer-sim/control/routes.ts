/**
 * `/sim/v1/*`: looking into the simulator and turning its knobs, the same on both stages.
 *
 * JSON both ways. A call that is not in order answers 400 `{error: {path, reason}}`, names the
 * place, and has changed nothing: everything is checked before anything is set.
 */

import type { Context } from 'hono';
import { Hono } from 'hono';
import type { z } from 'zod';
import type { Station } from '../capacity/station.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { OperatorsView } from '../operators/office.ts';
import type { Clock } from '../ports.ts';
import type { Background } from '../tenants/background.ts';
import type { Tenant, Tenants } from '../tenants/tenant.ts';
import type { Journal } from './journal.ts';
import {
  CapacityChange,
  CapChange,
  firstIssue,
  LedgerQuery,
  TenantName,
  TrafficChange,
  TransactionsQuery,
} from './schema.ts';
import { ledgerView, loadView, transactionsView } from './views.ts';

interface Dependencies {
  readonly acquirer: string;
  readonly clock: Clock;
  readonly station: Station;
  /** Shares the slowdown and nothing else. */
  readonly listingStation: Station;
  readonly tenants: Tenants;
  readonly background: Background;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly operators: { view(): OperatorsView };
  readonly controlToken?: string | undefined;
}

type Checked<T> = { readonly value: T } | { readonly fault: { path: string; reason: string } };

const refuse = (c: Context, fault: { path: string; reason: string }) => c.json({ error: fault }, 400);

const check = <T>(schema: z.ZodType<T>, input: unknown): Checked<T> => {
  const parsed = schema.safeParse(input);
  return parsed.success ? { value: parsed.data } : { fault: firstIssue(parsed.error) };
};

const readJson = async <T>(c: Context, schema: z.ZodType<T>): Promise<Checked<T>> => {
  const text = await c.req.text();
  try {
    return check(schema, JSON.parse(text));
  } catch {
    return { fault: { path: '', reason: 'the body is not JSON' } };
  }
};

export const createControl = (deps: Dependencies): Hono => {
  const { clock, station, tenants, background, ledger, journal } = deps;
  const app = new Hono();

  const note = (c: Context, body: unknown): void =>
    journal.note({ atMs: clock.wallMs(), method: c.req.method, path: c.req.path, body });

  const tenantOf = (c: Context): Checked<Tenant> => {
    const tenant = tenants.get(c.req.param('tenant') ?? '');
    return tenant === undefined
      ? { fault: { path: 'tenant', reason: 'is not a tenant of this acquirer' } }
      : { value: tenant };
  };

  if (deps.controlToken !== undefined) {
    const expected = `Bearer ${deps.controlToken}`;
    app.use(async (c, next) => {
      if (c.req.header('authorization') === expected) return next();
      return c.json({ error: { path: 'authorization', reason: 'wants the control token as a bearer' } }, 401);
    });
  }

  app.get('/load', (c) => c.json(loadView(deps.acquirer, clock.wallMs(), station, tenants, background)));
  app.get('/operators', (c) => c.json(deps.operators.view()));
  app.get('/journal', (c) => c.json({ calls: journal.entries() }));

  app.get('/ledger', (c) => {
    const query = check(LedgerQuery, c.req.query());
    return 'fault' in query ? refuse(c, query.fault) : c.json(ledgerView(ledger, query.value));
  });

  app.get('/transactions', (c) => {
    const query = check(TransactionsQuery, c.req.query());
    return 'fault' in query ? refuse(c, query.fault) : c.json(transactionsView(ledger, query.value));
  });

  app.put('/capacity', async (c) => {
    const change = await readJson(c, CapacityChange);
    if ('fault' in change) return refuse(c, change.fault);
    const { workers, queueMax, slowdown } = change.value;
    station.change({
      ...(workers === undefined ? {} : { workers }),
      ...(queueMax === undefined ? {} : { queueMax }),
      ...(slowdown === undefined ? {} : { slowdown }),
    });
    if (slowdown !== undefined) deps.listingStation.change({ slowdown });
    note(c, change.value);
    return c.json(station.settings);
  });

  app.put('/tenants/:tenant/traffic', async (c) => {
    const name = check(TenantName, c.req.param('tenant'));
    if ('fault' in name) return refuse(c, { path: 'tenant', reason: name.fault.reason });
    const change = await readJson(c, TrafficChange);
    if ('fault' in change) return refuse(c, change.fault);
    const traffic = { ratePerSecond: change.value.ratePerSecond, sources: change.value.sources ?? null };
    background.set(tenants.ensure(name.value), traffic);
    note(c, change.value);
    return c.json({ tenant: name.value, ...traffic });
  });

  app.put('/caps/:tenant', async (c) => {
    const tenant = tenantOf(c);
    if ('fault' in tenant) return refuse(c, tenant.fault);
    const change = await readJson(c, CapChange);
    if ('fault' in change) return refuse(c, change.fault);
    tenants.cap(tenant.value, change.value.ratePerSecond);
    note(c, change.value);
    return c.json({ tenant: tenant.value.id, ratePerSecond: change.value.ratePerSecond });
  });

  app.delete('/caps/:tenant', (c) => {
    const tenant = tenantOf(c);
    if ('fault' in tenant) return refuse(c, tenant.fault);
    tenants.lift(tenant.value);
    note(c, null);
    return c.json({ tenant: tenant.value.id, ratePerSecond: null });
  });

  app.all('*', (c) => c.json({ error: { path: c.req.path, reason: 'there is no such control call' } }, 404));
  return app;
};
