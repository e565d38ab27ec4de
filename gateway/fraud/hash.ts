/**
 * A 32-bit hash of a text (MurmurHash3's mixing, by Austin Appleby, in the public domain), for telling things apart
 * in memory. It is never written down and hides nothing: what may be written is the vault's fingerprint.
 */
export const hashOf = (text: string, seed: number): number => {
  let hash = seed | 0;
  for (let index = 0; index < text.length; index += 1) {
    let block = Math.imul(text.charCodeAt(index), 0xcc9e2d51);
    block = (block << 15) | (block >>> 17);
    hash ^= Math.imul(block, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};
