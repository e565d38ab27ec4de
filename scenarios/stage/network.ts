/**
 * The in-process network: a host name leads to program instances, a request is a call of one
 * instance's `app.fetch` at a later simulated time, and what a real network adds happens on the
 * way (`link.ts`, `toxics.ts`).
 *
 * An exchange has two sides that end separately. The caller's ends with a reply, an error or its
 * timeout; the callee's goes on to its answer whether or not anybody still waits, because that is
 * what a server does with a request whose sender gave up.
 */

import type { Fetch, InboundReply, OutboundRequest, Resolve } from '../../gateway/ports.ts';
import { chooseServer } from './choose-server.ts';
import { type Departure, departureOf, fateOf } from './departure.ts';
import { Exchange, type ExchangeRecord, type Outcome, type Party, type Server } from './exchange.ts';
import { LightRequest, LightResponse } from './light-http.ts';
import { type FaultCount, type Latency, Link } from './link.ts';
import { never } from './never.ts';
import { OpenExchanges } from './open-exchanges.ts';
import { hash32, type Stream } from './random.ts';
import { fieldSeparator as _, type Trace } from './trace.ts';
import { type TransportCode, timeoutError, transportError } from './transport-errors.ts';
import { toUs, type VirtualClock } from './virtual-clock.ts';
import { replyBytes, requestBytes } from './wire-size.ts';

export type ExchangeListener = (exchange: ExchangeRecord) => void;

export interface NetworkCounters {
  /** Requests that reached an `app.fetch`. */
  readonly requests: number;
  /** Requests that callers sent. */
  readonly sent: number;
  /** Ended exchanges by outcome. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** Exchanges that are not over for both sides. */
  readonly open: number;
}

export interface NetworkOptions {
  readonly clock: VirtualClock;
  readonly random: Stream;
  readonly trace: Trace;
  /** Which Request and Response the programs get; see `light-http.ts`. */
  readonly http: 'light' | 'web';
  /** Latency each way of a link that was given none. */
  readonly latency?: Latency;
  /** An `app.fetch` threw instead of answering. */
  readonly onServerError: (server: Server, error: unknown) => void;
}

interface Host {
  readonly name: string;
  readonly program: string;
  readonly servers: Server[];
}

interface Route {
  readonly host: Host;
  readonly link: Link;
}

export class Network {
  readonly #clock: VirtualClock;
  readonly #random: Stream;
  readonly #trace: Trace;
  readonly #http: 'light' | 'web';
  readonly #onServerError: NetworkOptions['onServerError'];
  readonly #hosts = new Map<string, Host>();
  readonly #links = new Map<string, Link>();
  readonly #listeners: ExchangeListener[] = [];
  readonly #outcomes: Partial<Record<Outcome, number>> = {};
  #latency: Latency;
  #requests = 0;
  #sent = 0;
  readonly #open = new OpenExchanges();

  constructor(options: NetworkOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#trace = options.trace;
    this.#http = options.http;
    this.#latency = options.latency ?? { medianMs: 1, sigma: 0.2 };
    this.#onServerError = options.onServerError;
  }

  /** Makes a host name known. Until a server listens on it, connections are refused. */
  addHost(name: string, program: string): void {
    if (!this.#hosts.has(name)) this.#hosts.set(name, { name, program, servers: [] });
  }

  listen(hostName: string, server: Server): void {
    const host = this.#hosts.get(hostName);
    if (host === undefined) throw new Error(`nobody announced the host ${hostName}`);
    host.servers.push(server);
  }

  /** Stops new connections to this server. */
  unlisten(hostName: string, server: Server): void {
    const servers = this.#hosts.get(hostName)?.servers ?? [];
    const at = servers.indexOf(server);
    if (at !== -1) servers.splice(at, 1);
  }

  /** The link between two programs (names as registered, not instances). Made at first use. */
  link(from: string, to: string): Link {
    const name = `${from}->${to}`;
    let link = this.#links.get(name);
    if (link === undefined) {
      link = new Link(name, this.#latency, this.#random.fork(name), this.#resetOpenOn);
      this.#links.set(name, link);
    }
    return link;
  }

  /** Every toxic that ever was on a link, with its counts. */
  faults(): FaultCount[] {
    return [...this.#links.values()].flatMap((link) => link.faults());
  }

  counters(): NetworkCounters {
    return { requests: this.#requests, sent: this.#sent, outcomes: { ...this.#outcomes }, open: this.#open.count };
  }

  /** Called with each exchange once it is over for both sides. */
  onExchange(listener: ExchangeListener): void {
    this.#listeners.push(listener);
  }

  /** Exchanges that a server still works on and that were sent before `beforeUs`; oldest first. */
  unanswered(beforeUs: number): Exchange[] {
    return this.#open.oldestFirst().filter((exchange) => !exchange.calleeDone && exchange.sentUs < beforeUs);
  }

  /** The port's fetch for one party. */
  fetchFor(caller: Party): Fetch {
    const routes = new Map<string, Route>();
    return (url, request) => {
      if (!caller.isAlive || caller.crashPoint('send')) return never();
      const hostEnd = url.indexOf('/', 8);
      const authority = url.slice(url.indexOf('//') + 2, hostEnd === -1 ? url.length : hostEnd);
      let route = routes.get(authority);
      if (route === undefined) {
        const name = authority.split(':', 1)[0] as string;
        const host = this.#hosts.get(name) ?? { name, program: '', servers: [] };
        route = { host, link: this.link(caller.program, host.program || name) };
        if (host.program !== '') routes.set(authority, route);
      }
      const sent = this.#send(caller, route, hostEnd === -1 ? '/' : url.slice(hostEnd), request);
      return caller.crashPoint('sent') ? never() : sent;
    };
  }

  /** The port's resolve for one party: a host that was announced has an address, and always the same. */
  resolveFor(caller: Party): Resolve {
    return (hostname) => {
      if (!caller.isAlive) return never();
      return this.#hosts.has(hostname) ? [addressOf(hostname)] : Promise.reject(transportError('ENOTFOUND', hostname));
    };
  }

  /** A party died: what it served is reset, what it asked has nobody to answer to. */
  sever(party: Party): void {
    for (const exchange of this.#open.oldestFirst()) {
      if (exchange.callee === party && !exchange.calleeDone) {
        exchange.calleeDone = true;
        this.#breakOff(exchange, 'ECONNRESET', exchange.downUs);
      }
      if (exchange.caller === party && !exchange.callerDone) this.#endForCaller(exchange, 'caller-gone');
    }
  }

  /** Nobody listens any more and nothing is under way. What was counted stays. */
  clear(): void {
    for (const { servers } of this.#hosts.values()) servers.length = 0;
    this.#open.clear();
    this.#listeners.length = 0;
  }

  #send(caller: Party, route: Route, path: string, request: OutboundRequest): Promise<InboundReply> {
    const timeoutUs = toUs(request.timeoutMs);
    const { host, link } = route;
    const nowUs = this.#clock.nowUs;
    const draws = link.drawsFor(request.drawKey, nowUs);
    const [upMs, downMs] = link.latencies(draws);
    const callee = chooseServer(host.servers, request.drawKey ?? `${caller.name} ${this.#sent}`);
    const downUs = toUs(downMs);
    this.#sent++;

    return new Promise((resolve, reject) => {
      const exchange = new Exchange(
        caller,
        callee,
        host.name,
        link,
        draws,
        path,
        request,
        nowUs,
        downUs,
        resolve,
        reject,
      );
      this.#open.add(exchange);
      exchange.timeout = this.#clock.schedule(caller.group, timeoutUs, () => {
        exchange.reject(timeoutError(request.timeoutMs));
        this.#endForCaller(exchange, 'timeout');
      });

      const passage = link.pass('upstream', draws, () => requestBytes(exchange), true);
      const upUs = toUs(upMs + passage.delayMs);
      if (passage.end !== null) {
        exchange.calleeDone = true;
        if (passage.end.kind === 'breaks')
          this.#breakOff(exchange, passage.end.code, upUs + downUs + toUs(passage.end.afterMs));
      } else if (callee === null) {
        exchange.calleeDone = true;
        this.#breakOff(exchange, host.program === '' ? 'ENOTFOUND' : 'ECONNREFUSED', upUs + downUs);
      } else {
        exchange.arrival = this.#clock.schedule(callee.group, upUs, () => this.#arrive(exchange, callee));
      }
    });
  }

  #arrive(exchange: Exchange, callee: Server): void {
    exchange.arrival = null;
    exchange.arrivedUs = this.#clock.nowUs;
    if (callee.crashPoint('receive')) return;
    this.#requests++;
    const { method, headers, body } = exchange.request;
    const url = `http://${exchange.host}${exchange.path}`;
    const init = body === undefined ? { method, headers } : { method, headers, body };
    try {
      const request =
        this.#http === 'light' ? (new LightRequest(url, init) as unknown as Request) : new Request(url, init);
      const response = callee.fetch(request);
      if (response instanceof Promise) {
        response.then(
          (answer) => this.#answer(exchange, callee, answer),
          (error) => this.#serverFailed(callee, error),
        );
      } else {
        this.#answer(exchange, callee, response);
      }
    } catch (error) {
      this.#serverFailed(callee, error);
    }
  }

  #answer(exchange: Exchange, callee: Server, response: Response): void {
    if (!callee.isAlive) return;
    const departure = departureOf(response);
    if (response instanceof LightResponse) {
      const body = LightResponse.textOf(response);
      this.#answered(exchange, callee, response.status, response.headers, body, departure);
      return;
    }
    response.text().then(
      (body) => this.#answered(exchange, callee, response.status, response.headers, body, departure),
      (error) => this.#serverFailed(callee, error),
    );
  }

  #answered(
    exchange: Exchange,
    callee: Server,
    status: number,
    headers: Exchange['replyHeaders'],
    body: string,
    departure: Departure | undefined,
  ): void {
    if (!callee.isAlive || callee.crashPoint('answer')) return;
    exchange.answeredUs = this.#clock.nowUs;
    exchange.status = status;
    exchange.replyHeaders = headers;
    exchange.replyBody = body;
    exchange.calleeDone = true;

    const passage = exchange.link.pass('downstream', exchange.draws, () => replyBytes(exchange), !exchange.callerDone);
    departure?.left(!exchange.callerDone);
    if (exchange.callerDone) {
      this.#closeIfOver(exchange);
      return;
    }
    let downUs = exchange.downUs + toUs(passage.delayMs);
    if (departure !== undefined) {
      const fate = fateOf(departure, body.length);
      if (fate.kind === 'breaks') this.#breakOff(exchange, fate.code, downUs);
      if (fate.kind !== 'arrives') return;
      downUs += toUs(fate.afterMs);
    }
    if (passage.end === null) {
      this.#clock.schedule(exchange.caller.group, downUs, () => {
        // A reply that comes too late finds nobody.
        if (exchange.callerDone) return;
        exchange.resolve(new StageReply(status, headers as InboundReply['headers'], body));
        this.#endForCaller(exchange, 'replied');
      });
    } else if (passage.end.kind === 'breaks') {
      this.#breakOff(exchange, passage.end.code, downUs + toUs(passage.end.afterMs));
    }
  }

  /** The caller learns of a broken connection, unless it has given up by then. */
  #breakOff(exchange: Exchange, code: TransportCode, afterUs: number): void {
    if (exchange.callerDone) {
      this.#closeIfOver(exchange);
      return;
    }
    this.#clock.schedule(exchange.caller.group, afterUs, () => {
      if (exchange.callerDone) return;
      exchange.reject(transportError(code, exchange.host));
      this.#endForCaller(exchange, code);
    });
  }

  #endForCaller(exchange: Exchange, outcome: Outcome): void {
    exchange.callerDone = true;
    exchange.outcome = outcome;
    exchange.endedUs = this.#clock.nowUs;
    exchange.timeout?.cancel();
    exchange.timeout = null;
    this.#closeIfOver(exchange);
  }

  #closeIfOver(exchange: Exchange): void {
    if (!exchange.callerDone || !exchange.calleeDone) return;
    this.#open.remove(exchange);
    this.#outcomes[exchange.outcome] = (this.#outcomes[exchange.outcome] ?? 0) + 1;
    const { from, to, method, path, requestBody, sentUs, arrivedUs, answeredUs, status, replyBody, outcome } = exchange;
    this.#trace.recordText(
      'exchange',
      `${from}${_}${to}${_}${method}${_}${path}${_}${requestBody ?? ''}${_}${sentUs}${_}${arrivedUs}${_}${answeredUs}` +
        `${_}${status}${_}${replyBody ?? ''}${_}${outcome}${_}${exchange.endedUs}`,
    );
    for (const listener of this.#listeners) listener(exchange);
  }

  /** A closed port takes its open connections with it; what arrived is still worked on. */
  readonly #resetOpenOn = (link: Link): void => {
    for (const exchange of this.#open.oldestFirst()) {
      if (exchange.link !== link || exchange.callerDone) continue;
      if (exchange.arrival !== null) {
        exchange.arrival.cancel();
        exchange.arrival = null;
        exchange.calleeDone = true;
      }
      this.#breakOff(exchange, 'ECONNRESET', exchange.downUs);
    }
  };

  #serverFailed(callee: Server, error: unknown): void {
    if (callee.isAlive) this.#onServerError(callee, error);
  }
}

/** A public address, so that the programs' own guards see what they would see outside: 11.0.0.0/8 serves no web. */
const addressOf = (hostname: string): string => {
  const number = hash32(hostname);
  return `11.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
};

class StageReply implements InboundReply {
  readonly status: number;
  readonly headers: InboundReply['headers'];
  readonly #body: string;

  constructor(status: number, headers: InboundReply['headers'], body: string) {
    this.status = status;
    this.headers = headers;
    this.#body = body;
  }

  text(): Promise<string> {
    return Promise.resolve(this.#body);
  }
}
