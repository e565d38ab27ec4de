/**
 * The sandbox: a gateway, its acquirers and its status page on six ports of this machine, for as many
 * worlds as are asked for. The door of this room.
 */
import { loadLiveFetch, type Policy } from '../../gateway/app.ts';
import type { Fetch, Log } from '../../gateway/ports.ts';
import { loadPolicy } from '../play/load-policy.ts';
import { sandboxApi, worldView } from './api.ts';
import { acquirerFront, gatewayFront, port, statusFront, threeDSecureFront } from './fronts.ts';
import { acsPage } from './pages/acs.ts';
import { pagesFront } from './pages/front.ts';
import { pointerPage } from './pages/pointer.ts';
import { type Addresses, openPorts } from './ports.ts';
import { realEntropy, realTime } from './real-world.ts';
import { createShop } from './shop/shop.ts';
import { forgetfulState, openState } from './state.ts';
import { createWorlds } from './worlds.ts';

export { PortError } from './ports.ts';
export { StateError } from './state.ts';

export interface SandboxOptions {
  /** The first of six ports; 0 takes free ones. */
  readonly port: number;
  /** Where it keeps its state; null: in memory. */
  readonly state: string | null;
  /** Worlds beside the default one. Absent: 200. */
  readonly worldsMax?: number;
  /** Absent: a day in memory, thirty days with a folder. */
  readonly idleMs?: number;
  /** Name of the default world's policy. Absent: `sandbox`. */
  readonly policy?: string;
  readonly log: Log;
}

export interface Sandbox {
  readonly addresses: Addresses;
  /** The default world's names and keys. */
  readonly world: ReturnType<typeof worldView>;
  close(): Promise<void>;
}

const dayMs = 86_400_000;

/** Loaded by the first who is told something outside: a start need not wait for it. */
const lazily = (load: () => Promise<Fetch>): Fetch => {
  let loading: Promise<Fetch> | null = null;
  return async (url, request) => {
    loading ??= load();
    return (await loading)(url, request);
  };
};

/** Opens all of it. @throws StateError | PortError */
export const openSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const { log } = options;
  const real = realTime;
  const state = options.state === null ? forgetfulState(realEntropy) : openState(options.state, realEntropy);
  const policies = new Map<string, Policy | undefined>();
  let opened: Addresses | null = null;
  const worlds = createWorlds({
    real,
    entropy: realEntropy,
    outside: lazily(loadLiveFetch),
    log,
    state,
    addresses: () => {
      if (opened === null) throw new Error('a world was asked for before the ports were open');
      return opened;
    },
    settings: {
      policy: options.policy ?? 'sandbox',
      worldsMax: options.worldsMax ?? 200,
      idleMs: options.idleMs ?? (options.state === null ? dayMs : 30 * dayMs),
    },
    policyOf(name) {
      if (!policies.has(name)) {
        const loaded = loadPolicy(name);
        policies.set(name, loaded.ok ? loaded.policy : undefined);
      }
      return policies.get(name);
    },
  });
  try {
    const { addresses, close } = await openPorts(
      options.port,
      (known) => ({
        gateway: port(
          gatewayFront(worlds, async (request, url) =>
            url.pathname === '/'
              ? pointerPage(request, known())
              : sandboxApi({ worlds, addresses: known() }, request, url),
          ),
        ),
        escott: port(acquirerFront(worlds, 'escott')),
        gmo: port(acquirerFront(worlds, 'gmo')),
        acs: port(threeDSecureFront(worlds, (request, url) => acsPage(request, url, known()))),
        status: port(statusFront(worlds)),
        pages: port(pagesFront(worlds, known, createShop({ worlds, entropy: realEntropy, addresses: known }))),
      }),
      real,
    );
    opened = addresses;
    try {
      const world = worldView(await worlds.default(), addresses);
      return {
        addresses,
        world,
        async close() {
          await close();
          await worlds.close();
        },
      };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    await worlds.close();
    throw error;
  }
};
