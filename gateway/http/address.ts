/**
 * Whose request it is on the network: the socket's address, or, behind proxies that we trust, the
 * last address in `X-Forwarded-For` that is none of theirs. Anybody can write that header, so what
 * stands left of an address we do not trust is never looked at.
 *
 * Where there is no socket (the virtual stage, tests), whoever calls hosts the gateway and is trusted.
 */
import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';

export interface Addresses {
  /** The client's address as text; null when nobody says. */
  of(context: Context): string | null;
}

type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** The socket, as the node server's adapter passes it. */
const socketAddress = (context: Context): string | null => {
  const env = context.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
  return env?.incoming?.socket?.remoteAddress ?? null;
};

/** Texts that the header repeats by the thousand; what is in it is parsed once. */
const parsedMax = 10_000;

export const isRange = (text: string): boolean => ipaddr.isValidCIDR(text);

/** @param trustedProxies networks of our own proxies, in CIDR notation */
export const createAddresses = (trustedProxies: readonly string[]): Addresses => {
  const ranges: Range[] = trustedProxies.map((range) => ipaddr.parseCIDR(range));
  /** By what was sent: the address in one spelling and whether it is a proxy of ours; null: no address. */
  const parsed = new Map<string, { readonly text: string; readonly ours: boolean } | null>();

  const parse = (sent: string): { readonly text: string; readonly ours: boolean } | null => {
    const known = parsed.get(sent);
    if (known !== undefined) return known;
    if (parsed.size >= parsedMax) parsed.clear();
    let found: { text: string; ours: boolean } | null = null;
    if (sent.length <= 45 && ipaddr.isValid(sent)) {
      // `process` makes IPv4 of ::ffff:192.0.2.1, which is the same machine.
      const address = ipaddr.process(sent);
      const ours = ranges.some(
        ([network, bits]) => address.kind() === network.kind() && address.match([network, bits] as never),
      );
      found = { text: address.toString(), ours };
    }
    parsed.set(sent, found);
    return found;
  };

  return {
    of(context) {
      const peerText = socketAddress(context);
      const peer = peerText === null ? null : parse(peerText);
      if (peerText !== null && (peer === null || !peer.ours)) return peer?.text ?? null;
      const header = context.req.header('X-Forwarded-For');
      if (header === undefined) return peer?.text ?? null;
      // One address is what nearly everybody sends.
      if (!header.includes(',')) return parse(header.trim())?.text ?? peer?.text ?? null;
      let last = peer;
      for (const sent of header.split(',').reverse()) {
        const hop = parse(sent.trim());
        if (hop === null) break;
        last = hop;
        if (!hop.ours) break;
      }
      return last?.text ?? null;
    },
  };
};

/** What a rate is counted by: an IPv4 address, or the /64 that one household or server has of IPv6. */
export const networkOf = (address: string): string =>
  address.includes(':') ? address.split('::')[0]!.split(':').slice(0, 4).join(':') : address;
