/** Both dialects behind real loopback ports, and a plain socket client that sees bytes, not answers. */

import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { serve } from '@hono/node-server';
import { type Acquirer, type AcquirerConfigInput, createAcquirer, onSockets } from '../../../acquirer-sim/app.ts';
import { createLiveClock } from '../../../acquirer-sim/clock.ts';
import type { FaultRuleInput } from '../../../acquirer-sim/faults/rule.ts';
import { createLiveFetch } from '../../../acquirer-sim/fetch.ts';
import { createLiveRandom } from '../../../acquirer-sim/random.ts';
import { escottConfig } from '../escott/card.ts';
import type { Json } from '../world.ts';

const fast = { mean: 0.1, sigma: 0 };
const capacity = {
  workers: 8,
  queueMax: 1_000,
  listingLagMaxMs: 0,
  serviceMs: { check: fast, authorise: fast, capture: fast, change: fast, void: fast, search: fast },
};

export const SHOP = { ShopID: 'tshop00000001', ShopPass: 'abcd1234' };

const configs: Readonly<Record<'escott' | 'gmo', AcquirerConfigInput>> = {
  escott: escottConfig({ capacity }),
  gmo: {
    id: 'gmo',
    dialect: 'gmo-pg',
    capacity,
    tenants: [{ id: 'gateway', shopId: SHOP.ShopID, shopPass: SHOP.ShopPass }],
  },
};

/** What came over a socket, and how it stood when nobody waited any more. */
export interface Heard {
  readonly bytes: Buffer;
  readonly ended: 'open' | 'closed' | 'reset';
  /** From the request to the first byte, and to the last. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly text: string;
  readonly pairs: Readonly<Record<string, string>>;
}

export interface Ask {
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  /** How long to listen when no complete reply comes. */
  readonly waitMs?: number;
  /** How much longer to listen after a complete one. */
  readonly lingerMs?: number;
  readonly json?: boolean;
}

const parse = (bytes: Buffer) => {
  const at = bytes.indexOf('\r\n\r\n');
  const head = at < 0 ? '' : bytes.subarray(0, at).toString('latin1');
  const body: Buffer = at < 0 ? Buffer.alloc(0) : bytes.subarray(at + 4);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(first.split(' ')[1] ?? 0), headers, body };
};

const isComplete = (bytes: Buffer): boolean => {
  const { headers, body, status } = parse(bytes);
  return status > 0 && body.length >= Number(headers['content-length'] ?? Infinity);
};

/** One connection; requests go out one after the other. */
export class Line {
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #ended: Heard['ended'] = 'open';
  #heard: () => void = () => {};
  #firstMs = 0;
  #lastMs = 0;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk: Buffer) => {
      if (this.#bytes.length === 0) this.#firstMs = performance.now();
      this.#lastMs = performance.now();
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#heard();
    });
    this.#socket.on('error', () => this.#end('reset'));
    this.#socket.on('close', () => this.#end('closed'));
  }

  #end(how: Heard['ended']): void {
    if (this.#ended === 'open') this.#ended = how;
    this.#heard();
  }

  async ask({ path, fields, waitMs = 3_000, lingerMs = 0, json = false }: Ask): Promise<Heard> {
    this.#bytes = Buffer.alloc(0);
    const body = json ? JSON.stringify(fields) : new URLSearchParams(fields).toString();
    const type = json ? 'application/json' : 'application/x-www-form-urlencoded';
    const fromMs = performance.now();
    this.#socket.write(
      `POST ${path} HTTP/1.1\r\nHost: acquirer\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      const look = (): void => {
        if (this.#ended === 'open' && !isComplete(this.#bytes)) return;
        clearTimeout(timer);
        setTimeout(resolve, this.#ended === 'open' ? lingerMs : 0);
      };
      this.#heard = look;
      look();
    });
    this.#heard = () => {};
    const parsed = parse(this.#bytes);
    const text = parsed.body.toString('utf8');
    return {
      bytes: this.#bytes,
      ended: this.#ended,
      firstMs: this.#firstMs - fromMs,
      lastMs: this.#lastMs - fromMs,
      ...parsed,
      text,
      pairs: Object.fromEntries(
        text.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
      ),
    };
  }

  close(): void {
    this.#socket.destroy();
  }
}

export interface Side {
  readonly port: number;
  readonly acquirer: Acquirer;
  /** One request on a connection of its own. */
  ask(request: Ask): Promise<Heard>;
  line(): Line;
  set(rule: FaultRuleInput): Promise<Json>;
  control(method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }>;
  /** Kinds and results of the ledger's rows of a reference. */
  booked(reference: string): Promise<string[]>;
}

export interface Sockets {
  readonly escott: Side;
  readonly gmo: Side;
  close(): Promise<void>;
}

const startSide = async (config: AcquirerConfigInput) => {
  const clock = createLiveClock();
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const random = createLiveRandom(1);
  const acquirer = createAcquirer({ clock, random, fetch: createLiveFetch(), log: silent, config });
  const { promise, resolve } = Promise.withResolvers<AddressInfo>();
  const server = serve({ fetch: onSockets(clock, acquirer.app.fetch), port: 0, hostname: '127.0.0.1' }, resolve);
  const { port } = await promise;
  const lines: Line[] = [];
  const line = (): Line => {
    const one = new Line(port);
    lines.push(one);
    return one;
  };
  const control: Side['control'] = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}/sim/v1${path}`, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, json: await answer.json() };
  };
  const side: Side = {
    port,
    acquirer,
    line,
    control,
    async ask(request) {
      const one = line();
      const heard = await one.ask(request);
      one.close();
      return heard;
    },
    async set(rule) {
      const { status, json } = await control('POST', '/faults', { ttlMs: 600_000, ...rule });
      if (status !== 201) throw new Error(JSON.stringify(json));
      return json;
    },
    async booked(reference) {
      const { json } = await control('GET', '/ledger?limit=10000');
      return json.rows
        .filter((row: Json) => row.reference === reference)
        .map((row: Json) => `${row.kind} ${row.result} ${row.amountYen}`);
    },
  };
  return {
    side,
    async close() {
      for (const one of lines) one.close();
      await acquirer.stop();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed.promise;
    },
  };
};

export const startSockets = async (): Promise<Sockets> => {
  const [escott, gmo] = await Promise.all([startSide(configs.escott), startSide(configs.gmo)]);
  return {
    escott: escott.side,
    gmo: gmo.side,
    async close() {
      await Promise.all([escott.close(), gmo.close()]);
    },
  };
};
