/**
 * Random streams that are named, not numbered.
 *
 * A stream's numbers follow from the seed and the chain of labels that leads to it, never from
 * how often another stream was asked. That is what makes two runs comparable when one of them
 * has a merchant less (design.md section 3, common random numbers).
 */

import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Entropy, Random } from '../../gateway/ports.ts';

/** Four 32-bit words that name a stream. */
type Identity = readonly [number, number, number, number];

/** The stream of `label` under `seed`. Making one and drawing once costs about 0.3 µs. */
export const createRandom = (seed: number | string, label = ''): Stream =>
  new Stream(derive(rootIdentity(seed), label));

/**
 * Bytes fixed by (seed, label, how many times that label was asked before). Two labels never
 * disturb each other, so an id keyed by its merchant survives the removal of another merchant.
 */
export const createEntropy = (seed: number | string): Entropy => {
  const root = derive(rootIdentity(seed), 'entropy');
  const timesAsked = new Map<string, number>();
  return {
    bytes(length, label) {
      const nth = timesAsked.get(label) ?? 0;
      timesAsked.set(label, nth + 1);
      const generator = xoroshiro128plusFromState(derive(derive(root, label), String(nth)));
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += 4) {
        const word = generator.next();
        bytes[at] = word >>> 24;
        if (at + 1 < length) bytes[at + 1] = word >>> 16;
        if (at + 2 < length) bytes[at + 2] = word >>> 8;
        if (at + 3 < length) bytes[at + 3] = word;
      }
      return bytes;
    },
  };
};

/** A number in [0, 2^32) that depends on nothing but the text: for choices that must not move. */
export const hash32 = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return avalanche(hash) >>> 0;
};

export class Stream implements Random {
  /** Two 32-bit words of the stream's name, for tables keyed by stream. */
  get words(): readonly [number, number] {
    return [this.#identity[0], this.#identity[2]];
  }

  readonly #identity: Identity;
  /** Made at the first draw: most streams exist only to be forked. */
  #generator: RandomGenerator | null = null;

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  fork(label: string): Stream {
    return new Stream(derive(this.#identity, label));
  }

  float(): number {
    this.#generator ??= xoroshiro128plusFromState(this.#identity);
    const high = this.#generator.next() >>> 5;
    const low = this.#generator.next() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  integer(min: number, max: number): number {
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max < min) {
      throw new RangeError(`no whole number between ${min} and ${max}`);
    }
    return min + Math.floor(this.float() * (max - min + 1));
  }
}

const rootIdentity = (seed: number | string): Identity => derive([1, 2, 3, 4], `${typeof seed}:${seed}`);

/**
 * The child's identity. cyrb128 (bryc, public domain) with the parent as its starting state, and
 * murmur3's finaliser on each word, because xoroshiro's first number is a plain sum of its state.
 */
const derive = (parent: Identity, label: string): Identity => {
  let a = parent[0] ^ 1779033703;
  let b = parent[1] ^ 3144134277;
  let c = parent[2] ^ 1013904242;
  let d = parent[3] ^ 2773480762;
  for (let at = 0; at < label.length; at++) {
    const code = label.charCodeAt(at);
    a = b ^ Math.imul(a ^ code, 597399067);
    b = c ^ Math.imul(b ^ code, 2869860233);
    c = d ^ Math.imul(c ^ code, 951274213);
    d = a ^ Math.imul(d ^ code, 2716044179);
  }
  a = avalanche(a ^ label.length);
  b = avalanche((b + a) | 0);
  c = avalanche((c + b) | 0);
  d = avalanche((d + c) | 0);
  return [(a + d) | 0, b, c, d];
};

const avalanche = (word: number): number => {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
};
