/** What a command needs of the terminal it runs in, so that nothing below `main.ts` reaches for `process`. */

export interface Shell {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  note(text: string): void;
  /** Of standard output, and of standard error: whether a person watches, and how wide. */
  readonly outTty: Tty | null;
  readonly noteTty: Tty | null;
  /** Monotonic milliseconds, for how long things took on the wall. */
  nowMs(): number;
  /** Calls `act` once; the returned function forgets it. */
  after(delayMs: number, act: () => void): () => void;
  /** Calls `act` each time somebody asks the command to end (Ctrl-C); the returned function stops listening. */
  onInterrupt(act: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
}

export interface Tty {
  readonly columns: number;
  readonly colour: boolean;
}
