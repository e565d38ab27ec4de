/**
 * What every API call has in common, in order: authenticate the key, check the body, limit.
 * A refusal here has no side effect, so SDKs may repeat it blindly (design.md section 6.1).
 *
 * One wrapper rather than a chain of middlewares: the stage sends a hundred thousand requests
 * through here, and the order of refusals is easier to read in one place.
 */
import type { Context, Handler } from 'hono';
import { routePath } from 'hono/route';
import { type Decider, type GatewayError, renderError } from '../errors.ts';
import type { Limiter, Zone } from '../limits/limiter.ts';
import type { Merchants, Principal } from '../merchants/merchants.ts';
import type { Log } from '../ports.ts';
import { renewalKeyPrefix } from '../subscriptions/keys.ts';
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
  /** Hears of every refusal by the limiter, for abuse control and the counts. */
  readonly onRefused: (merchantId: string, by: Zone | 'concurrency') => void;
  readonly directTokens: 'relaxed' | 'required';
}

export interface EndpointOptions {
  readonly zone: Zone;
  /** Which keys may call; `pk` endpoints accept secret keys too. */
  readonly keys: 'sk' | 'pk';
  /** Takes card numbers: a secret key has to say that it means to send them, where that is required. */
  readonly takesCards?: boolean;
}

export type Endpoint = (options: EndpointOptions, handle: (call: Call) => Promise<Answer>) => Handler;

/** `requestId` is left out where the request has its name already. */
export const send = (context: Context, answer: Answer, requestId?: string): Response => {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json; charset=utf-8',
    'Breakwater-Decided-By': answer.decidedBy,
  };
  if (requestId !== undefined) headers['Breakwater-Request-Id'] = requestId;
  if (answer.acquirer !== undefined) headers['Breakwater-Acquirer'] = answer.acquirer;
  if (answer.outcome !== undefined) headers['Breakwater-Outcome'] = answer.outcome;
  if (answer.headers !== undefined) Object.assign(headers, answer.headers);
  return context.body(answer.body, answer.status as 200, headers);
};

export const createEndpoint = (deps: EndpointDeps): Endpoint => {
  const { log, merchants, limiter, requests, onRefused, directTokens } = deps;
  const answer = async (
    context: Context,
    mark: Mark,
    options: EndpointOptions,
    handle: (call: Call) => Promise<Answer>,
  ): Promise<Answer> => {
    const found = merchants.authenticate(context.req.header('Authorization'));
    const principal = found instanceof Promise ? await found : found;
    if (!principal.ok) return refused(principal.error);
    const { merchant, kind, mode } = principal.value;
    mark.merchant = merchant.id;
    if (kind === 'pk' && options.keys === 'sk') return refused({ kind: 'public_key_refused' });
    if (directTokens === 'required' && options.takesCards === true && kind === 'sk')
      if (context.req.header('X-Payjp-Direct-Token-Generate')?.toLowerCase() !== 'true')
        return refused({ kind: 'request', code: 'unsafe_credit_card_param' });
    if (merchant.pausedReason !== null) return refused({ kind: 'merchant_paused', reason: merchant.pausedReason });

    const zone = options.zone === 'pk' && kind === 'sk' ? 'sk' : options.zone;
    const taken = limiter.take({ merchantId: merchant.id, mode, zone });
    if (!taken.allowed) {
      onRefused(merchant.id, zone);
      return refused({ kind: 'over_capacity', retryAfterMs: taken.retryAfterMs });
    }
    const method = context.req.method;
    const path = context.req.path;
    const text = method === 'POST' ? await context.req.text() : queryOf(context.req.url);
    const form = parseForm(text);
    if (!form.ok) return refused(form.error);
    // No PostgreSQL text can hold it, so nothing has such an id.
    if (path.includes('\0')) return refused({ kind: 'no_route', method, path: 'with %00' });

    if (!limiter.enter(merchant.id)) {
      onRefused(merchant.id, 'concurrency');
      return refused({ kind: 'over_capacity', retryAfterMs: 1000 });
    }
    try {
      const key = method === 'POST' ? context.req.header('Idempotency-Key') : undefined;
      if (key !== undefined && (key.length === 0 || key.length > 255))
        return refused({ kind: 'request', code: 'invalid_string_length', param: 'Idempotency-Key' });
      if (key?.startsWith(renewalKeyPrefix) === true)
        return refused({ kind: 'request', code: 'invalid_param_key', param: 'Idempotency-Key' });
      return await handle({
        principal: principal.value,
        form: form.value,
        id: context.req.param('id') ?? '',
        cardId: context.req.param('card') ?? '',
        subscriptionId: context.req.param('subscription') ?? '',
        idempotencyKey: key ?? null,
        path,
        url: context.req.url,
        text,
      });
    } finally {
      limiter.leave(merchant.id);
    }
  };

  return (options, handle) => async (context) => {
    const mark = requests.begin();
    let given: Answer;
    try {
      given = await answer(context, mark, options, handle);
    } catch (reason) {
      // The pattern and not the path, where somebody may have put a card number.
      log.error({ event: 'request.broke', request: mark.id, route: routePath(context), reason: describe(reason) });
      given = refused({ kind: 'ours' });
    }
    requests.end(context, mark, given);
    return send(context, given, mark.id);
  };
};

/** What went wrong, for the log: no request content, so no card number can be in it. */
export const describe = (reason: unknown): string =>
  reason instanceof Error ? (reason.stack ?? `${reason.name}: ${reason.message}`) : typeof reason;

const queryOf = (url: string): string => {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at + 1);
};
