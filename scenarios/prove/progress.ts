/** One line at the bottom of a terminal while a campaign runs: how far it is, and what was found last. */
import type { Tty } from '../cli/shell.ts';

export interface Progress {
  played(bug: string | null): void;
  found(bug: string, checks: readonly string[]): void;
  close(): void;
}

const clearLine = '\r\u001b[K';

export const createProgress = (
  write: (text: string) => void,
  tty: Tty | null,
  bugs: number,
  nowMs: () => number,
): Progress => {
  let seeds = 0;
  const begun = new Set<string | null>();
  const found = new Set<string>();
  const beganMs = nowMs();
  return {
    found(bug, checks) {
      if (found.has(bug)) return;
      found.add(bug);
      write(`${tty === null ? '' : clearLine}found ${bug}: ${checks.join(', ')}\n`);
    },
    played(bug) {
      seeds += 1;
      begun.add(bug);
      if (tty === null) return;
      const perSecond = seeds / Math.max(0.001, (nowMs() - beganMs) / 1000);
      const line = `${begun.size} of ${bugs} begun, ${found.size} found, ${seeds} seeds, ${perSecond.toFixed(1)}/s  ${bug ?? 'no bug'}`;
      write(clearLine + line.slice(0, tty.columns - 1));
    },
    close() {
      if (tty !== null) write(clearLine);
    },
  };
};
