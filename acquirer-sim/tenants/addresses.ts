/**
 * Where requests come from, and which addresses are turned away at the door.
 *
 * Background traffic has addresses by number: a tenant's traffic from n sources uses the first n of
 * 10.0.0.0/8 in turn. Callers on the wire have the address of their socket, or the first one in
 * `X-Forwarded-For`.
 */
import { BlockList, isIPv6 } from 'node:net';
import type { StatePart } from '../state.ts';

export interface Blocklist {
  /** Blocks addresses and networks (`192.0.2.7`, `192.0.2.0/24`) for one tenant's requests, or everybody's. */
  set(id: string, tenant: string | null, addresses: readonly string[]): void;
  remove(id: string): void;
  /** The operators block the first so many addresses of a tenant's traffic; 0 = none of them any more. */
  blockSources(tenant: string, count: number): void;
  /** Whether nothing is blocked: one look on the hot path. */
  isEmpty(): boolean;
  blocksAddress(address: string, tenant: string | null): boolean;
  /** @param source number of the source, from 0 */
  blocksSource(tenant: string, source: number): boolean;
  /** What the operators block. Lists that were set are saved by whoever set them. */
  readonly state: StatePart<[string, number][]>;
}

/** The address of a background source. */
export const addressOfSource = (source: number): string =>
  `10.${(source >>> 16) & 255}.${(source >>> 8) & 255}.${source & 255}`;

export const isBlockable = (text: string): boolean => {
  try {
    listOf([text]);
    return true;
  } catch {
    return false;
  }
};

const listOf = (addresses: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const text of addresses) {
    const [address = '', prefix] = text.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1, family);
  }
  return list;
};

export const createBlocklist = (): Blocklist => {
  const lists = new Map<string, { readonly tenant: string | null; readonly list: BlockList }>();
  const sources = new Map<string, number>();

  const blocksAddress: Blocklist['blocksAddress'] = (address, tenant) => {
    // A socket that takes both families names an IPv4 peer in IPv6's clothes.
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
    for (const { tenant: scope, list } of lists.values()) {
      if ((scope === null || scope === tenant) && list.check(plain, family)) return true;
    }
    return false;
  };

  return {
    set: (id, tenant, addresses) => void lists.set(id, { tenant, list: listOf(addresses) }),
    remove: (id) => void lists.delete(id),
    blockSources(tenant, count) {
      if (count === 0) sources.delete(tenant);
      else sources.set(tenant, count);
    },
    isEmpty: () => lists.size === 0 && sources.size === 0,
    blocksAddress,
    blocksSource: (tenant, source) =>
      source < (sources.get(tenant) ?? 0) || (lists.size > 0 && blocksAddress(addressOfSource(source), tenant)),
    state: {
      save: () => [...sources],
      load(saved) {
        sources.clear();
        for (const [tenant, count] of saved) sources.set(tenant, count);
      },
      reset(tenant) {
        for (const id of sources.keys()) if (tenant === null || id === tenant) sources.delete(id);
      },
    },
  };
};
