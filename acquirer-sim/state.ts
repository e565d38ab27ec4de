/**
 * What a room puts into a snapshot. Each room that remembers something has one of these; the control
 * API saves, loads and resets them together (`control/README.md`).
 *
 * Wall times are saved as they are. Monotonic times are saved as distances from now: the program
 * that loads them has another zero.
 */
export interface StatePart<Saved = unknown> {
  /** Plain JSON, taken at one moment: nothing is awaited. May share objects with the living state. */
  save(): Saved;
  /** Replaces everything the room remembers. What is given is the room's from now on. */
  load(saved: Saved): void;
  /** Forgets what belongs to one tenant; null = everything. */
  reset(tenant: string | null): void;
}

/** By the name of the room. Loaded in this order: the ledger comes before what points into it. */
export type StateParts = Readonly<Record<string, StatePart>>;

/**
 * The simulator took a request back (reset, restore), so that it was never decided. An answer that
 * is no acquirer's: `app.ts` gives it a status and a header of the simulator's own.
 */
export class TakenBack extends Error {
  override readonly name = 'TakenBack';
  constructor() {
    super('the simulator was reset or restored while this request was in it');
  }
}
