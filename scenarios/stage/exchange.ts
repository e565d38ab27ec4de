/** One HTTP exchange on the stage, from the caller's call to the last thing that happens to it. */

import type { InboundReply, OutboundRequest, Random } from '../../gateway/ports.ts';
import type { Entry } from './event-heap.ts';
import type { LightHeaders } from './light-headers.ts';
import type { Link } from './link.ts';
import type { TimerGroup } from './timer-group.ts';
import type { TransportCode } from './transport-errors.ts';

/** How the caller saw it end. */
export type Outcome =
  /** A complete reply. */
  | 'replied'
  /** No reply within the caller's time. The callee may have done the work all the same. */
  | 'timeout'
  /** The caller was killed before it could know. */
  | 'caller-gone'
  | TransportCode;

/** What an auditor or tap is shown once an exchange is over for both sides. Times in simulated µs. */
export interface ExchangeRecord {
  /** Instance names; `to` is the host when no instance was reached. */
  readonly from: string;
  readonly to: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string | null;
  readonly sentUs: number;
  /** When the callee's `app.fetch` was called; null when the request never got there. */
  readonly arrivedUs: number | null;
  /** When the callee had answered; null when it never did. The reply may still have been lost. */
  readonly answeredUs: number | null;
  readonly status: number | null;
  readonly replyHeaders: LightHeaders | Headers | null;
  readonly replyBody: string | null;
  readonly outcome: Outcome;
  /** When the caller saw the outcome. */
  readonly endedUs: number;
}

/** Whatever can send or serve: a program instance, or a member of the cast. */
export interface Party {
  /** Program, for links. */
  readonly program: string;
  /** Unique on the stage. */
  readonly name: string;
  readonly group: TimerGroup;
  /** False once killed. */
  readonly isAlive: boolean;
  /** Counts a crash point; true when the party was killed at it. */
  crashPoint(kind: CrashPointKind): boolean;
}

/** A party that listens on a host. */
export interface Server extends Party {
  fetch(request: Request): Response | Promise<Response>;
}

/**
 * Where an instance can be made to die: a store unit before its work, after the work and before
 * the commit, and after the commit; a request before and after it left; an arriving request
 * before it is handled; an answer before it leaves.
 */
export const crashPointKinds = ['unit', 'commit', 'committed', 'send', 'sent', 'receive', 'answer'] as const;
export type CrashPointKind = (typeof crashPointKinds)[number];

/** The mutable exchange the network works on; shown as an `ExchangeRecord` once it is over. */
export class Exchange implements ExchangeRecord {
  readonly caller: Party;
  readonly callee: Server | null;
  readonly host: string;
  readonly link: Link;
  readonly draws: Random;
  readonly request: OutboundRequest;
  readonly path: string;
  readonly sentUs: number;
  /** Base latency of this exchange on its link, drawn when it was sent. */
  readonly downUs: number;
  readonly resolve: (reply: InboundReply) => void;
  readonly reject: (error: Error) => void;

  arrivedUs: number | null = null;
  answeredUs: number | null = null;
  status: number | null = null;
  replyHeaders: LightHeaders | Headers | null = null;
  replyBody: string | null = null;
  outcome: Outcome = 'replied';
  endedUs = 0;

  /** The caller has its outcome, or is dead. */
  callerDone = false;
  /** The callee has answered, is dead, or will never get the request. */
  calleeDone = false;
  timeout: Entry | null = null;
  arrival: Entry | null = null;
  /** Neighbours in the list of open exchanges. */
  earlier: Exchange | null = null;
  later: Exchange | null = null;

  constructor(
    caller: Party,
    callee: Server | null,
    host: string,
    link: Link,
    draws: Random,
    path: string,
    request: OutboundRequest,
    sentUs: number,
    downUs: number,
    resolve: (reply: InboundReply) => void,
    reject: (error: Error) => void,
  ) {
    this.caller = caller;
    this.callee = callee;
    this.host = host;
    this.link = link;
    this.draws = draws;
    this.path = path;
    this.request = request;
    this.sentUs = sentUs;
    this.downUs = downUs;
    this.resolve = resolve;
    this.reject = reject;
  }

  get from(): string {
    return this.caller.name;
  }

  get to(): string {
    return this.callee?.name ?? this.host;
  }

  get method(): string {
    return this.request.method;
  }

  get requestHeaders(): Readonly<Record<string, string>> {
    return this.request.headers;
  }

  get requestBody(): string | null {
    return this.request.body ?? null;
  }

  /** For the message of a run that cannot end. */
  get description(): string {
    return `${this.from} -> ${this.to} ${this.method} ${this.path} (sent at ${this.sentUs / 1000} ms)`;
  }
}
