/**
 * The whole state in one JSON document, and back.
 *
 * What is in it belongs to the rooms (`state.ts`), so a document is opaque: its digest says that it
 * is as this version wrote it. Requests that are in the queue or in service are left out: nothing of
 * them is booked yet, so the document is the state of an acquirer that never got them.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { StateParts } from '../state.ts';
import { Refusal } from './operation.ts';

const FORMAT = 'breakwater-acquirer-snapshot';
/** Raised whenever a room's shape changes: an older document is refused rather than half understood. */
export const SNAPSHOT_VERSION = 1;

export const Snapshot = z.strictObject({
  format: z.literal(FORMAT),
  version: z.int(),
  acquirer: z.string(),
  dialect: z.string(),
  takenAtMs: z.number().describe('Wall time'),
  leftOut: z.int().describe('Requests that were under way, and are not in it'),
  digest: z.string().describe('SHA-256 of `state`, hex'),
  state: z.record(z.string(), z.unknown()).describe('Opaque: it changes with the version'),
});
export type Snapshot = z.infer<typeof Snapshot>;

interface Dependencies {
  readonly acquirer: string;
  readonly dialect: string;
  readonly parts: StateParts;
  readonly wallMs: () => number;
  readonly awaited: () => number;
  /** Shows what the loaded layers come to once all are there: half of them may be another capacity. */
  readonly together: (change: () => void) => void;
}

export interface Snapshots {
  take(): Snapshot;
  /** Replaces the whole state; answers why it did not. */
  restore(snapshot: Snapshot): Refusal | null;
}

export const createSnapshots = ({ acquirer, dialect, parts, wallMs, awaited, together }: Dependencies): Snapshots => {
  const names = Object.keys(parts);

  /** A copy: the rooms go on with their own. */
  const stateNow = (): { text: string; state: Record<string, unknown> } => {
    const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, parts[name]?.save()])));
    return { text, state: JSON.parse(text) };
  };

  const load = (state: Readonly<Record<string, unknown>>): void =>
    together(() => {
      for (const name of names) parts[name]?.load(state[name]);
    });

  return {
    take() {
      const { text, state } = stateNow();
      return {
        format: FORMAT,
        version: SNAPSHOT_VERSION,
        acquirer,
        dialect,
        takenAtMs: wallMs(),
        leftOut: awaited(),
        digest: hash('sha256', text),
        state,
      };
    },
    restore(snapshot) {
      if (snapshot.version !== SNAPSHOT_VERSION) {
        return new Refusal(409, 'version', `is ${snapshot.version}; this simulator reads ${SNAPSHOT_VERSION}`);
      }
      if (snapshot.dialect !== dialect) return new Refusal(409, 'dialect', `is not that of this acquirer, ${dialect}`);
      if (snapshot.acquirer !== acquirer) return new Refusal(409, 'acquirer', `is not this one, ${acquirer}`);
      const text = JSON.stringify(snapshot.state);
      if (hash('sha256', text) !== snapshot.digest) return new Refusal(400, 'digest', 'does not fit the state');
      const missing = names.find((name) => !(name in snapshot.state));
      if (missing !== undefined) return new Refusal(400, `state.${missing}`, 'is missing');
      const before = stateNow().state;
      try {
        load(snapshot.state);
        return null;
      } catch (error) {
        load(before);
        return new Refusal(400, 'state', `cannot be restored: ${error instanceof Error ? error.message : 'unknown'}`);
      }
    },
  };
};
