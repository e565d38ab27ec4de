/** The last calls that changed the simulator, so that a surprising day can be explained. Bounded. */

export interface ControlCall {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface Changes {
  note(call: ControlCall): void;
  entries(): readonly ControlCall[];
}

const KEPT = 1_000;

export const createChanges = (): Changes => {
  const calls: ControlCall[] = [];
  return {
    note(call) {
      calls.push(call);
      // Cut rarely and by half: a shift per call would move the whole array each time.
      if (calls.length > 2 * KEPT) calls.splice(0, KEPT);
    },
    entries: () => calls.slice(-KEPT),
  };
};
