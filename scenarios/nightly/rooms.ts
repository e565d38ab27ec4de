/** The rooms that `breakwater nightly` knows; a new one is one line. Nothing heavy is loaded before it is asked for. */
import type { Shell } from '../cli/shell.ts';

export interface ProofRequest {
  /** How many seeds, and the first of them. */
  readonly seeds: number;
  readonly from: number;
  /** Where the figures go, as JSON. */
  readonly file: string;
  /** Of live-kills alone: how many blows a run has. */
  readonly kills?: number | undefined;
  /** Of notices alone: ids of the days; absent: all that it knows. */
  readonly days?: readonly string[] | undefined;
}

/** Proves a room, prints what it found and resolves with the exit status. @throws UsageError | HarnessError */
export type Proof = (shell: Shell, request: ProofRequest) => Promise<number>;

export const rooms: Readonly<Record<string, Proof>> = {
  july: async (shell, request) => (await import('./july.ts')).july(shell, request),
  queueing: async (shell, request) => (await import('./queueing.ts')).queueing(shell, request),
  corpora: async (shell, request) => (await import('./corpora.ts')).corpora(shell, request),
  kills: async (shell, request) => (await import('./kills.ts')).kills(shell, request),
  'live-kills': async (shell, request) => (await import('./live-kills.ts')).liveKills(shell, request),
  limits: async (shell, request) => (await import('./limits.ts')).limits(shell, request),
  upstream: async (shell, request) => (await import('./upstream.ts')).upstream(shell, request),
  detection: async (shell, request) => (await import('./detection.ts')).detection(shell, request),
  notices: async (shell, request) => (await import('./notices.ts')).notices(shell, request),
  quiet: async (shell, request) => (await import('./quiet.ts')).quiet(shell, request),
  flow: async (shell, request) => (await import('./flow.ts')).flow(shell, request),
};
