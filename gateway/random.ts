/**
 * Live chance: a seeded generator for draws (jitter, sampling) and the system's secure source for
 * what must not be guessed (keys, ids, tokens). The two are never mixed.
 */
import { createHash, randomFillSync, randomInt } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { Entropy, Random } from './ports.ts';

/**
 * A stream whose identity is a digest, and a child's identity the digest of its parent's with its
 * label. Parent digests have a fixed length, so no two paths of labels can spell the same identity.
 */
const stream = (identity: Buffer): Random => {
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => identity.readInt32LE(at)));
  return {
    fork: (label) => stream(createHash('sha256').update(identity).update(label).digest()),
    float: () => uniformFloat64(generator),
    integer: (min, max) => {
      if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max) {
        throw new RangeError(`No whole number to draw between ${min} and ${max}`);
      }
      return uniformInt(generator, min, max);
    },
  };
};

/** Draws for a live program. Without a seed (any safe integer) every start draws differently. */
export const createLiveRandom = (seed = randomInt(2 ** 47)): Random =>
  stream(createHash('sha256').update(String(seed)).digest());

/** The operating system's secure random bytes. The label is for the stage and is ignored here. */
export const createLiveEntropy = (): Entropy => ({
  bytes: (length) => randomFillSync(new Uint8Array(length)),
});
