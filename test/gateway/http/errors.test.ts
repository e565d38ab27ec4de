import { describe, expect, it } from 'vitest';
import { type GatewayError, renderError } from '../../../gateway/errors.ts';

/** status, type, code, decided by; of every kind of refusal. payjp-api section 4 where it speaks. */
const renderings: Readonly<
  Record<GatewayError['kind'], [GatewayError, number, string, string | undefined, string, Record<string, string>?]>
> = {
  request: [
    { kind: 'request', code: 'missing_param', param: 'amount' },
    400,
    'client_error',
    'missing_param',
    'gateway',
  ],
  card: [{ kind: 'card', code: 'card_declined', chargeId: 'ch_1' }, 402, 'card_error', 'card_declined', 'issuer'],
  three_d_secure_failed: [
    { kind: 'three_d_secure_failed', chargeId: 'ch_1' },
    402,
    'card_error',
    'three_d_secure_failed',
    'gateway',
  ],
  three_d_secure_required: [
    { kind: 'three_d_secure_required', reason: 'TDS-10' },
    400,
    'client_error',
    'three_d_secure_required',
    'gateway',
  ],
  no_such: [{ kind: 'no_such', what: 'token', id: 'tok_1' }, 404, 'client_error', 'invalid_id', 'gateway'],
  no_route: [{ kind: 'no_route', method: 'GET', path: '/v1/x' }, 404, 'client_error', undefined, 'gateway'],
  not_allowed_method: [
    { kind: 'not_allowed_method', method: 'PUT', path: '/v1/charges' },
    405,
    'not_allowed_method_error',
    'not_allowed_method',
    'gateway',
  ],
  no_key: [{ kind: 'no_key' }, 401, 'auth_error', 'no_api_key', 'gateway'],
  bad_key: [{ kind: 'bad_key' }, 401, 'auth_error', 'invalid_api_key', 'gateway'],
  public_key_refused: [{ kind: 'public_key_refused' }, 401, 'auth_error', 'invalid_api_key', 'gateway'],
  over_capacity: [
    { kind: 'over_capacity', retryAfterMs: 1500 },
    429,
    'client_error',
    'over_capacity',
    'gateway-limiter',
    { 'Retry-After': '2' },
  ],
  merchant_paused: [
    { kind: 'merchant_paused', reason: 'flood' },
    403,
    'client_error',
    'merchant_paused',
    'gateway-paused',
  ],
  under_maintenance: [
    { kind: 'under_maintenance', retryAfterMs: 600_000 },
    503,
    'server_error',
    'under_maintenance',
    'gateway',
    { 'Retry-After': '600' },
  ],
  body_refused: [{ kind: 'body_refused', reason: 'not a form' }, 400, 'client_error', 'invalid_querystring', 'gateway'],
  key_reused: [{ kind: 'key_reused' }, 422, 'client_error', 'idempotency_key_reused', 'gateway'],
  key_in_progress: [{ kind: 'key_in_progress' }, 409, 'client_error', 'idempotency_key_in_progress', 'gateway'],
  operation_pending: [
    { kind: 'operation_pending', chargeId: 'ch_1', pending: 'capture' },
    409,
    'client_error',
    'operation_pending',
    'gateway',
  ],
  no_acquirer: [
    { kind: 'no_acquirer', brand: 'Visa', works: { brands: ['JCB'] } },
    503,
    'server_error',
    'pg_wrong',
    'gateway-breaker',
    { 'Breakwater-Still-Works': 'JCB, reads, captures, refunds' },
  ],
  upstream_busy: [
    { kind: 'upstream_busy', retryAfterMs: 1000 },
    429,
    'client_error',
    'over_capacity',
    'gateway-limiter',
    { 'Retry-After': '1', 'Breakwater-Still-Works': 'reads, captures, refunds' },
  ],
  too_late: [{ kind: 'too_late' }, 503, 'server_error', 'pg_wrong', 'gateway'],
  not_sent: [{ kind: 'not_sent', chargeId: 'ch_1' }, 500, 'server_error', 'pg_wrong', 'acquirer'],
  unknown: [
    { kind: 'unknown', chargeId: 'ch_1' },
    500,
    'server_error',
    'pg_wrong',
    'upstream-lost',
    { 'Breakwater-Outcome': 'unknown' },
  ],
  ours: [{ kind: 'ours' }, 500, 'server_error', 'payjp_wrong', 'gateway'],
};

describe('a refusal', () => {
  it.each(Object.entries(renderings))(
    'of kind %s is rendered in one place',
    (_, [error, status, type, code, decidedBy, headers]) => {
      const rendered = renderError(error);
      expect([rendered.status, rendered.error.status]).toEqual([status, status]);
      expect(rendered.error.type).toBe(type);
      expect(rendered.error.code).toBe(code);
      expect(rendered.decidedBy).toBe(decidedBy);
      expect(rendered.headers).toEqual(headers ?? {});
      expect(rendered.error.message).not.toBe('');
      expect(rendered.error.charge).toBe('chargeId' in error ? 'ch_1' : undefined);
    },
  );

  it('names the parameter at fault when there is one', () => {
    expect(renderError({ kind: 'request', code: 'missing_param', param: 'card[number]' }).error.param).toBe(
      'card[number]',
    );
    expect(renderError({ kind: 'request', code: 'no_payment_method' }).error).not.toHaveProperty('param');
    expect(renderError({ kind: 'no_such', what: 'token', id: 'tok_1' }).error).toMatchObject({
      param: 'id',
      message: 'No such token: tok_1',
    });
  });

  it.each(['invalid_number', 'invalid_cvc', 'invalid_expiry_month', 'invalid_expiry_year', 'missing_card'] as const)(
    'with the code %s is about a card: 402',
    (code) => {
      expect(renderError({ kind: 'request', code }).error).toMatchObject({ status: 402, type: 'card_error', code });
    },
  );

  it.each([
    ['card_declined', undefined, 'issuer'],
    ['expired_card', undefined, 'issuer'],
    ['incorrect_card_data', undefined, 'issuer'],
    ['processing_error', undefined, 'acquirer'],
    ['unacceptable_brand', undefined, 'acquirer'],
    ['expired_card', 'gateway', 'gateway'],
  ] as const)('of a card, %s by %s, names who decided: %s', (code, by, decidedBy) => {
    expect(renderError({ kind: 'card', code, ...(by === undefined ? {} : { by }) }).decidedBy).toBe(decidedBy);
  });

  it.each([
    [0, '1'],
    [1, '1'],
    [1000, '1'],
    [1001, '2'],
  ])('for too many requests says when to come back: %i ms is %s s', (retryAfterMs, seconds) => {
    expect(renderError({ kind: 'over_capacity', retryAfterMs }).headers).toEqual({ 'Retry-After': seconds });
  });
});
