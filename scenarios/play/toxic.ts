/**
 * Faults of a link, named and parameterised as Toxiproxy's toxics, so that the same line works
 * on the virtual stage and through a real Toxiproxy server. `down` is what Toxiproxy does by
 * disabling a proxy: connections are refused.
 */
import { z } from 'zod';

const ms = z.int().nonnegative();
/** Share of connections the fault takes hold of; absent: all. */
const toxicity = z.number().min(0).max(1).optional();
/** Requests travel upstream, replies downstream. Absent: downstream, as in Toxiproxy. */
const stream = z.enum(['upstream', 'downstream']).optional();

export const Toxic = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('latency'), latency: ms, jitter: ms.optional(), stream, toxicity }),
  /** KB per second. */
  z.strictObject({ type: z.literal('bandwidth'), rate: z.number().positive(), stream, toxicity }),
  /** Nothing passes; the connection is closed after `timeout` ms, or never when 0. */
  z.strictObject({ type: z.literal('timeout'), timeout: ms, stream, toxicity }),
  /** The connection is reset after `timeout` ms. */
  z.strictObject({ type: z.literal('reset_peer'), timeout: ms, stream, toxicity }),
  z.strictObject({ type: z.literal('down') }),
  // The rest no proxy can do, and the virtual stage alone has it.
  /** No route: nothing was sent. */
  z.strictObject({ type: z.literal('unreachable'), toxicity }),
  /** No handshake within `timeout` ms: nothing was sent. */
  z.strictObject({ type: z.literal('connect_timeout'), timeout: ms, toxicity }),
  /** Reset before the request arrived. */
  z.strictObject({ type: z.literal('reset_before'), toxicity }),
  /** The request arrived, its reply is lost in a reset. */
  z.strictObject({ type: z.literal('reset_after'), toxicity }),
  /** Each packet is lost with probability `share`, and sent again after `retransmitMs`. */
  z.strictObject({
    type: z.literal('loss'),
    share: z.number().min(0).max(1),
    retransmitMs: ms.optional(),
    stream,
    toxicity,
  }),
]);
export type Toxic = z.infer<typeof Toxic>;
