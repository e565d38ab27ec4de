/** The programs of a world, built through their three doors and put on the virtual stage. */
import { type AcquirerConfigInput, createAcquirer, createThreeDSecure } from '../../acquirer-sim/app.ts';
import {
  createGateway,
  createInProcessShared,
  GatewayConfig,
  type InProcessShared,
  type Policy,
} from '../../gateway/app.ts';
import type { Store } from '../../gateway/ports.ts';
import { createMemoryPageStore, createStatusPage } from '../../gateway/status-page/app.ts';
import { programsOf, threeDSecureProgram, type World, type WorldAcquirer } from '../play/world.ts';
import type { Stage } from '../stage/stage.ts';
import { accountAt, acquirerHost, hosts, secrets, tenantAt, urlOf } from './credentials.ts';

/** Without a journal: nobody reads it here, and the trace has every exchange. */
const acquirerConfig = (acquirer: WorldAcquirer): AcquirerConfigInput =>
  ({ ...acquirer, tenants: [tenantAt(acquirer)], journal: { entriesMax: 0 } }) as AcquirerConfigInput;

/** As on PostgreSQL: instances that share a database look for what others left; one alone has nobody to look for. */
const lookEveryMs = 15_000;

const gatewayConfig = (world: World, instanceId: string) =>
  GatewayConfig.parse({
    instanceId,
    instances: world.gateway.instances,
    lookEveryMs: world.gateway.instances > 1 ? lookEveryMs : null,
    acquirers: world.acquirers.map((acquirer) => ({
      id: acquirer.id,
      ...accountAt(acquirer),
      baseUrl: urlOf(acquirerHost(acquirer.id)),
      contactUrl: `${urlOf(acquirerHost(acquirer.id))}/contact`,
      contactTenant: tenantAt(acquirer).id,
    })),
    adminToken: secrets.adminToken,
    upstreamToken: secrets.upstreamToken,
    statusPage: { url: urlOf(hosts.statusPage), secret: secrets.feed },
    masterKey: secrets.masterKey,
    hashKey: secrets.hashKey,
    // As many as there are charges, and nobody in the cast waits for one.
    tokenEvents: false,
    threeDSecure:
      world.threeDSecure === undefined
        ? null
        : { directoryServerUrl: urlOf(hosts.threeDSecure), publicUrl: urlOf(hosts.gateway) },
  });

/**
 * Puts acquirers, status page and gateway instances on the stage; they start by themselves. Two
 * instances and more count together in one place, which is returned to be lost; one counts for itself.
 */
export const addPrograms = (stage: Stage, world: World, policy: Policy, store: Store): InProcessShared | null => {
  for (const acquirer of world.acquirers)
    stage.addProgram({
      program: acquirer.id,
      host: acquirerHost(acquirer.id),
      create: ({ clock, random, fetch, log }) =>
        createAcquirer({ clock, random, fetch, log, config: acquirerConfig(acquirer) }),
    });
  const { threeDSecure } = world;
  if (threeDSecure !== undefined)
    stage.addProgram({
      program: threeDSecureProgram,
      host: hosts.threeDSecure,
      create: ({ clock, random, fetch, log }) =>
        createThreeDSecure({
          clock,
          random,
          fetch,
          log,
          config: { ...threeDSecure, publicUrl: urlOf(hosts.threeDSecure) },
        }),
    });
  const pageStore = createMemoryPageStore();
  stage.addProgram({
    program: 'status-page',
    host: hosts.statusPage,
    create: ({ clock, fetch, log }) =>
      createStatusPage({
        clock,
        fetch,
        log,
        store: pageStore,
        config: {
          title: 'Breakwater',
          feedSecret: secrets.feed,
          adminToken: secrets.pageAdminToken,
          probeUrl: `${urlOf(hosts.gateway)}/healthz`,
          machineNotices: policy.incidents.machineNotices,
        },
      }),
  });
  const shared = world.gateway.instances > 1 ? createInProcessShared({ clock: stage.clock }) : null;
  for (const name of programsOf(world).filter((program) => program.startsWith('gateway-')))
    stage.addProgram({
      program: 'gateway',
      name,
      host: hosts.gateway,
      create: ({ clock, random, entropy, fetch, resolve, log, revocable }) =>
        createGateway({
          clock,
          random,
          entropy,
          fetch,
          resolve,
          log,
          store: revocable(store),
          policy,
          ...(shared === null ? {} : { shared }),
          config: gatewayConfig(world, name),
        }),
    });
  return shared;
};

/** Latencies of the links, each way half of an exchange. */
export const setLinks = (stage: Stage, world: World): void => {
  for (const [name, { latencyMs, sigma }] of Object.entries(world.links.named ?? {})) {
    const [from = '', to = ''] = name.split('->');
    const way = { medianMs: latencyMs, sigma };
    stage.network.link(linkEnd(from), to).latency = { up: way, down: way };
  }
};

/** Scenario files call the cast `merchants`; its requests carry the cast's program name. Who calls it meets its receivers. */
export const linkEnd = (name: string): string => (name === 'merchants' ? 'cast' : name);
