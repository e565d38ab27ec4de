/**
 * Every refusal the gateway can answer, as one union, rendered in one place.
 *
 * Codes, statuses and types follow reference/payjp-api.md section 4; what is marked UNVERIFIED
 * there is our choice. Messages are for merchants' developers, not for buyers, and name no card.
 */

/** Request faults that differ only in code and parameter. */
export const requestFaults = [
  'missing_param',
  'invalid_amount',
  'invalid_currency',
  'invalid_boolean',
  'invalid_number',
  'invalid_cvc',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'invalid_expiry_days',
  'unnecessary_expiry_days',
  'invalid_string_length',
  'invalid_email',
  'invalid_card_name',
  'invalid_card',
  'invalid_querystring',
  'invalid_param_key',
  'invalid_metadata_key',
  'invalid_metadata_value',
  'too_many_metadata_keys',
  'invalid_flexible_id',
  'invalid_refund_reason',
  'invalid_refund_amount',
  'payment_method_duplicate',
  'no_payment_method',
  'already_exist_id',
  'already_have_the_same_card',
  'token_already_used',
  'not_customer_card',
  'missing_card',
  'already_refunded',
  'invalid_amount_to_not_captured',
  'refund_amount_gt_net',
  'capture_amount_gt_net',
  'already_captured',
  'cant_capture_refunded_charge',
  'charge_expired',
  'failed_payment',
  'operation_not_allowed_on_no_authorized_charge',
  'refund_limit_exceeded',
  'chargeback',
  'cant_reauth_refunded_charge',
  'payment_method_duplicate_including_customer',
  'invalid_customer',
  'invalid_plan',
  'invalid_plan_amount',
  'invalid_interval',
  'invalid_trial_days',
  'invalid_trial_end',
  'invalid_timestamp',
  'invalid_billing_day',
  'billing_day_for_non_monthly_plan',
  'exist_subscribers',
  'already_subscribed',
  'already_canceled',
  'already_paused',
  'subscription_worked',
  'cannot_change_prorate_status',
  'cannot_prorated_refund_of_subscription',
  'dont_has_this_card',
  'invalid_card_country',
  'invalid_card_address_state',
  'invalid_card_address_city',
  'invalid_card_address_line',
  'invalid_card_address_zip',
  'invalid_owner_type',
  'no_param',
  'unsafe_credit_card_param',
  'test_card_on_livemode',
  'platform_not_supported',
  'three_d_secure_incompleted',
  'not_in_three_d_secure_flow',
  'unverified_token',
  'three_d_secure_expired',
  'invalid_three_d_secure_state',
] as const;
export type RequestFault = (typeof requestFaults)[number];

/** Card refusals: HTTP 402, type `card_error`. */
export const cardFaults = [
  'card_declined',
  'expired_card',
  'incorrect_card_data',
  'processing_error',
  'unacceptable_brand',
] as const;
export type CardFault = (typeof cardFaults)[number];

export type GatewayError =
  | { readonly kind: 'request'; readonly code: RequestFault; readonly param?: string }
  /** `by`: our own rules refused it and nobody was asked. */
  | { readonly kind: 'card'; readonly code: CardFault; readonly chargeId?: string; readonly by?: 'gateway' }
  /** The card holder was not authenticated, or not in a way that this merchant accepts. No acquirer was asked. */
  | { readonly kind: 'three_d_secure_failed'; readonly chargeId?: string }
  /** Somebody's rule asks for 3-D Secure; `reason` names the rule, for the merchant's developers. */
  | { readonly kind: 'three_d_secure_required'; readonly reason: string }
  | { readonly kind: 'no_such'; readonly what: string; readonly id: string }
  | { readonly kind: 'no_route'; readonly method: string; readonly path: string }
  | { readonly kind: 'not_allowed_method'; readonly method: string; readonly path: string }
  | { readonly kind: 'no_key' }
  | { readonly kind: 'bad_key' }
  | { readonly kind: 'public_key_refused' }
  /** `because`: what the merchant has to do with it, when it is more than its rate. */
  | { readonly kind: 'over_capacity'; readonly retryAfterMs: number; readonly because?: string }
  | { readonly kind: 'merchant_paused'; readonly reason: string }
  /** Planned work of ours stops the API. */
  | { readonly kind: 'under_maintenance'; readonly retryAfterMs: number }
  | { readonly kind: 'body_refused'; readonly reason: string }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'key_in_progress' }
  /** An earlier follow-up of the same charge, or a charge of the same subscription, is not finished. */
  | { readonly kind: 'operation_pending'; readonly chargeId?: string; readonly pending: string }
  /** No acquirer may be called: nothing was sent, no money moved. `works`: brands that are let through. */
  | { readonly kind: 'no_acquirer'; readonly brand?: string; readonly works?: { readonly brands: readonly string[] } }
  /** There are acquirers, and none has room for it: nothing was sent. */
  | { readonly kind: 'upstream_busy'; readonly retryAfterMs: number }
  /** The merchant's deadline is nearer than an answer would be: nothing was sent. */
  | { readonly kind: 'too_late' }
  /** The acquirer was not reached: definite, nothing happened there. */
  | { readonly kind: 'not_sent'; readonly chargeId?: string }
  /** Sent, and no valid answer: nobody knows yet. Never told as "failed". */
  | { readonly kind: 'unknown'; readonly chargeId?: string }
  | { readonly kind: 'ours' };

/** Codes that are told by a kind of refusal of their own. */
export const otherCodes = [
  'invalid_id',
  'not_allowed_method',
  'no_api_key',
  'invalid_api_key',
  'over_capacity',
  'merchant_paused',
  'under_maintenance',
  'idempotency_key_reused',
  'idempotency_key_in_progress',
  'operation_pending',
  'pg_wrong',
  'payjp_wrong',
  'three_d_secure_failed',
  'three_d_secure_required',
] as const;

/** Who decided an answer; the header `Breakwater-Decided-By`. */
export const deciders = [
  'gateway',
  'gateway-limiter',
  'gateway-breaker',
  'gateway-paused',
  'issuer',
  'acquirer',
  'upstream-lost',
] as const;
export type Decider = (typeof deciders)[number];

export interface RenderedError {
  readonly status: number;
  readonly decidedBy: Decider;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly status: number;
    readonly code?: string;
    readonly param?: string;
    readonly charge?: string;
  };
}

const cardMessages: Readonly<Record<CardFault, string>> = {
  card_declined: 'Card declined',
  expired_card: 'Card expired',
  incorrect_card_data: 'Some of the card data is wrong',
  processing_error: 'The card could not be processed',
  unacceptable_brand: 'This card brand is not accepted',
};

/** Whose word it is: what an issuer says about its card, or what keeps a request from any issuer. */
const cardDeciders: Readonly<Record<CardFault, Decider>> = {
  card_declined: 'issuer',
  expired_card: 'issuer',
  incorrect_card_data: 'issuer',
  processing_error: 'acquirer',
  unacceptable_brand: 'acquirer',
};

/** Words for codes that do not say enough by themselves. */
const requestMessages: Partial<Record<RequestFault, string>> = {
  platform_not_supported: 'Platform accounts (tenants) are not offered by this gateway',
  unsafe_credit_card_param:
    'Card data is not accepted from a server: use payjp.js or Checkout (in test mode, POST /v1/tokens takes it with the header X-Payjp-Direct-Token-Generate: true)',
  three_d_secure_incompleted: 'The card holder has not finished 3-D Secure yet',
  not_in_three_d_secure_flow: 'It was made without 3-D Secure',
  unverified_token: 'The token waits for 3-D Secure: finish it with tds_finish first',
  three_d_secure_expired: 'The time for 3-D Secure is over: begin anew',
  invalid_three_d_secure_state: '3-D Secure was finished already',
  chargeback: 'The buyer disputes this payment: it is paid back by the dispute',
  test_card_on_livemode: 'A test card cannot be used in live mode',
};

/** Wrong card data is told as a card error (payjp-api section 4, first group of codes). */
const cardData: ReadonlySet<RequestFault> = new Set([
  'invalid_number',
  'invalid_cvc',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'missing_card',
]);

const requestMessage = (code: RequestFault, param: string | undefined): string =>
  requestMessages[code] ?? (param === undefined ? `Refused: ${code}` : `Refused: ${code} at ${param}`);

/** The one place where a refusal becomes HTTP. */
export const renderError = (error: GatewayError): RenderedError => {
  switch (error.kind) {
    case 'request': {
      // After PAY.JP's cut-off of card numbers from servers (payjp-go issue 10).
      if (error.code === 'unsafe_credit_card_param')
        return render(400, 'invalid_request_error', requestMessage(error.code, undefined), { code: error.code });
      const [status, type] = cardData.has(error.code)
        ? ([402, 'card_error'] as const)
        : ([400, 'client_error'] as const);
      return render(status, type, requestMessage(error.code, error.param), {
        code: error.code,
        ...(error.param === undefined ? {} : { param: error.param }),
      });
    }
    case 'card':
      return render(
        402,
        'card_error',
        cardMessages[error.code],
        { code: error.code, ...(error.chargeId === undefined ? {} : { charge: error.chargeId }) },
        error.by ?? cardDeciders[error.code],
      );
    case 'three_d_secure_failed':
      return render(402, 'card_error', '3-D Secure did not succeed; nothing was charged', {
        code: 'three_d_secure_failed',
        ...(error.chargeId === undefined ? {} : { charge: error.chargeId }),
      });
    case 'three_d_secure_required':
      return render(400, 'client_error', `3-D Secure is needed: ${error.reason}`, { code: 'three_d_secure_required' });
    case 'no_such':
      return render(404, 'client_error', `No such ${error.what}: ${error.id}`, { code: 'invalid_id', param: 'id' });
    case 'no_route':
      return render(404, 'client_error', `Unrecognized request URL: ${error.method} ${error.path}`);
    case 'not_allowed_method':
      return render(405, 'not_allowed_method_error', `${error.method} is not allowed: ${error.path}`, {
        code: 'not_allowed_method',
      });
    case 'no_key':
      return render(401, 'auth_error', 'No API key was sent', { code: 'no_api_key' });
    case 'bad_key':
      return render(401, 'auth_error', 'Invalid API key', { code: 'invalid_api_key' });
    case 'public_key_refused':
      return render(401, 'auth_error', 'This call needs a secret key', { code: 'invalid_api_key' });
    case 'over_capacity':
      return render(
        429,
        'client_error',
        `The service is over capacity. Please try again later.${error.because === undefined ? '' : ` ${error.because}`}`,
        { code: 'over_capacity' },
        'gateway-limiter',
        { 'Retry-After': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) },
      );
    case 'merchant_paused':
      return render(
        403,
        'client_error',
        `This account is paused: ${error.reason}`,
        { code: 'merchant_paused' },
        'gateway-paused',
      );
    case 'under_maintenance':
      return render(
        503,
        'server_error',
        'The service is under maintenance. Please try again later.',
        { code: 'under_maintenance' },
        'gateway',
        { 'Retry-After': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) },
      );
    case 'body_refused':
      return render(400, 'client_error', `The request body was refused: ${error.reason}`, {
        code: 'invalid_querystring',
      });
    case 'key_reused':
      return render(422, 'client_error', 'This Idempotency-Key was used with other parameters', {
        code: 'idempotency_key_reused',
      });
    case 'key_in_progress':
      return render(409, 'client_error', 'A request with this Idempotency-Key is still in progress', {
        code: 'idempotency_key_in_progress',
      });
    case 'operation_pending':
      return render(409, 'client_error', `A ${error.pending} of this object is not finished yet`, {
        code: 'operation_pending',
        ...(error.chargeId === undefined ? {} : { charge: error.chargeId }),
      });
    case 'no_acquirer': {
      const { brand, works } = error;
      const brands = works?.brands.join(', ') ?? '';
      const what = brand === undefined || brands === '' ? 'Payments' : `${brand} payments`;
      return render(
        503,
        'server_error',
        `${what} are interrupted upstream; nothing was sent. ${brands === '' ? '' : `Still working: ${brands}. `}Please try again later.`,
        { code: 'pg_wrong' },
        'gateway-breaker',
        // Captures and refunds are accepted and carried out later, unless the merchant wants otherwise.
        {
          'Breakwater-Still-Works': brands === '' ? 'reads, captures, refunds' : `${brands}, reads, captures, refunds`,
        },
      );
    }
    case 'upstream_busy':
      return render(
        429,
        'client_error',
        'The acquirers are at capacity; nothing was sent. Reads, captures and refunds still work. Please try again later.',
        { code: 'over_capacity' },
        'gateway-limiter',
        {
          'Retry-After': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))),
          // They have a part of the slots and of the rate to themselves.
          'Breakwater-Still-Works': 'reads, captures, refunds',
        },
      );
    case 'too_late':
      return render(503, 'server_error', 'The time given is shorter than the acquirer takes; nothing was sent.', {
        code: 'pg_wrong',
      });
    case 'not_sent':
      return render(
        500,
        'server_error',
        'The acquirer could not be reached; nothing was charged.',
        { code: 'pg_wrong', ...(error.chargeId === undefined ? {} : { charge: error.chargeId }) },
        'acquirer',
      );
    case 'unknown':
      return render(
        500,
        'server_error',
        'The acquirer did not answer; the outcome is not known yet. Do not repeat the payment: read the charge.',
        { code: 'pg_wrong', ...(error.chargeId === undefined ? {} : { charge: error.chargeId }) },
        'upstream-lost',
        { 'Breakwater-Outcome': 'unknown' },
      );
    case 'ours':
      return render(500, 'server_error', 'An unexpected error occurred.', { code: 'payjp_wrong' });
  }
};

const render = (
  status: number,
  type: string,
  message: string,
  more: { code?: string; param?: string; charge?: string } = {},
  decidedBy: Decider = 'gateway',
  headers: Readonly<Record<string, string>> = {},
): RenderedError => ({
  status,
  decidedBy,
  headers,
  error: {
    message: withoutCardNumbers(message),
    type,
    status,
    ...more,
    ...(more.param === undefined ? {} : { param: withoutCardNumbers(more.param) }),
  },
});

/** A card number sent where an id or a name belongs would come back in our words, and end in a log. */
export const withoutCardNumbers = (text: string): string =>
  text.replace(/(?<![0-9A-Za-z])[0-9]{12,19}(?![0-9A-Za-z])/g, (digits) => `************${digits.slice(-4)}`);

/** A value, or the refusal that travels instead of it. `throw` is for bugs and broken parts. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: GatewayError };

export const succeed = <T>(value: T): Result<T> => ({ ok: true, value });
export const refuse = (error: GatewayError): { readonly ok: false; readonly error: GatewayError } => ({
  ok: false,
  error,
});
