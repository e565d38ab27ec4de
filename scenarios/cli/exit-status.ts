/** How a command ends. Scripts and CI rely on these numbers; none is changed. */

/** Holds, fails, wrong usage or an invalid file, a missing tool or a broken harness, interrupted. */
export const exitStatus = { holds: 0, fails: 1, usage: 2, harness: 3, interrupted: 130 } as const;

/** Something the caller must mend: one clear line each, no stack, nothing written. */
export class UsageError extends Error {
  readonly lines: readonly string[];
  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'UsageError';
    this.lines = lines;
  }
}

/** Something of ours broke, or a tool is missing: not the caller's fault and not the scenario's. */
export class HarnessError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HarnessError';
  }
}
