/**
 * `/sim/v1/*`: looking into the simulator and turning its knobs, the same on both stages.
 *
 * JSON both ways. A call that is not in order answers `{error: {path, reason}}`, names the place,
 * and has changed nothing. Every answer carries `Breakwater-Simulator: control` and no
 * `Breakwater-Decided-By`: it is none of the acquirer's.
 */
import { Hono } from 'hono';
import { z } from 'zod';
import { configSchema } from '../config-schema.ts';
import { openApiOf } from './openapi.ts';
import { mount, type Operation, operation, SIMULATOR } from './operation.ts';
import { bookOperations } from './operations/books.ts';
import type { Controlled } from './operations/controlled.ts';
import { disputeOperations } from './operations/disputes.ts';
import { faultDocuments } from './operations/faults.ts';
import { injectionOperations } from './operations/injections.ts';
import { loadOperations } from './operations/load.ts';
import { operatorOperations } from './operations/operators.ts';
import { requestOperations } from './operations/requests.ts';
import { clockOperations, stateOperations } from './operations/state.ts';

export const BASE = '/sim/v1';

export const createControl = (deps: Controlled & { readonly controlToken?: string | undefined }): Hono => {
  const { clock, changes, controlToken } = deps;
  const app = new Hono();
  const headers = { [SIMULATOR]: 'control' };

  if (controlToken !== undefined) {
    const expected = `Bearer ${controlToken}`;
    app.use(async (c, next) => {
      if (c.req.header('authorization') === expected) return next();
      return c.json({ error: { path: 'authorization', reason: 'wants the control token as a bearer' } }, 401, headers);
    });
  }

  const documents: Operation[] = [
    operation({
      id: 'getOpenApi',
      method: 'get',
      path: '/openapi.json',
      summary: 'This document',
      answer: z.looseObject({ openapi: z.literal('3.1.0') }),
      handle: () => document(),
    }),
    operation({
      id: 'getConfigSchema',
      method: 'get',
      path: '/config.schema.json',
      summary: 'JSON Schema of the configuration file',
      answer: z.looseObject({}),
      handle: configSchema,
    }),
  ];
  const operations: Operation[] = [
    ...loadOperations(deps),
    ...bookOperations(deps),
    ...requestOperations(deps),
    ...injectionOperations(deps),
    ...operatorOperations(deps),
    ...disputeOperations(deps),
    ...stateOperations(deps),
    ...clockOperations(deps),
    ...documents,
  ];
  const document = (): { openapi: '3.1.0' } =>
    openApiOf([...operations, ...faultDocuments()], BASE) as { openapi: '3.1.0' };

  mount(app, operations, (c, body) =>
    changes.note({ atMs: clock.wallMs(), method: c.req.method, path: c.req.path, body }),
  );
  app.all('*', (c) => c.json({ error: { path: c.req.path, reason: 'there is no such control call' } }, 404, headers));
  return app;
};
