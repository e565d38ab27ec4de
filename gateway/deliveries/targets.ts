/**
 * The guard in front of every address that a merchant chose: is it a place we post to, and at which
 * IP address exactly?
 *
 * A name is resolved here, every address of it is judged, and the connection is then made to the
 * address that was judged (`OutboundRequest.address`): a name server that answers differently the
 * second time gains nothing. Asked when an endpoint is registered, and again at every delivery.
 */
import type { Resolve } from '../ports.ts';
import { type AddressKind, kindOf, literalOf } from './addresses.ts';

/**
 * `public`: public addresses only. `loopback`: this machine as well, for what is in test mode.
 * `stage`: this machine as well, in both modes: for a world that lives on one machine.
 */
export type WebhookTargets = 'public' | 'loopback' | 'stage';

export type Target =
  /** Connect to `address`. */
  | { readonly kind: 'allowed'; readonly address: string }
  /** Never a place for us, as long as the URL and its name say what they say. */
  | { readonly kind: 'refused'; readonly reason: TargetFault }
  /** The name means nothing now; it may later. */
  | { readonly kind: 'unresolved' };

export type TargetFault =
  | 'no http or https address'
  | 'longer than 2000 characters'
  | 'user name or password in the address'
  | 'port'
  | 'not a public host name'
  | 'a host of our own'
  | 'not a public address';

export interface Targets {
  /**
   * `livemode`: whether live events go there; notices, which have no mode, ask as test. Synchronous
   * where names are known at once.
   */
  check(url: string, livemode: boolean): Target | Promise<Target>;
}

export interface TargetsDeps {
  readonly resolve: Resolve;
  readonly targets: WebhookTargets;
  /** `host:port` of what we call ourselves: acquirers, the status page. */
  readonly own: readonly string[];
}

const urlCharsMax = 2000;
/** HTTP's own ports and their usual alternates. A web server elsewhere is rarer than a database there. */
const publicPorts: ReadonlySet<number> = new Set([80, 443, 8080, 8443]);
/** Names that are never public (RFC 6761, 6762, 8375, and ICANN's reservation of `internal`). */
const privateName = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|home\.arpa)$/;
const checkedMax = 1000;

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));

/** `host:port` of an address of ours, as `TargetsDeps.own` has it. */
export const hostAndPort = (url: string): string => {
  const parsed = new URL(url);
  return `${parsed.hostname}:${portOf(parsed)}`;
};

/** What can be said without asking for the name: its host and whether loopback would do, or a fault. */
type Checked = { readonly hostname: string; readonly literal: string | null; readonly port: number } | TargetFault;

const read = (url: string, own: ReadonlySet<string>): Checked => {
  if (url.length > urlCharsMax) return 'longer than 2000 characters';
  if (!URL.canParse(url)) return 'no http or https address';
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return 'no http or https address';
  if (parsed.username !== '' || parsed.password !== '') return 'user name or password in the address';
  const port = portOf(parsed);
  // `localhost.` and `localhost` are one name.
  const hostname = parsed.hostname.replace(/\.$/, '');
  if (own.has(`${hostname}:${port}`)) return 'a host of our own';
  return { hostname, literal: literalOf(hostname), port };
};

export const createTargets = ({ resolve, targets, own }: TargetsDeps): Targets => {
  const ownHosts = new Set(own);
  /** The part that never changes for one URL; webhooks go to the same few all day. */
  const checked = new Map<string, Checked>();

  const checkedOnce = (url: string): Checked => {
    let known = checked.get(url);
    if (known === undefined) {
      if (checked.size >= checkedMax) checked.clear();
      known = read(url, ownHosts);
      checked.set(url, known);
    }
    return known;
  };

  const judge = (addresses: readonly string[], port: number, loopback: boolean): Target => {
    let first: { address: string; kind: AddressKind } | null = null;
    for (const address of addresses) {
      const kind = kindOf(address);
      // One bad address of several is enough: the next connection might take that one.
      if (kind === 'other' || (kind === 'loopback' && !loopback))
        return { kind: 'refused', reason: 'not a public address' };
      if (kind === 'public' && !publicPorts.has(port)) return { kind: 'refused', reason: 'port' };
      first ??= { address, kind };
    }
    return first === null ? { kind: 'unresolved' } : { kind: 'allowed', address: first.address };
  };

  return {
    check(url, livemode) {
      const known = checkedOnce(url);
      if (typeof known === 'string') return { kind: 'refused', reason: known };
      const { hostname, literal, port } = known;
      const loopback = targets === 'stage' || (targets === 'loopback' && !livemode);
      if (literal !== null) return judge([literal], port, loopback);
      if (!loopback) {
        // Said before anybody is asked, so that a name that does not resolve yet is refused for what it is.
        if (!hostname.includes('.') || privateName.test(hostname))
          return { kind: 'refused', reason: 'not a public host name' };
        if (!publicPorts.has(port)) return { kind: 'refused', reason: 'port' };
      }
      const addresses = resolve(hostname);
      if (!(addresses instanceof Promise)) return judge(addresses, port, loopback);
      return addresses.then(
        (found) => judge(found, port, loopback),
        () => ({ kind: 'unresolved' }),
      );
    },
  };
};
