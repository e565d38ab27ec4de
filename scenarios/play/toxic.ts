/**
 * Faults of a link, named and parameterised as Toxiproxy's toxics, so that the same line works
 * on the virtual stage and through a real Toxiproxy server. `down` is what Toxiproxy does by
 * disabling a proxy: connections are refused.
 */
import { z } from 'zod';

const ms = z.int().nonnegative();
/** Share of connections the fault takes hold of; absent: all. */
const toxicity = z.number().min(0).max(1).optional();

export const Toxic = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('latency'), latency: ms, jitter: ms.optional(), toxicity }),
  /** KB per second. */
  z.strictObject({ type: z.literal('bandwidth'), rate: z.number().positive(), toxicity }),
  /** Nothing passes; the connection is closed after `timeout` ms, or never when 0. */
  z.strictObject({ type: z.literal('timeout'), timeout: ms, toxicity }),
  /** The connection is reset after `timeout` ms. */
  z.strictObject({ type: z.literal('reset_peer'), timeout: ms, toxicity }),
  z.strictObject({ type: z.literal('down') }),
]);
export type Toxic = z.infer<typeof Toxic>;
