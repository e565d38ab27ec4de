/**
 * The simulator's live dice. Given a seed it repeats its draws, so that a live run's issuers decide
 * as they did in the virtual one even though its timing cannot repeat.
 */
import { createHash, randomInt } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { Random } from './ports.ts';

const digest = (...parts: readonly string[]): string =>
  // As JSON, so that ['ab', 'c'] and ['a', 'bc'] are two names.
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

class NamedStream implements Random {
  readonly #name: string;
  readonly #generator: ReturnType<typeof xoroshiro128plusFromState>;

  constructor(name: string) {
    this.#name = name;
    const words = [0, 8, 16, 24].map((at) => Number.parseInt(name.slice(at, at + 8), 16) | 0);
    this.#generator = xoroshiro128plusFromState(words);
  }

  fork(label: string): Random {
    return new NamedStream(digest(this.#name, label));
  }

  float(): number {
    return uniformFloat64(this.#generator);
  }

  integer(min: number, max: number): number {
    if (min <= max && Number.isSafeInteger(min) && Number.isSafeInteger(max)) {
      return uniformInt(this.#generator, min, max);
    }
    throw new RangeError(`Cannot draw a whole number from ${min} to ${max}`);
  }
}

/** The root stream. `seed` is any whole number; without one each start differs. */
export const createLiveRandom = (seed: number = randomInt(2 ** 47)): Random => new NamedStream(digest(String(seed)));
