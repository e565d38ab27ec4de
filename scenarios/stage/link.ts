/**
 * One direction of acquaintance: the path from the program `from` to the program `to`, with its
 * latency each way and whatever is wrong with it at the moment.
 */

import type { Random } from '../../gateway/ports.ts';
import { normalPair } from './distributions.ts';
import type { Stream } from './random.ts';
import { Repetitions } from './repetitions.ts';
import { type Direction, directionOf, effectOf, type Toxic, type ToxicEffect, toxicName } from './toxics.ts';

/** Lognormal by its median; `sigma` 0 makes it constant. */
export interface Latency {
  readonly medianMs: number;
  readonly sigma: number;
}

export interface FaultCount {
  readonly link: string;
  readonly toxic: string;
  /** Messages it was drawn for and would change. */
  readonly intended: number;
  /** Those of them that somebody still waited for. */
  readonly injected: number;
}

/** The sum of what every toxic did to one message. */
export interface Passage {
  readonly delayMs: number;
  readonly end: Exclude<ToxicEffect, { kind: 'delays' }> | null;
}

interface ActiveToxic {
  readonly toxic: Toxic;
  readonly name: string;
  readonly direction: Direction;
  readonly toxicity: number;
  readonly count: { intended: number; injected: number };
}

const clear: Passage = { delayMs: 0, end: null };

export class Link {
  readonly name: string;
  latency: { readonly up: Latency; readonly down: Latency };
  readonly #random: Stream;
  readonly #onDown: (link: Link) => void;
  readonly #toxics: ActiveToxic[] = [];
  readonly #counts = new Map<string, { intended: number; injected: number }>();
  readonly #repetitions = new Repetitions();
  #unkeyed = 0;

  /** @param onDown Told when the link goes down whole, so that open connections can be reset. */
  constructor(name: string, latency: Latency, random: Stream, onDown: (link: Link) => void) {
    this.name = name;
    this.latency = { up: latency, down: latency };
    this.#random = random;
    this.#onDown = onDown;
  }

  /** Adds a toxic, or replaces the one of that name. Throws when it makes no sense. */
  add(toxic: Toxic): void {
    const toxicity = toxic.toxicity ?? 1;
    if (!(toxicity >= 0 && toxicity <= 1)) throw new RangeError(`toxicity must lie in 0..1, not ${toxicity}`);
    const name = toxicName(toxic);
    this.remove(name);
    const count = this.#counts.get(name) ?? { intended: 0, injected: 0 };
    this.#counts.set(name, count);
    this.#toxics.push({ toxic, name, direction: directionOf(toxic), toxicity, count });
    if (toxic.type === 'down' && toxicity === 1) this.#onDown(this);
  }

  /** Harmless when there is none of that name. */
  remove(name: string): void {
    const at = this.#toxics.findIndex((active) => active.name === name);
    if (at !== -1) this.#toxics.splice(at, 1);
  }

  /** Removes every toxic; the counts stay. */
  heal(): void {
    this.#toxics.length = 0;
  }

  get toxics(): readonly Toxic[] {
    return this.#toxics.map((active) => active.toxic);
  }

  faults(): FaultCount[] {
    return [...this.#counts].map(([toxic, count]) => ({ link: this.name, toxic, ...count }));
  }

  /**
   * The stream of one request. A key that comes again is a repetition of the same request and
   * has draws of its own; without a key the draws follow the order of sending.
   */
  drawsFor(drawKey: string | undefined, nowUs: number): Random {
    if (drawKey === undefined) return this.#random.fork(`unkeyed ${++this.#unkeyed}`);
    const draws = this.#random.fork(drawKey);
    const [high, low] = draws.words;
    const times = this.#repetitions.count(high, low, nowUs);
    return times === 0 ? draws : draws.fork(`again ${times}`);
  }

  /** Base latency of one exchange, [up, down] in milliseconds. */
  latencies(draws: Random): readonly [number, number] {
    const { up, down } = this.latency;
    if (up.sigma === 0 && down.sigma === 0) return [up.medianMs, down.medianMs];
    const [first, second] = normalPair(draws);
    return [up.medianMs * Math.exp(up.sigma * first), down.medianMs * Math.exp(down.sigma * second)];
  }

  /** @param expected False when nobody waits for this message any more: nothing is injected then. */
  pass(direction: Direction, draws: Random, bytes: () => number, expected: boolean): Passage {
    if (this.#toxics.length === 0) return clear;
    let delayMs = 0;
    for (const { toxic, name, direction: acts, toxicity, count } of this.#toxics) {
      if (acts !== direction) continue;
      const own = draws.fork(name);
      if (own.float() >= toxicity) continue;
      const effect = effectOf(toxic, own, bytes);
      if (effect.kind === 'delays' && effect.delayMs === 0 && toxic.type !== 'slow_close') continue;
      count.intended++;
      if (expected) count.injected++;
      if (effect.kind !== 'delays') return { delayMs, end: effect };
      delayMs += effect.delayMs;
    }
    return delayMs === 0 ? clear : { delayMs, end: null };
  }
}
