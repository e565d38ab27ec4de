/**
 * What can be wrong with a link, named and parameterised as Toxiproxy's toxics so that the live
 * stage takes the same objects, plus what a proxy cannot do but a network does.
 *
 * Times in milliseconds, `rate` in KB/s (1 KB = 1000 bytes, as Toxiproxy counts), `bytes` of one
 * direction with its head. https://github.com/Shopify/toxiproxy#toxics
 */

import type { Random } from '../../gateway/ports.ts';
import type { TransportCode } from './transport-errors.ts';

export type Direction = 'upstream' | 'downstream';

export type ToxicKind =
  /** Adds `latency` ± `jitter`. */
  | { readonly type: 'latency'; readonly attributes: { readonly latency: number; readonly jitter?: number } }
  /** Sends no faster than `rate`. A rate of 0 or less does nothing, as in Toxiproxy. */
  | { readonly type: 'bandwidth'; readonly attributes: { readonly rate: number } }
  /** Delays the closing only: a complete reply is complete before it. */
  | { readonly type: 'slow_close'; readonly attributes: { readonly delay: number } }
  /** Nothing comes through; the connection closes after `timeout`, or never when it is 0. */
  | { readonly type: 'timeout'; readonly attributes: { readonly timeout: number } }
  /** Reset `timeout` after the first byte, which does not come through. */
  | { readonly type: 'reset_peer'; readonly attributes: { readonly timeout: number } }
  /** Closes once `bytes` have passed. */
  | { readonly type: 'limit_data'; readonly attributes: { readonly bytes: number } }
  /** The port is closed: refused at once, and what is open is reset (Toxiproxy: a disabled proxy). */
  | { readonly type: 'down' }
  /** Stage only: no route to the host. Nothing was sent. */
  | { readonly type: 'unreachable' }
  /** Stage only: no handshake within `timeout`. Nothing was sent. */
  | { readonly type: 'connect_timeout'; readonly attributes: { readonly timeout: number } }
  /** Stage only: the connection is reset before the request arrived. */
  | { readonly type: 'reset_before' }
  /** Stage only: the request arrived, the reply is lost in a reset. */
  | { readonly type: 'reset_after' }
  /**
   * Stage only: each sending of the message is lost with probability `share` and repeated after
   * `retransmitMs` (200 when absent), doubling each time; after six losses in a row nobody tries
   * again and the message is never delivered (the caller's timeout ends the exchange).
   */
  | { readonly type: 'loss'; readonly attributes: { readonly share: number; readonly retransmitMs?: number } };

export type Toxic = ToxicKind & {
  /** Unique on its link; `<type>_<stream>` when absent. */
  readonly name?: string;
  /** Requests travel upstream, replies downstream. Absent: downstream, as in Toxiproxy. */
  readonly stream?: Direction;
  /** Share of requests it touches, drawn per request; 1 when absent. */
  readonly toxicity?: number;
};

/** What a toxic does to one message. */
export type ToxicEffect =
  | { readonly kind: 'delays'; readonly delayMs: number }
  | { readonly kind: 'swallows' }
  | { readonly kind: 'breaks'; readonly code: TransportCode; readonly afterMs: number };

const maxRetransmissions = 6;
const unharmed: ToxicEffect = { kind: 'delays', delayMs: 0 };

/** The stream on which a toxic acts: for some it follows from what they are. */
export const directionOf = (toxic: Toxic): Direction => {
  switch (toxic.type) {
    case 'down':
    case 'unreachable':
    case 'connect_timeout':
    case 'reset_before':
      return 'upstream';
    case 'reset_after':
      return 'downstream';
    default:
      return toxic.stream ?? 'downstream';
  }
};

export const toxicName = (toxic: Toxic): string => toxic.name ?? `${toxic.type}_${directionOf(toxic)}`;

/** @param bytes Size of the message in this direction, asked only by those that count bytes. */
export const effectOf = (toxic: Toxic, draws: Random, bytes: () => number): ToxicEffect => {
  switch (toxic.type) {
    case 'latency': {
      const jitterMs = toxic.attributes.jitter ?? 0;
      return { kind: 'delays', delayMs: Math.max(0, toxic.attributes.latency + jitterMs * (2 * draws.float() - 1)) };
    }
    case 'bandwidth':
      return toxic.attributes.rate > 0 ? { kind: 'delays', delayMs: bytes() / toxic.attributes.rate } : unharmed;
    case 'slow_close':
      return unharmed;
    case 'timeout':
      return toxic.attributes.timeout > 0
        ? { kind: 'breaks', code: 'UND_ERR_SOCKET', afterMs: toxic.attributes.timeout }
        : { kind: 'swallows' };
    case 'reset_peer':
      return { kind: 'breaks', code: 'ECONNRESET', afterMs: toxic.attributes.timeout };
    case 'limit_data':
      return bytes() > toxic.attributes.bytes ? { kind: 'breaks', code: 'UND_ERR_SOCKET', afterMs: 0 } : unharmed;
    case 'down':
      return { kind: 'breaks', code: 'ECONNREFUSED', afterMs: 0 };
    case 'unreachable':
      return { kind: 'breaks', code: 'EHOSTUNREACH', afterMs: 0 };
    case 'connect_timeout':
      return { kind: 'breaks', code: 'UND_ERR_CONNECT_TIMEOUT', afterMs: toxic.attributes.timeout };
    case 'reset_before':
    case 'reset_after':
      return { kind: 'breaks', code: 'ECONNRESET', afterMs: 0 };
    case 'loss': {
      let waitMs = toxic.attributes.retransmitMs ?? 200;
      let delayMs = 0;
      for (let losses = 0; draws.float() < toxic.attributes.share; losses++) {
        if (losses === maxRetransmissions) return { kind: 'swallows' };
        delayMs += waitMs;
        waitMs *= 2;
      }
      return { kind: 'delays', delayMs };
    }
  }
};
