/**
 * The program: a directory server and the issuers' ACS, as a function of what they are given. A failure domain
 * of its own: the acquirers know nothing of it, and payments without 3-D Secure never come here.
 */
import { Hono } from 'hono';
import { SIMULATOR } from '../control/operation.ts';
import type { Clock, Fetch, Log, Random } from '../ports.ts';
import { createAcs } from './acs.ts';
import { ThreeDSecureConfig, type ThreeDSecureConfigInput } from './config.ts';
import { createThreeDSecureControl } from './control.ts';
import { createDirectoryServer } from './directory-server.ts';
import { createTdsFaults, type TdsFaults } from './faults/faults.ts';
import { createDirectory } from './issuers.ts';
import { createThreeDSecureRoutes } from './routes.ts';

export interface ThreeDSecureDependencies {
  readonly clock: Clock;
  readonly random: Random;
  /** For RReq. */
  readonly fetch: Fetch;
  readonly log: Log;
  /** Checked again here; throws a `ZodError` that names the place. */
  readonly config: ThreeDSecureConfigInput;
}

export interface ThreeDSecure {
  readonly app: Hono;
  readonly faults: Pick<TdsFaults, 'set' | 'remove' | 'list'>;
  start(): Promise<void>;
  /** Cardholders who are waited for are waited for no more; RReq that were not delivered are not repeated. */
  stop(): Promise<void>;
}

export const createThreeDSecure = (deps: ThreeDSecureDependencies): ThreeDSecure => {
  const { clock, random, fetch, log } = deps;
  const config = ThreeDSecureConfig.parse(deps.config);
  const directory = createDirectory(config);
  const faults = createTdsFaults(clock, random);
  const acs = createAcs({ clock, random, fetch, log, faults, config });
  const directoryServer = createDirectoryServer({ clock, random, directory, acs, config });

  const app = new Hono();
  app.route('/', createThreeDSecureRoutes({ clock, acs, directory, directoryServer, faults, config }));
  app.route(
    '/sim/v1/three-d-secure',
    createThreeDSecureControl({
      acs,
      directory,
      faults,
      config,
      reset() {
        acs.reset();
        directoryServer.reset();
        faults.reset();
      },
    }),
  );
  // As an acquirer says it, so that a theatre reads the counts of all programs alike.
  app.get('/sim/v1/faults', (c) =>
    c.json({ rules: faults.list(), totals: faults.totals() }, 200, { [SIMULATOR]: 'control' }),
  );
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.notFound((c) => c.json({ error: { path: c.req.path, reason: 'there is no such address' } }, 404));
  app.onError((error, c) => {
    // May not pass for a scheme's answer: it has a status and a header of its own.
    log.error({ event: 'simulator.failed', program: config.id, path: c.req.path, reason: error.message });
    return c.json({ error: { path: c.req.path, reason: 'the simulator itself failed' } }, 500, {
      [SIMULATOR]: 'failed',
    });
  });

  return {
    app,
    faults,
    async start() {
      log.debug({ event: 'tds.started', program: config.id, issuers: directory.issuers.length });
    },
    async stop() {
      acs.stop();
      faults.reset();
    },
  };
};
