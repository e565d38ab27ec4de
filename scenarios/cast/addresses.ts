/**
 * Where requests of the cast come from on the network, as a proxy in front of the gateway would say:
 * a merchant's server has one address all day, each buyer one of their own. Fixed by the name of what
 * it is and not drawn, so that no other draw moves. Benchmark and shared ranges (RFC 2544, RFC 6598).
 */

/** FNV-1a, 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
};

/** In 198.18.0.0/15. */
export const serverAddress = (member: string): string => {
  const hash = hashOf(member);
  return `198.${18 + (hash & 1)}.${(hash >>> 8) & 255}.${(hash >>> 16) & 255}`;
};

/** In 100.64.0.0/10: four million, so that two buyers of a day seldom share one. */
export const buyerAddress = (intent: string): string => {
  const hash = hashOf(intent);
  return `100.${64 + (hash & 63)}.${(hash >>> 8) & 255}.${(hash >>> 16) & 255}`;
};
