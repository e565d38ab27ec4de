/**
 * Everything the gateway needs from the world, as interfaces.
 *
 * Nothing in the gateway reads a clock, rolls dice, opens a socket or a file by itself: it is a
 * function of these ports, so that the same code runs on the virtual stage (time jumps, sockets
 * are calls) and on real sockets. A port's in-process implementation passes the same contract
 * suite as the real one (`test/contracts/`).
 */

/** A timer that has not fired yet. */
export interface Timer {
  /** Forgets the timer. Harmless after it fired. */
  cancel(): void;
}

export interface Clock {
  /** Wall time, whole milliseconds since the Unix epoch. May jump. Only for dates that people see. */
  wallMs(): number;
  /** Monotonic time in milliseconds, microsecond resolution. The only clock for durations. */
  monotonicMs(): number;
  /** Calls `wake` once, `delayMs` from now. The cheap primitive: no promise, no signal. */
  after(delayMs: number, wake: () => void): Timer;
  /** Resolves after `delayMs`; rejects with the signal's reason when it aborts first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** A stream of pseudo-random numbers. Forks are independent of how much their parent was used. */
export interface Random {
  /** A child stream fixed by this stream's identity and the label. */
  fork(label: string): Random;
  /** Uniform in [0, 1). */
  float(): number;
  /** Uniform whole number, both ends included. */
  integer(min: number, max: number): number;
}

/** Unpredictable bytes for keys, ids and tokens. */
export interface Entropy {
  /**
   * `length` bytes. `label` says what they are for; live entropy ignores it, the stage keys its
   * stream by it, so that an id depends on what it names and not on the order of arrival.
   */
  bytes(length: number, label: string): Uint8Array;
}

/** Master keys of the card vault, 32 bytes each. */
export interface MasterKeys {
  /** Wraps whatever is sealed from now on. */
  readonly current: Uint8Array;
  /** Records may still be wrapped by these. */
  readonly old: readonly Uint8Array[];
}

/** Secrets that may change while the program runs. */
export interface Secrets {
  /** As they are now. Throws when they cannot be read. */
  masterKeys(): MasterKeys;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Time for the whole exchange, from call to last byte. Past it the call rejects `TimeoutError`. */
  readonly timeoutMs: number;
  /** What the request *is*, for draws on the stage's links (common random numbers). Never sent. */
  readonly drawKey?: string;
  /**
   * Connect to this IP address and to no other, whatever the host's name resolves to by now. The
   * name stays in the `Host` header and in TLS. For targets that were checked by their address.
   */
  readonly address?: string;
  /** Of the reply's body no more is read; what is beyond it is cut off. Only together with `address`. */
  readonly replyBytesMax?: number;
}

export interface InboundReply {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/**
 * Outbound HTTP. Resolves with any complete HTTP reply. Rejects with an `Error` whose `name` is
 * `TimeoutError`, or whose `code` (own, or of its `cause`) is Node's: `ECONNREFUSED`, `ENOTFOUND`,
 * `EHOSTUNREACH`, `ECONNRESET`, `UND_ERR_CONNECT_TIMEOUT`, `UND_ERR_SOCKET`, ...
 */
export type Fetch = (url: string, request: OutboundRequest) => Promise<InboundReply>;

/**
 * The IP addresses (v4 or v6, as text) that a host's name has now; at least one. At once where they
 * are known. Rejects with an `Error` whose `code` is Node's: `ENOTFOUND`, `EAI_AGAIN`, `ETIMEOUT`.
 */
export type Resolve = (hostname: string) => readonly string[] | Promise<readonly string[]>;

/**
 * A structured log, a subset of pino's. `event` names the fact (`breaker.opened`); other fields
 * are ids and numbers. Never a card number, a key or a body.
 */
export interface Log {
  debug(fields: LogFields, message?: string): void;
  info(fields: LogFields, message?: string): void;
  warn(fields: LogFields, message?: string): void;
  error(fields: LogFields, message?: string): void;
}
export type LogFields = { readonly event: string } & Readonly<Record<string, unknown>>;

/** One SQL statement compiled once at start; `Args` names its parameters, `Row` its result. */
export interface Query<Args extends object, Row> {
  readonly sql: string;
  /** Parameters in order: an argument's name, or a constant. */
  readonly parameters: readonly ({ readonly arg: string } | { readonly constant: string | number | null })[];
  /** Never set; carries the types. */
  readonly types?: { args: Args; row: Row };
}

/** Statements inside one unit. Nothing else may be awaited there. */
export interface Tx {
  all<Args extends object, Row>(query: Query<Args, Row>, args: Args): Promise<Row[]>;
  first<Args extends object, Row>(query: Query<Args, Row>, args: Args): Promise<Row | undefined>;
  /** Number of rows changed. */
  run<Args extends object>(query: Query<Args, unknown>, args: Args): Promise<number>;
}

/**
 * The store. A unit is atomic and durable once its promise resolves; it may be re-run from the
 * start by a store that detects conflicts, so it has no effect outside `tx`.
 */
export interface Store {
  unit<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** A consistent read; writes nothing. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

/** A rate to be spent: a GCRA of `burst` requests of `intervalUs` each (`limits/gcra.ts`). */
export interface SharedRate {
  readonly key: string;
  /** Whole microseconds that a request of cost 1 pays for. */
  readonly intervalUs: number;
  /** May differ between askers of one key: whoever says less leaves the rest to the others. */
  readonly burst: number;
  readonly cost: number;
  /** It counts as spent at least this far ahead of now, whatever is stored: what an instance remembers after a loss. */
  readonly aheadUs?: number;
}

/** A slot among those that may be held at once. */
export interface SharedSlot {
  readonly key: string;
  readonly max: number;
  /** Names this holding, for `leave`. */
  readonly holder: string;
  /** The slot is free again after this time even if its holder never leaves: instances die. */
  readonly ttlMs: number;
}

export type SharedAdmission =
  /** `aheadUs`: how far the rate is spent now, for `SharedRate.aheadUs`; 0 when no rate was asked for. */
  | { readonly allowed: true; readonly aheadUs: number }
  | { readonly allowed: false; readonly by: 'rate'; readonly aheadUs: number; readonly retryAfterUs: number }
  | { readonly allowed: false; readonly by: 'slots'; readonly aheadUs: number };

/**
 * What several instances count together: rates, slots and leases. Never the book of record: it may
 * forget everything at any time. Answers at once where it lives in this process; else a promise,
 * which rejects when the shared place cannot be asked (nobody knows then whether it was counted).
 */
export interface Shared {
  /** Takes all of what is asked for, or nothing. */
  admit(ask: { readonly rate?: SharedRate; readonly slot?: SharedSlot }): SharedAdmission | Promise<SharedAdmission>;
  /** Gives a slot back. Harmless when it is not held, or cannot be told. */
  leave(key: string, holder: string): void;
  /**
   * True: `owner` holds `key` for `ttlMs` from now, taken or renewed. To save work, not to exclude:
   * after a loss two may hold it.
   */
  lease(key: string, owner: string, ttlMs: number): boolean | Promise<boolean>;
  /** Ends a lease early. Harmless when another holds it by now. */
  release(key: string, owner: string): void;
  /** Rejects when the shared place cannot be asked. */
  ping(): void | Promise<void>;
}

/** One letter. Header values and the subject are single lines; whoever writes them made sure. */
export interface Letter {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Beside what mail needs anyway: `List-Unsubscribe`, `Auto-Submitted`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The same for every try of one letter, so that a receiver can tell a repetition. */
  readonly messageId: string;
}

/** What became of a letter: taken by the server, not now (try again), or never (a bounce). */
export type Posted = 'taken' | 'not_now' | 'never';

/** Outbound mail. Never rejects. */
export type Mail = (letter: Letter, timeoutMs: number) => Promise<Posted>;
