/**
 * Rates and slots as one instance counts them: alone, together with others, or by its share while
 * the shared place is away.
 *
 * Alone, everything is in this process and answers at once. Together, the shared place decides and
 * this instance remembers how far each rate was spent when it last heard. When the place is lost it
 * goes on from there: a rate of `1/instances`, the burst whole. So a merchant that had spent its
 * rate gets no second one, all instances together give what one would, and an ordinary merchant
 * whose requests happen to reach one instance is not refused for it. Never unlimited, never zero
 * (resilience-patterns section 1). Back again, what was spent meanwhile is told once for each rate.
 */
import type { Clock, Log, Shared, SharedAdmission, Timer } from '../ports.ts';
import { decide, type Gcra } from './gcra.ts';

export type Verdict =
  /** `holder` names the slot at the shared place; null when only this instance knows of it. */
  | { readonly allowed: true; readonly holder: string | null }
  | { readonly allowed: false; readonly by: 'rate' | 'slots'; readonly retryAfterMs: number };

export interface Ask {
  readonly rateKey: string;
  readonly limit: Gcra;
  /** How many of them it is at once; 1 when absent. At most the limit's burst. */
  readonly cost?: number;
  /** Concurrent requests: none are counted when absent. */
  readonly slots?: { readonly key: string; readonly max: number };
}

export type SharingState = 'alone' | 'shared' | 'lost';

export interface Sharing {
  /** Takes the rate and the slot, or neither. */
  admit(ask: Ask): Verdict | Promise<Verdict>;
  /** Takes a slot whatever the rates say, for requests that are counted and not limited. */
  enter(key: string): void;
  leave(key: string, holder: string | null): void;
  /** A lease at the shared place; true while it cannot be asked, because nobody may be kept from working. */
  lease(key: string, owner: string, ttlMs: number): boolean | Promise<boolean>;
  release(key: string, owner: string): void;
  state(): SharingState;
  /** Entries held, for the test that memory stays bounded. */
  size(): number;
  close(): void;
}

export interface SharingDeps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly log: Log;
  /** Absent: this instance is the only one. */
  readonly shared?: Shared | undefined;
  /** How many instances serve one public. */
  readonly instances: number;
  readonly instanceId: string;
  readonly slotMs: () => number;
  /** How often a lost place is asked whether it is back. */
  readonly lookEveryMs: () => number;
}

/** Below this many entries nobody sweeps: 40 kB at most, and ordinary worlds stay under it. */
const sweepFloor = 512;

const admittedHere: Verdict = { allowed: true, holder: null };
const noSlot: Verdict = { allowed: false, by: 'slots', retryAfterMs: 1000 };

export const createSharing = (deps: SharingDeps): Sharing => {
  const { clock, log, shared, instances, instanceId } = deps;
  /** Spent until then: this instance's own count, or what it last heard. */
  const tatsUs = new Map<string, number>();
  const inFlight = new Map<string, number>();
  /** Rates that were spent while the place was away, and that it has not been told of. */
  const untold = new Set<string>();
  let sweepAt = sweepFloor;
  let state: SharingState = shared === undefined ? 'alone' : 'shared';
  let lostAtMs = 0;
  let timer: Timer | null = null;
  let closed = false;
  let holders = 0;

  const nowUs = (): number => Math.round(clock.monotonicMs() * 1000);

  const keep = (key: string, tatUs: number, atUs: number): void => {
    tatsUs.set(key, tatUs);
    if (tatsUs.size <= sweepAt) return;
    // Full buckets are the same as absent ones. At twice the size of the last time: constant cost on average.
    for (const [held, heldUs] of tatsUs)
      if (heldUs <= atUs) {
        tatsUs.delete(held);
        untold.delete(held);
      }
    sweepAt = Math.max(sweepFloor, tatsUs.size * 2);
  };

  /** How far ahead of now everything is, by another measure of rates: a share is slower by the number of instances. */
  const rescale = (factor: number): void => {
    const atUs = nowUs();
    for (const [key, tatUs] of tatsUs) {
      if (tatUs > atUs) tatsUs.set(key, Math.round(atUs + (tatUs - atUs) * factor));
      else tatsUs.delete(key);
    }
  };

  const look = (place: Shared): void => {
    timer = clock.after(deps.lookEveryMs(), () => {
      const answered = (): void => {
        if (closed || state !== 'lost') return;
        rescale(1 / instances);
        for (const key of tatsUs.keys()) untold.add(key);
        state = 'shared';
        log.info({ event: 'shared.back', awayMs: Math.round(clock.monotonicMs() - lostAtMs) });
      };
      const away = (): void => {
        if (!closed) look(place);
      };
      const asked = place.ping();
      if (asked instanceof Promise) asked.then(answered, away);
      else answered();
    });
  };

  const lose = (place: Shared, reason: unknown): void => {
    if (state !== 'shared' || closed) return;
    state = 'lost';
    lostAtMs = clock.monotonicMs();
    rescale(instances);
    untold.clear();
    log.error({
      event: 'shared.lost',
      share: 1 / instances,
      reason: reason instanceof Error ? reason.message : 'unknown reason',
    });
    look(place);
  };

  const take = (key: string): void => void inFlight.set(key, (inFlight.get(key) ?? 0) + 1);

  const admitHere = ({ rateKey, limit, cost = 1, slots }: Ask): Verdict => {
    const parts = state === 'lost' ? instances : 1;
    if (slots !== undefined && (inFlight.get(slots.key) ?? 0) >= Math.ceil(slots.max / parts)) return noSlot;
    const atUs = nowUs();
    const mine = parts === 1 ? limit : { intervalUs: limit.intervalUs * parts, burst: limit.burst };
    const decision = decide(tatsUs.get(rateKey) ?? 0, atUs, cost, mine);
    if (!decision.allowed) return { allowed: false, by: 'rate', retryAfterMs: Math.ceil(decision.retryAfterUs / 1000) };
    keep(rateKey, decision.tatUs, atUs);
    if (slots !== undefined) take(slots.key);
    return admittedHere;
  };

  const admitThere = (place: Shared, ask: Ask): Verdict | Promise<Verdict> => {
    const { rateKey, limit, cost = 1, slots } = ask;
    holders += 1;
    const holder = `${instanceId}/${holders}`;
    // Told once: what this instance remembers of an ordinary moment is older than what the place knows.
    const aheadUs = untold.delete(rateKey) ? Math.max(0, (tatsUs.get(rateKey) ?? 0) - nowUs()) : 0;
    const read = (told: SharedAdmission): Verdict => {
      const atUs = nowUs();
      keep(rateKey, atUs + told.aheadUs, atUs);
      if (!told.allowed)
        return told.by === 'slots'
          ? noSlot
          : { allowed: false, by: 'rate', retryAfterMs: Math.ceil(told.retryAfterUs / 1000) };
      if (slots === undefined) return admittedHere;
      take(slots.key);
      return { allowed: true, holder };
    };
    const asked = place.admit({
      rate: {
        key: rateKey,
        intervalUs: limit.intervalUs,
        burst: limit.burst,
        cost,
        ...(aheadUs > 0 ? { aheadUs } : {}),
      },
      ...(slots === undefined ? {} : { slot: { ...slots, holder, ttlMs: deps.slotMs() } }),
    });
    if (!(asked instanceof Promise)) return read(asked);
    return asked.then(read, (reason: unknown) => {
      lose(place, reason);
      return admitHere(ask);
    });
  };

  return {
    admit: (ask) => (state === 'shared' && shared !== undefined ? admitThere(shared, ask) : admitHere(ask)),
    enter: take,
    leave(key, holder) {
      const count = inFlight.get(key);
      if (count === undefined) throw new Error(`leave without enter: ${key}`);
      if (count === 1) inFlight.delete(key);
      else inFlight.set(key, count - 1);
      if (holder !== null) shared?.leave(key, holder);
    },
    lease(key, owner, ttlMs) {
      if (state !== 'shared' || shared === undefined) return true;
      const place = shared;
      const asked = place.lease(key, owner, ttlMs);
      if (!(asked instanceof Promise)) return asked;
      return asked.catch((reason: unknown) => {
        lose(place, reason);
        return true;
      });
    },
    release(key, owner) {
      if (state === 'shared') shared?.release(key, owner);
    },
    state: () => state,
    size: () => tatsUs.size + inFlight.size,
    close() {
      closed = true;
      timer?.cancel();
    },
  };
};
