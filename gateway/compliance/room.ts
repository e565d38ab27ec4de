/** The rooms of compliance as `app.ts` builds them: the mandate's gate, its reports, and disputes. */
import type { Hono } from 'hono';
import type { Deliveries } from '../deliveries/deliveries.ts';
import { disputeRoutes } from '../disputes/routes.ts';
import { createDisputes } from '../disputes/service.ts';
import type { Events } from '../events/events.ts';
import type { Merchants } from '../merchants/merchants.ts';
import type { Notices } from '../notices/notices.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock, Entropy, Log, Store } from '../ports.ts';
import { type Compliance, createCompliance } from './compliance.ts';
import { type ComplianceReport, makeReport } from './report.ts';
import { complianceRoutes } from './routes.ts';

export interface ComplianceRoomDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly store: Store;
  readonly policy: Policy;
  readonly merchants: Merchants;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly notices: Pick<Notices, 'mandate'>;
  /** Sends in the background; what fails is logged. */
  readonly send: (what: string, sending: Promise<void>) => void;
  readonly config: { readonly adminToken: string; readonly upstreamToken: string };
  readonly acquirers: readonly string[];
}

export interface ComplianceRoom extends Pick<Compliance, 'gate' | 'prepare' | 'registration' | 'flush'> {
  /** What a merchant's payments of these days come to under the mandate; undefined: no such merchant. */
  report(merchantId: string, mode: 'live' | 'test', days: number): Promise<ComplianceReport | undefined>;
  routes(app: Hono): void;
}

export const createComplianceRoom = (deps: ComplianceRoomDeps): ComplianceRoom => {
  const { policy, notices, send, config } = deps;
  const compliance = createCompliance({
    ...deps,
    policy: policy.mandate,
    tellMerchant: (merchantId, facts) => send('mandate', notices.mandate(merchantId, facts)),
  });
  const disputes = createDisputes({ ...deps, compliance, settings: policy.mandate.settings });
  const { gate, prepare, registration, flush } = compliance;
  return {
    gate,
    prepare,
    registration,
    flush,
    async report(merchantId, mode, days) {
      const merchant = await deps.merchants.find(merchantId);
      if (merchant === undefined) return undefined;
      const toMs = deps.clock.wallMs() + 1;
      return makeReport(
        { store: deps.store, compliance, settings: policy.mandate.settings },
        {
          merchant: merchant.id,
          name: merchant.name,
          livemode: mode === 'live' ? 1 : 0,
          fromMs: toMs - days * 86_400_000,
          toMs,
        },
      );
    },
    routes(app) {
      complianceRoutes(app, { ...deps, policy: policy.mandate, adminToken: config.adminToken, compliance });
      const { adminToken, upstreamToken } = config;
      disputeRoutes(app, { ...deps, adminToken, upstreamToken, disputes });
    },
  };
};
