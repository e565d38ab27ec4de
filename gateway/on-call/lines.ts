/**
 * Lines to people and whether they are alive: the channels to those on call, tried by our own
 * beats, and the upstream's line to us, on which it beats. On 2017-07-14 the line between two
 * companies was broken, nobody knew, and a restriction was found out by its damage. Pure.
 */
export interface Line {
  readonly id: string;
  /** Last time that it was known to work; at first, when we began to listen. */
  readonly heardMs: number;
  readonly silent: boolean;
}

export interface LineRules {
  readonly beatEveryMs: number;
  readonly missedBeats: number;
}

export const newLine = (id: string, nowMs: number): Line => ({ id, heardMs: nowMs, silent: false });

export const heard = (line: Line, atMs: number): Line => ({
  ...line,
  heardMs: Math.max(line.heardMs, atMs),
  silent: false,
});

/** The line as of now. */
export const listen = (line: Line, nowMs: number, rules: LineRules): Line => ({
  ...line,
  // A sum, as what looks here again is timed by one: of fractions a difference can be a hair less.
  silent: nowMs >= line.heardMs + rules.beatEveryMs * rules.missedBeats,
});
