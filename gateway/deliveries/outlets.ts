/**
 * How many deliveries are on their way at once: so many to one address, so many in all, first come,
 * first served within an address (resilience-patterns section 8). An address that is slow or dead
 * holds up its own queue and nobody else's, and many of them that take their time give up their place
 * among all to others, up to a bound of their own. Pure.
 */

export interface Outlets<Row extends { readonly url: string }> {
  /** It goes now, or when there is room. */
  add(row: Row): void;
  /** It has not gone and shall not; harmless when it did. */
  remove(row: Row): void;
  /** One that went is back: room for another. */
  done(row: Row): void;
  /** One that went takes long: while there is room among the slow ones it holds up nobody. */
  slow(row: Row): void;
  /** Has whatever can go go; tells again when something waits. */
  look(): void;
  /** Nothing goes from now on; what waits is forgotten. */
  close(): void;
  open(): void;
}

export interface OutletsOptions<Row> {
  readonly perAddressMax: number;
  readonly inAllMax: number;
  /** So many slow ones beside them. */
  readonly slowMax?: number;
  readonly go: (row: Row) => void;
  /** Something waits for no other reason than that so many are under way. */
  readonly onFull?: () => void;
}

interface Outlet<Row> {
  readonly queue: Row[];
  busy: number;
}

export const createOutlets = <Row extends { readonly url: string }>({
  perAddressMax,
  inAllMax,
  slowMax = 0,
  go,
  onFull,
}: OutletsOptions<Row>): Outlets<Row> => {
  const outlets = new Map<string, Outlet<Row>>();
  /** Addresses with something to send and room for it, the one that waits longest first. */
  const hungry = new Set<string>();
  let inAll = 0;
  const slowOnes = new Set<Row>();
  let closed = true;

  const pump = (): void => {
    for (const url of hungry) {
      const outlet = outlets.get(url)!;
      while (outlet.queue.length > 0 && outlet.busy < perAddressMax) {
        if (closed) return;
        if (inAll >= inAllMax) {
          onFull?.();
          return;
        }
        outlet.busy += 1;
        inAll += 1;
        go(outlet.queue.shift()!);
      }
      hungry.delete(url);
    }
  };

  return {
    add(row) {
      if (closed) return;
      let outlet = outlets.get(row.url);
      if (outlet === undefined) {
        outlet = { queue: [], busy: 0 };
        outlets.set(row.url, outlet);
      }
      outlet.queue.push(row);
      if (outlet.busy >= perAddressMax) return;
      hungry.add(row.url);
      pump();
    },
    remove(row) {
      const outlet = outlets.get(row.url);
      const at = outlet?.queue.indexOf(row) ?? -1;
      if (at !== -1) outlet?.queue.splice(at, 1);
    },
    done(row) {
      if (!slowOnes.delete(row)) inAll -= 1;
      const outlet = outlets.get(row.url);
      if (outlet !== undefined) {
        outlet.busy -= 1;
        if (outlet.queue.length > 0) hungry.add(row.url);
        else if (outlet.busy === 0) {
          outlets.delete(row.url);
          hungry.delete(row.url);
        }
      }
      pump();
    },
    look: pump,
    slow(row) {
      if (slowOnes.size >= slowMax || slowOnes.has(row)) return;
      slowOnes.add(row);
      inAll -= 1;
      pump();
    },
    close() {
      closed = true;
      hungry.clear();
      for (const outlet of outlets.values()) outlet.queue.length = 0;
    },
    open() {
      closed = false;
    },
  };
};
