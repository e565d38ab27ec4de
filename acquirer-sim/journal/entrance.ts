/**
 * The outermost skin of the program: turns blocked addresses away and writes the journal.
 *
 * When nothing is blocked and no journal is kept, a request passes with one look.
 */
import type { Context, MiddlewareHandler, Next } from 'hono';
import { frontPages } from '../decided-by.ts';
import { departureOf } from '../faults/departure.ts';
import type { Asked } from '../faults/subject.ts';
import type { Clock } from '../ports.ts';
import { catchReplies, dataOf } from '../reply-data.ts';
import type { Blocklist } from '../tenants/addresses.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Journal } from './journal.ts';
import { maskField } from './mask.ts';
import { accountOf, operationOf, readFields, referenceOf } from './read.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly blocklist: Blocklist;
  /** The tenant of an id on the wire. */
  readonly tenantOf: (account: string) => Tenant | undefined;
  /** What a message is about when it names keys only. */
  readonly orderOf: (fields: ReadonlyMap<string, string>) => string | undefined;
  /** Whether `around` writes the journal at present. */
  readonly isWatchedOutside: () => boolean;
}

const ANSWER_KEPT = 4_096;
const BODY_READ = 65_536;

/** What the Node server puts into Hono's environment. */
interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

/** The first address in `X-Forwarded-For`, or the socket's. */
const addressIn = (forwardedFor: string | null | undefined, environment: unknown): string | null => {
  const forwarded = forwardedFor?.split(',')[0]?.trim();
  return forwarded || ((environment as NodeBindings | undefined)?.incoming?.socket?.remoteAddress ?? null);
};

const addressOf = (c: Context): string | null => addressIn(c.req.header('x-forwarded-for'), c.env);

const textOf = (data: unknown, contentType: string): string => {
  if (typeof data === 'string') return data;
  if (!(data instanceof Uint8Array) && !(data instanceof ArrayBuffer)) return '';
  const charset = /windows-31j|shift_jis/i.test(contentType) ? 'shift_jis' : 'utf-8';
  return new TextDecoder(charset).decode(data);
};

export interface Entrance {
  /** Inside: around the routes. */
  readonly middleware: MiddlewareHandler;
  /** Outside, while fault rules are set: what the caller sent and got, whatever happened between. */
  around(asked: Asked, environment: unknown, serve: () => Promise<Response>): Promise<Response>;
}

const cameOverSocket = (c: Context): boolean => (c.env as NodeBindings | undefined)?.incoming !== undefined;

export const createEntrance = (deps: Dependencies): Entrance => {
  const { clock, journal, blocklist } = deps;

  const fieldsOf = async (c: Context): Promise<ReadonlyMap<string, string>> => {
    const contentType = c.req.header('content-type') ?? '';
    if (c.req.method === 'GET') return readFields('', contentType, c.req.url);
    // What is read first is what the dialect reads too: bytes from a socket, or a charset would be lost.
    const isBytes = cameOverSocket(c) || !/^application\/(?:x-www-form-urlencoded|json)$/.test(contentType);
    const body = isBytes ? new Uint8Array(await c.req.arrayBuffer()) : await c.req.text();
    return readFields(body.slice(0, BODY_READ), contentType, c.req.url);
  };

  const tenantIn = (fields: ReadonlyMap<string, string>): string | null => {
    const account = accountOf(fields);
    return (account === undefined ? undefined : deps.tenantOf(account)?.id) ?? null;
  };

  const isBlocked = async (c: Context): Promise<boolean> => {
    const address = addressOf(c);
    if (address === null) return false;
    const fields = await fieldsOf(c);
    const tenant = tenantIn(fields);
    if (!blocklist.blocksAddress(address, tenant)) return false;
    const counters = deps.tenantOf(accountOf(fields) ?? '')?.counters;
    if (counters !== undefined) {
      counters.arrived += 1;
      counters.refused += 1;
    }
    return true;
  };

  interface Came {
    readonly atMs: number;
    readonly beganMs: number;
    readonly fields: ReadonlyMap<string, string>;
    readonly method: string;
    readonly path: string;
    readonly address: string | null;
  }

  const note = (came: Came, reply: Response, data: unknown): void => {
    const { atMs, beganMs, fields, method, path, address } = came;
    const kept: Record<string, string> = {};
    for (const [name, value] of fields) {
      const masked = maskField(name, value);
      if (masked !== null) kept[name] = masked;
    }
    journal.note({
      atMs,
      tookMs: Math.round((clock.monotonicMs() - beganMs) * 1_000) / 1_000,
      tenant: tenantIn(fields),
      operation: operationOf(fields, path),
      reference: referenceOf(fields) ?? deps.orderOf(fields) ?? null,
      decidedBy: reply.headers.get('breakwater-decided-by'),
      status: reply.status,
      way: departureOf(reply)?.way.how ?? 'whole',
      method,
      path,
      address,
      fields: kept,
      answer: textOf(data, reply.headers.get('content-type') ?? '').slice(0, ANSWER_KEPT),
    });
  };

  const record = async (c: Context, next: Next): Promise<void> => {
    const [atMs, beganMs] = [clock.wallMs(), clock.monotonicMs()];
    const { method, path } = c.req;
    const came: Came = { atMs, beganMs, fields: await fieldsOf(c), method, path, address: addressOf(c) };
    catchReplies(c);
    await next();
    note(came, c.res, await dataOf(c.res));
  };

  const attend = async (c: Context, next: Next): Promise<void> => {
    const served: Next = async () => {
      if (!blocklist.isEmpty() && (await isBlocked(c))) {
        const { body, status, headers } = frontPages.block;
        c.res = c.body(body, status, headers);
      } else await next();
    };
    if (deps.isWatchedOutside()) {
      catchReplies(c);
      await served();
    } else if (journal.on) await record(c, served);
    else await served();
  };

  return {
    middleware: (c, next) => {
      if (!journal.on && blocklist.isEmpty() && !deps.isWatchedOutside()) return next();
      // Neither the control API nor the telephone is the acquirer's front.
      if (c.req.path.startsWith('/sim/') || c.req.path === '/contact') return next();
      return attend(c, next);
    },
    async around({ method, url, headers, body }, environment, serve) {
      if (!journal.on) return serve();
      const [atMs, beganMs] = [clock.wallMs(), clock.monotonicMs()];
      const type = headers['content-type'] ?? '';
      const came: Came = {
        atMs,
        beganMs,
        fields: readFields(body.slice(0, BODY_READ), type, url),
        method,
        path: new URL(url).pathname,
        address: addressIn(headers['x-forwarded-for'], environment),
      };
      const reply = await serve();
      note(came, reply, await dataOf(reply));
      return reply;
    },
  };
};
