/**
 * Which IP addresses a merchant may point us at. Pure.
 *
 * Whoever may choose where we post to may choose a machine that trusts us: a database next door, the
 * cloud's metadata service, ourselves. So what is not plainly public is refused, rather than what is
 * plainly private (resilience-patterns section 12).
 */
import ipaddr from 'ipaddr.js';

export type AddressKind =
  | 'public'
  | 'loopback'
  /** Private, link-local, shared, multicast, reserved, translated: all that is not for everybody. */
  | 'other';

/** Public by its number, but a host's own platform answers there (Azure's metadata and health service). */
const metadata: ReadonlySet<string> = new Set(['168.63.129.16']);
/** Where public IPv6 addresses are given out (RFC 4291, section 2.4, and IANA's registry): all else is special. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** Written as sockets write it: `0177.1` is an address to some and another one to others. */
const isAddress = (text: string): boolean => ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);

/** What an address is never changes, and webhooks go to the same few all day. */
const judged = new Map<string, AddressKind>();
const judgedMax = 10_000;

/** `other` also for what is no address at all. */
export const kindOf = (address: string): AddressKind => {
  let kind = judged.get(address);
  if (kind === undefined) {
    if (judged.size >= judgedMax) judged.clear();
    kind = judge(address);
    judged.set(address, kind);
  }
  return kind;
};

const judge = (address: string): AddressKind => {
  if (!isAddress(address)) return 'other';
  // An IPv4 address in IPv6 clothes (::ffff:127.0.0.1) reaches the IPv4 host.
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range === 'loopback') return 'loopback';
  if (range !== 'unicast' || metadata.has(parsed.toString())) return 'other';
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast) ? 'public' : 'other';
};

/** The address in a URL's host, without brackets; null when the host is a name. */
export const literalOf = (hostname: string): string | null => {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isAddress(bare) ? bare : null;
};
