/** Builds the way to the acquirers: dialects, breakers with their probes, routing, admission. */
import { type BreakerBoard, type BreakerBoardDeps, createBreakerBoard } from '../breaker/board.ts';
import { createClassicBoard } from '../breaker/classic/board.ts';
import { overridable } from '../breaker/overrides.ts';
import type { ProbeLease } from '../breaker/prober.ts';
import type { GatewayConfig } from '../config.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock, Fetch, Log, Random, Shared } from '../ports.ts';
import { createDemotion } from '../routing/demotion.ts';
import { usableRoutes } from '../routing/route.ts';
import { orderFor } from '../routing/rules.ts';
import { createStickiness, type Way } from '../routing/stickiness.ts';
import { createEscott } from './escott.ts';
import { createGmoPg } from './gmo-pg.ts';
import { createProbe } from './probe.ts';
import { createUpstreams, type Operation, type Upstreams, type UpstreamsDeps } from './upstreams.ts';

export interface UpstreamRoomDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly policy: Policy;
  readonly config: Pick<GatewayConfig, 'acquirers' | 'instanceId'>;
  /** Where instances agree on who probes; absent: this one is alone. */
  readonly shared: Shared | undefined;
  readonly pace?: UpstreamsDeps['pace'];
  readonly isAbuser: (merchantId: string) => boolean;
  readonly outcome: UpstreamsDeps['outcome'];
  readonly ended: NonNullable<UpstreamsDeps['ended']>;
  readonly counted: UpstreamsDeps['counted'];
  readonly onChange: NonNullable<BreakerBoardDeps['onChange']>;
  /** An operator's word in place of an acquirer's breakers; null: they decide. */
  readonly overrideOf: (acquirer: string) => 'open' | 'closed' | null;
  readonly onFirstGoodProbe: NonNullable<BreakerBoardDeps['onFirstGoodProbe']>;
}

export const createUpstreamRoom = (
  deps: UpstreamRoomDeps,
): {
  board: BreakerBoard;
  upstreams: Upstreams;
  probe: (acquirer: string, brand: string) => Promise<boolean>;
  /** Timers of what is neither the board's nor the upstreams'. */
  close(): void;
} => {
  const { clock, random, fetch, log, policy, config, shared } = deps;
  const { instanceId } = config;
  const draws = random.fork('routing');
  const probe = createProbe({ clock, instanceId, upstreams: () => upstreams, slowMs: policy.breaker.slowMs });
  const lease =
    shared === undefined
      ? undefined
      : (of: string): ProbeLease => ({
          take: (name, ttlMs) => shared.lease(`${of}/${name}`, instanceId, ttlMs),
          end: (name) => shared.release(`${of}/${name}`, instanceId),
        });
  const demotion =
    policy.routing.demotion.enabled && policy.routing.failover && config.acquirers.length > 1
      ? createDemotion({
          clock,
          random: random.fork('demotion'),
          log,
          policy,
          acquirers: config.acquirers.map(({ id }) => id),
          probe,
          ...(lease === undefined ? {} : { lease: lease('demoted') }),
        })
      : null;
  const createBoard = policy.breaker.algorithm === 'sequential' ? createBreakerBoard : createClassicBoard;
  const machine = createBoard({
    clock,
    random: random.fork('breaker'),
    policy,
    acquirers: config.acquirers.map(({ id }) => id),
    probe,
    ...(lease === undefined ? {} : { lease: lease('probe') }),
    ...(demotion === null ? {} : { alsoJudges: demotion }),
    onChange(change) {
      log.info({ event: 'breaker.changed', ...change });
      deps.onChange(change);
    },
    onShare: (change) => log.info({ event: 'routing.changed', ...change }),
    onFirstGoodProbe: deps.onFirstGoodProbe,
  });
  const board = overridable(machine, deps.overrideOf);
  const acquirers = config.acquirers.map((account) =>
    account.dialect === 'escott'
      ? createEscott(account, { clock, fetch, policy: policy.upstream })
      : createGmoPg(account, { clock, fetch, policy: policy.upstream }),
  );
  const stickiness =
    policy.routing.stickiness.enabled && policy.routing.failover && config.acquirers.length > 1
      ? createStickiness(policy.routing.stickiness)
      : null;
  const stateOf = (acquirer: string, brand: string, operation: Operation): Way['state'] => {
    if (demotion?.isLast(acquirer, brand) === true) return 'away';
    if (!board.isAway(acquirer, { brand, operation })) return 'works';
    return board.working(acquirer, operation).includes(brand) ? 'comes back' : 'away';
  };
  const upstreams = createUpstreams({
    acquirers,
    clock,
    board,
    policy: policy.upstream,
    slowMs: policy.breaker.slowMs,
    routes({ brand, operation, merchantId, stickyKey, except }) {
      const wanted = orderFor(policy.routing, { merchantId, brand, stickyKey }, draws);
      const nowMs = clock.monotonicMs();
      const stayed = stickiness === null ? wanted : stickiness.ordered(wanted, stickyKey, nowMs);
      const order = demotion === null ? stayed : demotion.ordered(stayed, brand, stickyKey);
      const request = { brand, operation, drawKey: stickyKey, notSentTo: except === undefined ? [] : [except] };
      const usable = usableRoutes({ order, failover: policy.routing.failover }, board, request);
      const [preferred] = wanted;
      if (stickiness !== null && preferred !== undefined && !(usable[0] === preferred && stickiness.idle())) {
        const way = { preferred, state: stateOf(preferred, brand, operation), brand, to: usable[0] ?? null };
        stickiness.routed(stickyKey, way, nowMs);
      }
      return usable;
    },
    weightOf: (merchantId) => (deps.isAbuser(merchantId) ? policy.upstream.fairShare.abuserWeight : 1),
    outcome: deps.outcome,
    ended: deps.ended,
    counted: deps.counted,
    ...(deps.pace === undefined ? {} : { pace: deps.pace }),
  });
  return { board, upstreams, probe, close: () => demotion?.close() };
};
