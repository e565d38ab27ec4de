/**
 * What the simulator needs from the world. Same shapes as the gateway's, written again on
 * purpose: the two programs share nothing, and structural typing lets one stage serve both.
 */

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall time, whole milliseconds since the Unix epoch. */
  wallMs(): number;
  /** Monotonic milliseconds, microsecond resolution. */
  monotonicMs(): number;
  /** Calls `wake` once, `delayMs` from now. Background load runs on this alone: no promise. */
  after(delayMs: number, wake: () => void): Timer;
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** A stream of pseudo-random numbers. Forks are independent of how much their parent was used. */
export interface Random {
  fork(label: string): Random;
  /** Uniform in [0, 1). */
  float(): number;
  /** Uniform whole number, both ends included. */
  integer(min: number, max: number): number;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** What the request is, for the stage's draws. Never sent. */
  readonly drawKey?: string;
}

export interface InboundReply {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

export type Fetch = (url: string, request: OutboundRequest) => Promise<InboundReply>;

export type LogFields = { readonly event: string } & Readonly<Record<string, unknown>>;

/** Structured log, a subset of pino's. */
export interface Log {
  debug(fields: LogFields, message?: string): void;
  info(fields: LogFields, message?: string): void;
  warn(fields: LogFields, message?: string): void;
  error(fields: LogFields, message?: string): void;
}
