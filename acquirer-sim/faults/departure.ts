/**
 * How a reply leaves: what a `Response` cannot say of itself.
 *
 * The program answers every request with a `Response`. One that a fault had a hand in carries a
 * departure under a symbol, and whoever stands between the program and its callers enacts it: on
 * sockets `sockets.ts`, on the virtual stage the network. Both are held to one contract suite. A
 * response without one, which is every response of a run without rules, leaves as ever.
 */

export type Way =
  | { readonly how: 'whole' }
  /** The connection is reset; with `afterBytes` that much of the body went out before. */
  | { readonly how: 'reset'; readonly afterBytes: number | null }
  /** The body ends after `bytes` of the length that was announced, and the connection closes. */
  | { readonly how: 'cut'; readonly bytes: number }
  /** Nothing comes and the connection stays open. `deaf`: nothing on it is ever heard again. */
  | { readonly how: 'silence'; readonly deaf: boolean }
  /** At this pace. */
  | { readonly how: 'drip'; readonly bytesPerSecond: number }
  /** And once more, the same bytes, behind itself. */
  | { readonly how: 'twice' }
  /** These bytes, which are no HTTP, and the connection closes. */
  | { readonly how: 'alien'; readonly bytes: Uint8Array }
  /** As if nobody listened: nothing was carried out, and the caller may know that. */
  | { readonly how: 'refused' };

export interface Departure {
  readonly way: Way;
  /** Called once: whether there was still a caller to whom it happened. */
  left(happened: boolean): void;
}

const key: unique symbol = Symbol.for('breakwater.departure') as never;

/** The same response, with a departure. */
export const departing = (response: Response, departure: Departure): Response =>
  Object.assign(response, { [key]: departure });

export const departureOf = (response: Response): Departure | undefined => (response as { [key]?: Departure })[key];
