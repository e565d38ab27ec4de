/** The room's door: built once by `app.ts`, and null where no directory server is configured. */
import type { Context, Hono } from 'hono';
import type { Endpoint } from '../http/endpoint.ts';
import type { Requests } from '../http/requests.ts';
import type { KeyedWrite } from '../idempotency/keyed-write.ts';
import type { Incidents } from '../incidents/service.ts';
import type { Merchants } from '../merchants/merchants.ts';
import type { Clock, Entropy, Fetch, Log, Store } from '../ports.ts';
import type { Vault } from '../vault/vault.ts';
import type { ThreeDSecureConfig } from './config.ts';
import { createDirectory } from './directory.ts';
import { createFlows, type Flows } from './flows.ts';
import { createProofs } from './ids.ts';
import { requestRoutes } from './requests.ts';
import { threeDSecureRoutes } from './routes.ts';
import { createThreeDSecureService } from './service.ts';

export interface ThreeDSecureRoom {
  readonly flows: Flows;
  /** A merchant went on with an authentication that was begun. */
  cameBack(id: string, merchantId: string): void;
  routes(app: Hono, endpoint: Endpoint): void;
  start(): Promise<void>;
}

export interface ThreeDSecureRoomDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly store: Store;
  readonly merchants: Merchants;
  readonly vault: Vault;
  readonly write: KeyedWrite;
  readonly requests: Requests;
  readonly config: ThreeDSecureConfig | null;
  readonly hashKey: Uint8Array;
  readonly addressOf: (context: Context) => string | null;
  readonly incidents: () => Pick<Incidents, 'outcome' | 'flow'>;
}

export const createThreeDSecureRoom = (deps: ThreeDSecureRoomDeps): ThreeDSecureRoom | null => {
  const { config, clock, entropy, log, store } = deps;
  if (config === null) return null;
  const flows = createFlows({ store, config });
  const service = createThreeDSecureService({
    ...deps,
    config,
    flows,
    proofs: createProofs(deps.hashKey),
    directory: createDirectory({ ...deps, config }),
    watch: {
      outcome: ({ merchantId, brand, result, latencyMs }) =>
        deps.incidents().outcome({ component: 'three_d_secure', acquirer: '-', merchantId, result, brand, latencyMs }),
      began: ({ id, merchant_id: merchantId }, brand) =>
        deps.incidents().flow({ component: 'three_d_secure', id, step: 'began', merchantId, brand }),
    },
  });
  const cameBack = (id: string, merchantId: string): void =>
    deps.incidents().flow({ component: 'three_d_secure', id, step: 'ended', merchantId });
  return {
    flows,
    cameBack,
    routes(app, endpoint) {
      threeDSecureRoutes(app, { service, config, entropy, log, requests: deps.requests, addressOf: deps.addressOf });
      requestRoutes(app, endpoint, {
        store,
        entropy,
        flows,
        write: deps.write,
        wallMs: () => clock.wallMs(),
        cameBack,
      });
    },
    start: () => service.takeUp(),
  };
};
