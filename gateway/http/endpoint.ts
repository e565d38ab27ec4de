/**
 * What every API call has in common, in order: authenticate the key, limit, check the body.
 * A refusal here has no side effect, so SDKs may repeat it blindly (design.md section 6.1).
 *
 * One wrapper rather than a chain of middlewares: the stage sends a hundred thousand requests
 * through here, and the order of refusals is easier to read in one place.
 */
import type { Context, Handler } from 'hono';
import { routePath } from 'hono/route';
import { type Decider, type GatewayError, renderError } from '../errors.ts';
import type { Limiter, Zone } from '../limits/limiter.ts';
import type { Merchants, Mode, Principal } from '../merchants/merchants.ts';
import type { NonRetention } from '../non-retention/non-retention.ts';
import { type CardEndpoint, passthroughKeyPrefix } from '../non-retention/parameters.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock, Log } from '../ports.ts';
import { renewalKeyPrefix } from '../subscriptions/keys.ts';
import { deadlineHeader, deadlineOf } from '../upstream/admission/deadline.ts';
import { type Addresses, networkOf } from './address.ts';
import { type Form, parseForm } from './body.ts';
import type { Mark, Requests } from './requests.ts';

/** One authenticated call with its parsed parameters. */
export interface Call {
  readonly principal: Principal;
  readonly form: Form;
  /** `:id` of the path, or ''. */
  readonly id: string;
  /** `:card` of the path, or ''. */
  readonly cardId: string;
  /** `:subscription` of the path, or ''. */
  readonly subscriptionId: string;
  readonly idempotencyKey: string | null;
  readonly path: string;
  /** As it was asked, with the host: for addresses that lead back here. */
  readonly url: string;
  /** The raw body, for the idempotency hash. */
  readonly text: string;
  /** Monotonic: when it must be answered; absent: no deadline is kept. */
  readonly untilMs?: number | undefined;
  /** The client's IP address (`http/address.ts`); null when nobody says. */
  readonly address: string | null;
}

/** An answer before it is HTTP. */
export interface Answer {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
  readonly decidedBy: Decider;
  readonly acquirer?: string | undefined;
  /** `Breakwater-Outcome`. */
  readonly outcome?: 'unknown' | 'deferred' | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export const ok = (value: unknown, more: Partial<Answer> = {}): Answer => ({
  status: 200,
  body: JSON.stringify(value),
  decidedBy: 'gateway',
  ...more,
});

export const refused = (error: GatewayError, acquirer?: string): Answer => {
  const rendered = renderError(error);
  return {
    status: rendered.status,
    body: JSON.stringify({ error: rendered.error }),
    decidedBy: rendered.decidedBy,
    headers: rendered.headers,
    acquirer,
  };
};

export interface EndpointDeps {
  readonly log: Log;
  readonly merchants: Merchants;
  readonly limiter: Limiter;
  readonly requests: Pick<Requests, 'begin' | 'end'>;
  readonly addresses: Addresses;
  /** Hears of every refusal by the limiter, for abuse control and the counts; null: no merchant, an address. */
  readonly onRefused: (merchantId: string | null, by: Zone | 'concurrency' | 'address', mode: Mode) => void;
  /** Hears of every answer to a merchant: abuse control looks at what its requests are worth. */
  readonly onAnswered: (merchantId: string, mode: Mode, method: string, status: number) => void;
  /** Hears whether a call could be served at all: `broken` is a fault of ours. */
  readonly onServed?: (merchantId: string, broken: boolean) => void;
  /** Why a merchant has less than its rate now, for the refusal; undefined when it has all of it. */
  readonly heldBecause: (merchantId: string) => string | undefined;
  /** What becomes of card numbers that a merchant's server sends. */
  readonly cardNumbers: Pick<NonRetention, 'receive'>;
  /** How long planned work still stops the API; null: it is open. */
  readonly stoppedForMs?: () => number | null;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly deadline: Policy['upstream']['deadline'];
}

export interface EndpointOptions {
  readonly zone: Zone;
  /** Which keys may call; `pk` endpoints accept secret keys too. */
  readonly keys: 'sk' | 'pk';
  /** Takes, or once took, card numbers from servers. */
  readonly cards?: CardEndpoint;
}

export type Endpoint = (options: EndpointOptions, handle: (call: Call) => Promise<Answer>) => Handler;

/** `requestId` is left out where the request has its name already. */
export const send = (context: Context, answer: Answer, requestId?: string, leftMs?: number): Response => {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json; charset=utf-8',
    'Breakwater-Decided-By': answer.decidedBy,
  };
  if (requestId !== undefined) headers['Breakwater-Request-Id'] = requestId;
  if (leftMs !== undefined) headers[deadlineHeader] = String(leftMs);
  if (answer.acquirer !== undefined) headers['Breakwater-Acquirer'] = answer.acquirer;
  if (answer.outcome !== undefined) headers['Breakwater-Outcome'] = answer.outcome;
  if (answer.headers !== undefined) Object.assign(headers, answer.headers);
  return context.body(answer.body, answer.status as 200, headers);
};

export const createEndpoint = (deps: EndpointDeps): Endpoint => {
  const { log, merchants, limiter, requests, addresses, onRefused, onAnswered, cardNumbers } = deps;
  const answer = async (
    context: Context,
    mark: Mark,
    options: EndpointOptions,
    handle: (call: Call) => Promise<Answer>,
  ): Promise<Answer> => {
    const stoppedForMs = deps.stoppedForMs?.() ?? null;
    if (stoppedForMs !== null) return refused({ kind: 'under_maintenance', retryAfterMs: stoppedForMs });
    const header = context.req.header('Authorization');
    const address = addresses.of(context);
    if (address !== null && !merchants.knows(header)) {
      // Before anything is looked up: whoever tries keys costs us nothing but this.
      const asked = limiter.tryKey(networkOf(address));
      const waitMs = asked instanceof Promise ? await asked : asked;
      if (waitMs > 0) {
        onRefused(null, 'address', 'live');
        return refused({ kind: 'over_capacity', retryAfterMs: waitMs });
      }
    }
    const found = merchants.authenticate(header);
    const principal = found instanceof Promise ? await found : found;
    if (!principal.ok) return refused(principal.error);
    const { merchant, kind, mode } = principal.value;
    mark.merchant = merchant.id;
    if (kind === 'pk' && options.keys === 'sk') return refused({ kind: 'public_key_refused' });
    if (merchant.pausedReason !== null) return refused({ kind: 'merchant_paused', reason: merchant.pausedReason });

    const zone = options.zone === 'pk' && kind === 'sk' ? 'sk' : options.zone;
    const asked = limiter.admit({ merchantId: merchant.id, mode, zone });
    const admitted = asked instanceof Promise ? await asked : asked;
    if (!admitted.allowed) {
      onRefused(merchant.id, admitted.by, mode);
      const because = deps.heldBecause(merchant.id);
      return refused({
        kind: 'over_capacity',
        retryAfterMs: admitted.retryAfterMs,
        ...(because === undefined ? {} : { because }),
      });
    }
    const method = context.req.method;
    try {
      const path = context.req.path;
      const text = method === 'POST' ? await context.req.text() : queryOf(context.req.url);
      const untilMs =
        method === 'POST' ? deadlineOf(deps.deadline, context.req.header(deadlineHeader), mark.beganMs) : undefined;
      mark.untilMs = untilMs;
      const sent = { method, path, text, address, untilMs };
      const answered = await within(context, principal.value, sent, options.cards, handle);
      onAnswered(merchant.id, mode, method, answered.status);
      return answered;
    } finally {
      limiter.leave(merchant.id, admitted.holder);
    }
  };

  /** A call that was let in. */
  const within = async (
    context: Context,
    principal: Principal,
    {
      method,
      path,
      text,
      address,
      untilMs,
    }: Pick<Call, 'path' | 'text' | 'address' | 'untilMs'> & { readonly method: string },
    cards: CardEndpoint | undefined,
    handle: (call: Call) => Promise<Answer>,
  ): Promise<Answer> => {
    const form = parseForm(text);
    if (!form.ok) return refused(form.error);
    // No PostgreSQL text can hold it, so nothing has such an id.
    if (path.includes('\0')) return refused({ kind: 'no_route', method, path: 'with %00' });
    const key = method === 'POST' ? context.req.header('Idempotency-Key') : undefined;
    if (key !== undefined && (key.length === 0 || key.length > 255))
      return refused({ kind: 'request', code: 'invalid_string_length', param: 'Idempotency-Key' });
    if (key?.startsWith(renewalKeyPrefix) === true || key?.startsWith(passthroughKeyPrefix) === true)
      return refused({ kind: 'request', code: 'invalid_param_key', param: 'Idempotency-Key' });
    const call: Call = {
      principal,
      form: form.value,
      id: context.req.param('id') ?? '',
      cardId: context.req.param('card') ?? '',
      subscriptionId: context.req.param('subscription') ?? '',
      idempotencyKey: key ?? null,
      path,
      url: context.req.url,
      text,
      address,
      untilMs,
    };
    if (cards === undefined || principal.kind === 'pk') return handle(call);
    return cardNumbers.receive(cards, call, (name) => context.req.header(name), handle);
  };

  /** What is left of its deadline, whole milliseconds. */
  const leftMs = ({ untilMs }: Mark): number | undefined =>
    untilMs === undefined ? undefined : Math.max(0, Math.floor(untilMs - deps.clock.monotonicMs()));

  return (options, handle) => async (context) => {
    const mark = requests.begin();
    let given: Answer;
    let broken = false;
    try {
      given = await answer(context, mark, options, handle);
    } catch (reason) {
      // The pattern and not the path, where somebody may have put a card number.
      log.error({ event: 'request.broke', request: mark.id, route: routePath(context), reason: describe(reason) });
      given = refused({ kind: 'ours' });
      broken = true;
    }
    deps.onServed?.(mark.merchant ?? '', broken);
    requests.end(context, mark, given);
    return send(context, given, mark.id, leftMs(mark));
  };
};

/** What went wrong, for the log: no request content, so no card number can be in it. */
export const describe = (reason: unknown): string =>
  reason instanceof Error ? (reason.stack ?? `${reason.name}: ${reason.message}`) : typeof reason;

const queryOf = (url: string): string => {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at + 1);
};
