/**
 * What merchants call: tokens, charges, customers, plans, subscriptions, events, accounts, money movement. One part of
 * the composition in `app.ts`, which builds what all of these stand on and gives it to them.
 */
import type { Hono } from 'hono';
import { accountRoutes } from './accounts/routes.ts';
import { forPages } from './browser/cors.ts';
import type { Book } from './charges/book.ts';
import { createFinish } from './charges/finish.ts';
import { createFollowUps } from './charges/follow-ups.ts';
import { createReauth } from './charges/reauth.ts';
import { chargeRoutes } from './charges/routes.ts';
import { createChargeService } from './charges/service.ts';
import type { ComplianceRoom } from './compliance/room.ts';
import type { GatewayConfig } from './config.ts';
import { customerRoutes } from './customers/routes.ts';
import { createCustomerService } from './customers/service.ts';
import type { Deliveries } from './deliveries/deliveries.ts';
import type { Events } from './events/events.ts';
import { eventRoutes } from './events/routes.ts';
import type { FraudRoom } from './fraud/fraud.ts';
import type { Endpoint } from './http/endpoint.ts';
import type { Idempotency } from './idempotency/idempotency.ts';
import { createKeyedWrite } from './idempotency/keyed-write.ts';
import type { IncidentRoom } from './incidents/room.ts';
import type { Merchants } from './merchants/merchants.ts';
import { type Closings, createClosings } from './money-movement/closings.ts';
import { createStatementLinks } from './money-movement/links.ts';
import { moneyMovementRoutes } from './money-movement/routes.ts';
import { createMoneyMovement } from './money-movement/service.ts';
import { createTerms } from './money-movement/terms.ts';
import { planRoutes } from './plans/routes.ts';
import { createPlanService } from './plans/service.ts';
import type { Policy } from './policy/schema.ts';
import type { Clock, Entropy, Log, Store } from './ports.ts';
import type { Settler } from './settling/settler.ts';
import { createBilling } from './subscriptions/billing.ts';
import { subscriptionRoutes } from './subscriptions/routes.ts';
import { createScheduler, type Scheduler } from './subscriptions/scheduler.ts';
import { createSubscriptionService } from './subscriptions/service.ts';
import type { ThreeDSecureRoom } from './three-d-secure/room.ts';
import { createTokenFinish } from './tokens/finish.ts';
import { createTokenService } from './tokens/service.ts';
import type { Upstreams } from './upstream/upstreams.ts';
import type { Vault } from './vault/vault.ts';

export interface MerchantCallsDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly store: Store;
  readonly policy: Policy;
  readonly config: GatewayConfig;
  readonly merchants: Merchants;
  readonly vault: Vault;
  readonly idempotency: Idempotency;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly book: Book;
  readonly upstreams: Upstreams;
  readonly settler: Pick<Settler, 'settleAt' | 'unknownOpened'>;
  readonly fraud: FraudRoom;
  readonly compliance: ComplianceRoom;
  /** Null: this gateway has no 3-D Secure. */
  readonly threeDSecure: ThreeDSecureRoom | null;
  readonly incidentRoom: Pick<IncidentRoom, 'charged' | 'apiStoppedUntilMs'>;
}

export interface MerchantCalls {
  /** Tokens are also made for servers that still pass card numbers. */
  readonly tokens: ReturnType<typeof createTokenService>;
  /** Renewals, and the ends of terms: work that goes on without a request. */
  readonly scheduler: Scheduler;
  readonly closings: Closings;
  routes(app: Hono, endpoint: Endpoint): void;
}

export const createMerchantCalls = (deps: MerchantCallsDeps): MerchantCalls => {
  const { clock, entropy, log, store, policy, config, merchants, vault, idempotency, events, deliveries, book } = deps;
  const { upstreams, fraud, compliance, threeDSecure, incidentRoom } = deps;
  const { settleAt, unknownOpened } = deps.settler;
  const wallMs = (): number => clock.wallMs();
  const cameBack = (id: string, merchantId: string): void => threeDSecure?.cameBack(id, merchantId);
  const shared = {
    store,
    entropy,
    log,
    policy,
    book,
    vault,
    upstreams,
    idempotency,
    deliveries,
    wallMs,
    gates: [fraud.gate, compliance.gate],
    fraud,
    flows: threeDSecure?.flows ?? null,
    cameBack,
    settleAt,
    unknownOpened,
  };
  const tokens = createTokenService({
    ...shared,
    events,
    testCardsInLive: config.testCardsInLive,
    tokenEvents: config.tokenEvents,
  });
  const charges = createChargeService(shared);
  const followUps = createFollowUps(shared);
  const billing = createBilling({
    store,
    log,
    events,
    idempotency,
    charges,
    wallMs,
    onCharged: incidentRoom.charged,
  });
  const scheduler = createScheduler({
    clock,
    log,
    store,
    merchants,
    deliveries,
    billing,
    instanceId: config.instanceId,
    lookEveryMs: config.lookEveryMs,
    stoppedUntilMs: incidentRoom.apiStoppedUntilMs,
  });
  const terms = createTerms({ store, wallMs });
  const closings = createClosings({ clock, log, store, merchants, events, deliveries, terms });
  const links = createStatementLinks({
    key: config.hashKey,
    wallMs,
    sums: (owner, from, to) => store.read((tx) => terms.sums(tx, owner, from, to)),
  });

  return {
    tokens,
    scheduler,
    closings,
    routes(app, endpoint) {
      app.post('/v1/tokens', forPages(endpoint({ zone: 'pk', keys: 'pk', cards: 'tokens' }, tokens.create)));
      app.get('/v1/tokens/:id', forPages(endpoint({ zone: 'sk', keys: 'pk' }, tokens.retrieve)));
      const finishToken = createTokenFinish({ write: createKeyedWrite({ store, deliveries, idempotency }), ...shared });
      app.post('/v1/tokens/:id/tds_finish', forPages(endpoint({ zone: 'pk', keys: 'pk' }, finishToken)));
      threeDSecure?.routes(app, endpoint);
      chargeRoutes(app, endpoint, {
        store,
        charges,
        finish: createFinish({ ...shared, charges }),
        cameBack,
        followUps,
        reauth: createReauth({ ...shared, charges, events }),
        events,
        deliveries,
        idempotency,
        terms,
      });
      customerRoutes(
        app,
        endpoint,
        createCustomerService({ store, entropy, events, deliveries, idempotency, wallMs, fraud, mandate: compliance }),
      );
      planRoutes(app, endpoint, createPlanService({ store, entropy, events, deliveries, idempotency, wallMs }));
      subscriptionRoutes(
        app,
        endpoint,
        createSubscriptionService({ store, entropy, deliveries, idempotency, followUps, billing, scheduler, wallMs }),
      );
      eventRoutes(app, endpoint, { store });
      accountRoutes(app, endpoint, { store });
      moneyMovementRoutes(app, endpoint, createMoneyMovement({ store, terms, links, wallMs }), links);
    },
  };
};
