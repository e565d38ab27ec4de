/**
 * The book of worlds: who there is, by every name a caller may know one by; how many there may be;
 * which of them are awake.
 *
 * A world that was kept by an earlier process sleeps until somebody asks for it, so that a start costs
 * the default world alone.
 */
import type { Policy } from '../../gateway/app.ts';
import type { Entropy, Fetch, Log } from '../../gateway/ports.ts';
import { defaultIdentity, defaultWorld, freshIdentity, type Identity } from './identity.ts';
import type { Addresses } from './ports.ts';
import type { RealTime } from './real-world.ts';
import type { State } from './state.ts';
import { openWorld, type Receivers, type World, type WorldFacts } from './world.ts';

export interface WorldsSettings {
  /** The default world's policy, and that of worlds that name none. */
  readonly policy: string;
  /** Worlds beside the default one. */
  readonly worldsMax: number;
  /** A world that nobody asked for this long is reclaimed. */
  readonly idleMs: number;
}

export interface WorldsDeps {
  readonly real: RealTime;
  readonly entropy: Entropy;
  readonly outside: Fetch;
  readonly log: Log;
  readonly state: State;
  readonly settings: WorldsSettings;
  /** Asked when a world is opened, and not before. */
  readonly addresses: () => Addresses;
  /** A checked policy, or undefined for one that does not exist. */
  readonly policyOf: (name: string) => Policy | undefined;
}

export interface NewWorld {
  readonly name?: string | undefined;
  readonly policy?: string | undefined;
  readonly receivers: Receivers;
}

/** No room for another world. */
export class WorldsFullError extends Error {
  override readonly name = 'WorldsFullError';
}

/** A world that is known, awake or not. */
export interface Place {
  readonly facts: WorldFacts;
  readonly createdMs: number;
  /** Real wall time of the last call. */
  usedMs: number;
  readonly isAwake: boolean;
}

interface Kept extends Place {
  world: Promise<World> | null;
  awake: World | null;
  dirty: boolean;
}

export interface Worlds {
  /** The world of a key, world id, GMO-PG shop or site, e-SCOTT merchant, or gateway merchant. */
  find(name: string | undefined): Promise<World> | undefined;
  readonly default: () => Promise<World>;
  /** The awake world that has handed out this AccessID; sleeping ones are woken when none has. */
  holding(accessId: string): Promise<World | undefined>;
  places(): readonly Place[];
  /** @throws WorldsFullError */
  create(world: NewWorld): Promise<World>;
  /** Forgets a world for good. False for the default one, which stays. */
  remove(id: string): Promise<boolean>;
  /** Something may have changed in it: it is kept soon. */
  touched(world: World): void;
  /** Keeps what is to be kept and ends all worlds. */
  close(): Promise<void>;
}

/** When there is no room, a world that was idle for this long makes some. */
const spareAfterMs = 600_000;
const keepAfterMs = 1_000;
const sweepEveryMs = 600_000;

const namesOf = ({ id, merchantId, keys, escott, gmoPg }: Identity): readonly string[] => [
  id,
  merchantId,
  keys.secret,
  keys.public,
  escott.merchantId,
  gmoPg.shopId,
  gmoPg.siteId,
];

export const createWorlds = (deps: WorldsDeps): Worlds => {
  const { real, state, settings, log } = deps;
  const byName = new Map<string, Kept>();
  const byId = new Map<string, Kept>();
  let keeping: (() => void) | null = null;
  let closed = false;

  const enter = (facts: WorldFacts, createdMs: number, usedMs: number): Kept => {
    const kept: Kept = {
      facts,
      createdMs,
      usedMs,
      world: null,
      awake: null,
      dirty: false,
      get isAwake() {
        return kept.awake !== null;
      },
    };
    for (const name of namesOf(facts.identity)) byName.set(name, kept);
    byId.set(facts.identity.id, kept);
    return kept;
  };

  const forget = async (kept: Kept): Promise<void> => {
    const { identity } = kept.facts;
    for (const name of namesOf(identity)) byName.delete(name);
    byId.delete(identity.id);
    kept.dirty = false;
    await (await kept.world?.catch(() => null))?.close();
    state.remove(identity.id);
  };

  const wake = (kept: Kept): Promise<World> => {
    kept.usedMs = real.wallMs();
    if (kept.world !== null) return kept.world;
    const { facts } = kept;
    const { id } = facts.identity;
    const policy = deps.policyOf(facts.policy);
    if (policy === undefined) return Promise.reject(new Error(`world ${id}: its policy ${facts.policy} is gone`));
    const pageStore = state.pageStore(id);
    const opening = openWorld(facts, {
      real,
      entropy: deps.entropy,
      outside: deps.outside,
      log,
      secret: state.secret,
      policy,
      addresses: deps.addresses(),
      location: state.location(id),
      memory: state.memoryOf(id),
      ...(pageStore === undefined ? {} : { pageStore }),
    });
    kept.world = opening.then(
      (world) => {
        kept.awake = world;
        return world;
      },
      (error: unknown) => {
        // Not for ever: what was wrong may be mended meanwhile.
        kept.world = null;
        throw error;
      },
    );
    return kept.world;
  };

  const keep = async (kept: Kept): Promise<void> => {
    if (!kept.dirty || kept.awake === null) return;
    kept.dirty = false;
    const memory = await kept.awake.remember();
    // It may have been removed meanwhile.
    if (byId.has(kept.facts.identity.id)) state.keep(kept.facts.identity.id, kept.usedMs, memory);
  };
  const keepAll = async (): Promise<void> => {
    keeping = null;
    for (const kept of byId.values())
      await keep(kept).catch((error: unknown) => log.error({ event: 'sandbox.not-kept', reason: String(error) }));
  };

  const idleFor = ({ usedMs }: Place): number => real.wallMs() - usedMs;
  /** Everybody but the default world, longest idle first. */
  const byIdleness = (): Kept[] =>
    [...byId.values()]
      .filter(({ facts }) => facts.identity.id !== defaultWorld)
      .sort((one, other) => one.usedMs - other.usedMs);
  const sweep = async (): Promise<void> => {
    for (const kept of byIdleness()) if (idleFor(kept) >= settings.idleMs) await forget(kept);
  };
  let sweeping: () => void = () => undefined;
  const sweepAgain = (): void => {
    sweeping = real.later(Math.min(sweepEveryMs, settings.idleMs), () => {
      void sweep().then(() => {
        if (!closed) sweepAgain();
      });
    });
  };
  sweepAgain();

  // Which policy the default world has is said at each start.
  for (const { facts, createdMs, usedMs } of state.worlds())
    enter(facts.identity.id === defaultWorld ? { ...facts, policy: settings.policy } : facts, createdMs, usedMs);
  if (!byId.has(defaultWorld)) {
    const now = real.wallMs();
    const facts = { identity: defaultIdentity, policy: settings.policy, receivers: noReceivers };
    enter(facts, now, now);
    state.add({ facts, createdMs: now, usedMs: now });
  }

  return {
    find(name) {
      const kept = name === undefined ? undefined : byName.get(name);
      return kept === undefined ? undefined : wake(kept);
    },
    default: () => wake(byId.get(defaultWorld)!),
    async holding(accessId) {
      for (const { awake } of byId.values()) if (awake?.hasAccess(accessId)) return awake;
      for (const kept of byId.values()) {
        if (kept.isAwake) continue;
        const world = await wake(kept);
        if (world.hasAccess(accessId)) return world;
      }
      return undefined;
    },
    places: () => [...byId.values()],
    async create({ name, policy = settings.policy, receivers }) {
      if (byId.size > settings.worldsMax) await sweep();
      const [idlest] = byIdleness();
      if (byId.size > settings.worldsMax && idlest !== undefined && idleFor(idlest) >= spareAfterMs)
        await forget(idlest);
      if (byId.size > settings.worldsMax)
        throw new WorldsFullError(`all ${settings.worldsMax} worlds are in use; DELETE /sandbox/merchant frees one`);
      const identity = freshIdentity(deps.entropy, name, (id) => byId.has(id));
      const now = real.wallMs();
      const facts: WorldFacts = { identity, policy, receivers };
      const kept = enter(facts, now, now);
      state.add({ facts, createdMs: now, usedMs: now });
      try {
        return await wake(kept);
      } catch (error) {
        await forget(kept);
        throw error;
      }
    },
    async remove(id) {
      const kept = byId.get(id);
      if (kept === undefined || id === defaultWorld) return false;
      await forget(kept);
      return true;
    },
    touched(world) {
      const kept = byId.get(world.id);
      if (kept === undefined || closed || state.forgets) return;
      kept.dirty = true;
      keeping ??= real.later(keepAfterMs, () => void keepAll());
    },
    async close() {
      closed = true;
      sweeping();
      keeping?.();
      for (const kept of byId.values()) {
        if (kept.awake === null) continue;
        kept.dirty = !state.forgets;
        await keep(kept).catch((error: unknown) => log.error({ event: 'sandbox.not-kept', reason: String(error) }));
        await kept.awake.close();
      }
      state.close();
    },
  };
};

/** Nobody is told anything. */
export const noReceivers: Receivers = { webhookUrl: null, resultUrl: null };
