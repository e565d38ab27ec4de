/**
 * How a reply leaves, as a program may say it of a `Response` under a symbol: the simulator of the
 * acquirers does, for faults that no response can express. Written again here: the stage reads what
 * programs answer and imports none of them. On sockets the same is enacted by the simulator itself;
 * one contract suite holds both.
 */
import type { TransportCode } from './transport-errors.ts';

export interface Departure {
  readonly way:
    | { readonly how: 'whole' | 'twice' | 'refused' | 'silence' | 'alien' | 'cut' | 'reset' }
    | { readonly how: 'drip'; readonly bytesPerSecond: number };
  /** Called once: whether there was still a caller to whom it happened. */
  left(happened: boolean): void;
}

const key: unique symbol = Symbol.for('breakwater.departure') as never;

export const departureOf = (response: Response): Departure | undefined => (response as { [key]?: Departure })[key];

/**
 * What the caller sees: a reply after so much more time, a broken connection, or nothing. A caller
 * here takes a reply whole or not at all, so one that breaks off is broken from its beginning.
 */
export type Fate =
  | { readonly kind: 'arrives'; readonly afterMs: number }
  | { readonly kind: 'breaks'; readonly code: TransportCode }
  | { readonly kind: 'swallows' };

export const fateOf = ({ way }: Departure, bodyBytes: number): Fate => {
  switch (way.how) {
    case 'whole':
    // The copy finds nobody: the next request has a connection of its own.
    case 'twice':
      return { kind: 'arrives', afterMs: 0 };
    case 'drip':
      return { kind: 'arrives', afterMs: (bodyBytes * 1_000) / way.bytesPerSecond };
    case 'refused':
      return { kind: 'breaks', code: 'ECONNREFUSED' };
    case 'reset':
      return { kind: 'breaks', code: 'ECONNRESET' };
    case 'cut':
      return { kind: 'breaks', code: 'UND_ERR_SOCKET' };
    case 'alien':
      return { kind: 'breaks', code: 'HPE_INVALID_CONSTANT' };
    case 'silence':
      return { kind: 'swallows' };
  }
};
