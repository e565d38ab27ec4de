/**
 * A name for every request, and what is counted and written down when it is answered.
 *
 * The name is ours alone: one sent from outside could be another request's, or a card number. One
 * draw names the instance's life and a number the request in it, because a draw for each of a
 * hundred thousand requests would cost more than everything else here.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Counts } from '../metrics/counts.ts';
import type { Clock, Entropy, Log } from '../ports.ts';
import { type Answer, send } from './endpoint.ts';

/** One request under way. */
export interface Mark {
  /** `req_`, 16 hex digits of the instance's life, 12 of the request. In `Breakwater-Request-Id` and the log. */
  readonly id: string;
  readonly beganMs: number;
  /** Whose it is, once the key was good. */
  merchant: string | null;
  /** Monotonic: when it must be answered, once that is known. */
  untilMs: number | undefined;
}

export interface Requests {
  begin(): Mark;
  /** Told once with every answer. */
  end(context: Context, mark: Mark, answer: Ended): void;
  /** For folders of calls that are few: begins, ends and names what their handlers answer. */
  readonly marked: MiddlewareHandler;
  /** An answer to what no route matched. */
  unrouted(context: Context, answer: Answer): Response;
}

export interface RequestsDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly counts: Counts;
  readonly instanceId: string;
  /** A line for every answer. */
  readonly logRequests: boolean;
}

/** What is told of an answer. */
export type Ended = Pick<Answer, 'acquirer' | 'outcome'> & {
  readonly status: number;
  readonly decidedBy: string;
  readonly body?: string;
};

/** The charge of an answer that is not the last word: its other lines in the log name it too. */
const chargeOf = (body: string): string | undefined => {
  const told = JSON.parse(body) as { id?: string; error?: { charge?: string } };
  return told.error?.charge ?? told.id;
};

/** No route: one label for all of them, or whoever tries paths would fill the memory. */
const noRoute = '(none)';
/** As sent, any word may be a method. */
const methods = new Set(['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS']);

export const createRequests = (deps: RequestsDeps): Requests => {
  const { clock, log, counts, logRequests } = deps;
  const life = Buffer.from(deps.entropy.bytes(8, `requests/${deps.instanceId}`)).toString('hex');
  let number = 0;

  const begin = (): Mark => {
    number += 1;
    const id = `req_${life}${number.toString(16).padStart(12, '0')}`;
    return { id, beganMs: clock.monotonicMs(), merchant: null, untilMs: undefined };
  };

  const end: Requests['end'] = (context, { id, beganMs, merchant }, { status, decidedBy, acquirer, outcome, body }) => {
    const sent = context.req.method;
    const method = methods.has(sent) ? sent : '(other)';
    const found = routePath(context);
    // What matched may be no more than the `marked` in front of a whole folder of routes.
    const route = found === '' || (found.endsWith('*') && (status === 404 || status === 405)) ? noRoute : found;
    const durationMs = clock.monotonicMs() - beganMs;
    counts.answered({ method, route, status, decidedBy }, durationMs);
    if (logRequests)
      log.info({
        event: 'request.answered',
        request: id,
        method,
        route,
        status,
        decidedBy,
        durationMs: Math.round(durationMs * 1000) / 1000,
        ...(merchant === null ? {} : { merchant }),
        ...(acquirer === undefined ? {} : { acquirer }),
        ...(outcome === undefined || body === undefined ? {} : { outcome, charge: chargeOf(body) }),
      });
  };

  return {
    begin,
    end,
    unrouted(context, answer) {
      // In a folder that is marked, the answer is counted and named there.
      if (routePath(context) !== '') return send(context, answer);
      const mark = begin();
      end(context, mark, answer);
      return send(context, answer, mark.id);
    },
    async marked(context, next) {
      const mark = begin();
      await next();
      const { status, headers } = context.res;
      headers.set('Breakwater-Request-Id', mark.id);
      end(context, mark, { status, decidedBy: headers.get('Breakwater-Decided-By') ?? 'gateway' });
    },
  };
};
