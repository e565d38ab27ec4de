/**
 * One operation as a client of a payment gateway saw it, and the file of many: NDJSON, one a line.
 *
 * Nothing of the gateway is needed to write it: what was asked, when it began, when the answer was
 * there, what the answer said. So any client can, k6 scripts and other people's SDKs too.
 */
import { z } from 'zod';

/**
 * `charge`: a payment captured at once. `authorise`: one that only holds. `capture`, `refund`: of either;
 * a refund of what is only held lets it go. `read`: a look at the charge.
 */
export const operationNames = ['charge', 'authorise', 'capture', 'refund', 'read'] as const;

/**
 * `ok`: the answer says that it is done (a read: what was seen is in `seen`). `deferred`: accepted, to be done
 * later. `declined`: a definite no for good, under this key too. `refused`: nothing was done, the same key may be
 * tried again. `absent`: a read found no such charge. `unknown`: no answer, or one that leaves it open: a
 * timeout, a connection that broke, a 5xx.
 */
export const outcomes = ['ok', 'deferred', 'declined', 'refused', 'absent', 'unknown'] as const;

export const Operation = z
  .object({
    /** Who asked: one virtual user, one process. */
    client: z.string().min(1),
    op: z.enum(operationNames),
    /** Idempotency key; null where none was sent. Tries of one intent share it. */
    key: z.string().min(1).nullable().default(null),
    /** Charge id; null where no answer named one. */
    object: z.string().min(1).nullable().default(null),
    /** Whole yen; null: all of it (capture, refund), or not said (read). */
    amountYen: z.int().nonnegative().nullable().default(null),
    startedAtMs: z.number(),
    /** When the client had its answer or gave up; null: it never did, and the outcome is unknown. */
    endedAtMs: z.number().nullable(),
    outcome: z.enum(outcomes),
    /** What a read saw. `refundedYen` as PAY.JP counts it: what a partial capture let go is in it. */
    seen: z
      .object({ paid: z.boolean(), captured: z.boolean(), refundedYen: z.int().nonnegative() })
      .optional()
      .describe('of a read that was answered'),
  })
  .superRefine((operation, context) => {
    const { op, object, amountYen, startedAtMs, endedAtMs, outcome, seen } = operation;
    const wrong = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (endedAtMs === null && outcome !== 'unknown')
      wrong('endedAtMs', 'may be null only where the outcome is unknown');
    if (endedAtMs !== null && endedAtMs < startedAtMs) wrong('endedAtMs', 'is before startedAtMs');
    if ((op === 'charge' || op === 'authorise') && amountYen === null) wrong('amountYen', `is needed for ${op}`);
    if (outcome !== 'unknown' && outcome !== 'refused' && object === null) {
      if (outcome === 'ok' || outcome === 'deferred' || op === 'read')
        wrong('object', `is needed where the outcome is ${outcome}`);
    }
    if (op === 'read' && outcome === 'ok' && seen === undefined) wrong('seen', 'is needed of a read that was answered');
    if (op !== 'read' && outcome === 'absent') wrong('outcome', 'absent is what a read finds');
  });
export type Operation = z.infer<typeof Operation>;

export interface LineFault {
  /** From 1. */
  readonly line: number;
  readonly path: string;
  readonly reason: string;
}

export type ReadHistory =
  | { readonly ok: true; readonly operations: readonly Operation[] }
  | { readonly ok: false; readonly faults: readonly LineFault[] };

/** A file with more faults than this is another kind of file. */
const faultsMax = 20;

/** Reads NDJSON; empty lines are passed over. */
export const readHistory = (text: string): ReadHistory => {
  const operations: Operation[] = [];
  const faults: LineFault[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    if (faults.length >= faultsMax) break;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      faults.push({ line: index + 1, path: '', reason: 'is no JSON' });
      continue;
    }
    const read = Operation.safeParse(value);
    if (read.success) operations.push(read.data);
    else
      for (const issue of read.error.issues.slice(0, 3))
        faults.push({ line: index + 1, path: issue.path.join('.'), reason: issue.message });
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, operations };
};

/** One line of the file, with its end. */
export const recordOperation = (operation: z.input<typeof Operation>): string => `${JSON.stringify(operation)}\n`;
