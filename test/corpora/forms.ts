/**
 * Every call that takes a form, with one that would be right: the ground on which a case changes
 * one thing. Also what each field is, so that a fault in it has a known code.
 */
import type { Pairs } from './case.ts';
import type { House } from './house.ts';

/** What a field is, and the code of a value that is not that. */
export type Kind =
  | { readonly is: 'yen'; readonly min: number; readonly max: number; readonly code: string }
  | { readonly is: 'whole'; readonly min: number; readonly max: number; readonly code: string }
  | { readonly is: 'time'; readonly code: string }
  | { readonly is: 'bool'; readonly code: 'invalid_boolean' }
  | { readonly is: 'word'; readonly code: string }
  /** `twice`: what is said of it when it comes more than once. */
  | { readonly is: 'text'; readonly max: number; readonly code: string; readonly twice?: string };

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly as?: 'sk' | 'pk';
  readonly good: Pairs;
  readonly fields: Readonly<Record<string, Kind>>;
  readonly metadata: boolean;
}

const yen = (min: number, code = 'invalid_amount'): Kind => ({ is: 'yen', min, max: 9_999_999, code });
const days: Kind = { is: 'whole', min: 1, max: 60, code: 'invalid_expiry_days' };
const bool: Kind = { is: 'bool', code: 'invalid_boolean' };
const text = (max: number, code = 'invalid_string_length'): Kind => ({ is: 'text', max, code });
const word = (code: string): Kind => ({ is: 'word', code });
const time = (code: string): Kind => ({ is: 'time', code });
const email = word('invalid_email');

const lists: Readonly<Record<string, Kind>> = {
  limit: { is: 'whole', min: 1, max: 100, code: 'invalid_querystring' },
  offset: { is: 'whole', min: 0, max: 999_999_999, code: 'invalid_querystring' },
  since: time('invalid_querystring'),
  until: time('invalid_querystring'),
};
const place = {
  country: word('invalid_card_country'),
  address_state: text(255, 'invalid_card_address_state'),
  address_city: text(255, 'invalid_card_address_city'),
  address_line1: text(255, 'invalid_card_address_line'),
  address_line2: text(255, 'invalid_card_address_line'),
  address_zip: text(30, 'invalid_card_address_zip'),
};

export const callsOf = ({ ids }: House): readonly Call[] => {
  const post = (path: string, good: Pairs, fields: Readonly<Record<string, Kind>>, metadata = false): Call => ({
    method: 'POST',
    path,
    good,
    fields,
    metadata,
  });
  const get = (path: string, fields: Readonly<Record<string, Kind>> = {}): Call => ({
    method: 'GET',
    path,
    good: [['limit', '3']],
    fields: { ...lists, ...fields },
    metadata: false,
  });
  const id = text(100, 'invalid_querystring');
  const { since: _, until: __, ...paged } = lists;
  return [
    post(
      '/v1/charges',
      [
        ['amount', '500'],
        ['currency', 'jpy'],
        ['card', ids.token],
      ],
      {
        amount: yen(50),
        currency: word('invalid_currency'),
        capture: bool,
        expiry_days: days,
        description: text(500),
        card: { is: 'text', max: 100, code: 'invalid_card', twice: 'payment_method_duplicate' },
        customer: text(100),
      },
      true,
    ),
    post(`/v1/charges/${ids.held}`, [], { description: text(500) }, true),
    post(`/v1/charges/${ids.held}/capture`, [], { amount: yen(50) }),
    post(`/v1/charges/${ids.charge}/refund`, [], {
      amount: yen(1, 'invalid_refund_amount'),
      refund_reason: text(255, 'invalid_refund_reason'),
    }),
    post(`/v1/charges/${ids.held}/reauth`, [], { expiry_days: days }),
    post(
      '/v1/customers',
      [],
      {
        id: word('invalid_flexible_id'),
        email,
        description: text(500),
        card: text(100, 'invalid_card'),
      },
      true,
    ),
    post(
      `/v1/customers/${ids.customer}`,
      [],
      {
        email,
        description: text(500),
        card: text(100, 'invalid_card'),
        default_card: text(100, 'invalid_card'),
      },
      true,
    ),
    post(
      `/v1/customers/${ids.customer}/cards`,
      [['card', ids.token]],
      {
        card: text(100, 'invalid_card'),
        default: bool,
      },
      true,
    ),
    post(
      `/v1/customers/${ids.customer}/cards/${ids.card}`,
      [],
      {
        name: text(45, 'invalid_card_name'),
        email,
        phone: text(20),
        ...place,
      },
      true,
    ),
    post(
      '/v1/plans',
      [
        ['amount', '500'],
        ['currency', 'jpy'],
        ['interval', 'month'],
      ],
      {
        amount: yen(50, 'invalid_plan_amount'),
        currency: word('invalid_currency'),
        interval: word('invalid_interval'),
        id: word('invalid_flexible_id'),
        name: text(255),
        trial_days: { is: 'whole', min: 0, max: 365, code: 'invalid_trial_days' },
        billing_day: { is: 'whole', min: 1, max: 31, code: 'invalid_billing_day' },
      },
      true,
    ),
    post(`/v1/plans/${ids.plan}`, [], { name: text(255) }, true),
    post(
      '/v1/subscriptions',
      [
        ['customer', ids.customer],
        ['plan', ids.plan],
      ],
      {
        customer: text(100, 'invalid_customer'),
        plan: text(100, 'invalid_plan'),
        trial_end: time('invalid_timestamp'),
        prorate: bool,
      },
      true,
    ),
    post(
      `/v1/subscriptions/${ids.subscription}`,
      [],
      {
        trial_end: time('invalid_timestamp'),
        plan: text(100, 'invalid_plan'),
        next_cycle_plan: text(100, 'invalid_plan'),
        prorate: bool,
      },
      true,
    ),
    post(`/v1/subscriptions/${ids.paused}/resume`, [], { trial_end: time('invalid_timestamp'), prorate: bool }),
    get('/v1/charges', { customer: text(100), subscription: text(100), tenant: text(100), term: text(100) }),
    get('/v1/customers'),
    get(`/v1/customers/${ids.customer}/cards`),
    get(`/v1/customers/${ids.customer}/subscriptions`, { plan: id, status: word('invalid_querystring') }),
    get('/v1/plans'),
    get('/v1/subscriptions', { customer: id, plan: id, status: word('invalid_querystring') }),
    get('/v1/events', { resource_id: id, object: id, type: id }),
    {
      ...get('/v1/terms'),
      fields: { ...paged, since_start_at: time('invalid_querystring'), until_start_at: time('invalid_querystring') },
    },
    get('/v1/statements', { owner: word('invalid_owner_type'), type: word('invalid_querystring'), term: id }),
    get('/v1/balances', {
      closed: bool,
      state: word('invalid_querystring'),
      since_due_date: time('invalid_querystring'),
      until_due_date: time('invalid_querystring'),
    }),
    get('/v1/transfers', { status: word('invalid_querystring'), since_scheduled_date: time('invalid_querystring') }),
  ];
};

/** The form of a token, which has its own class of faults. */
export const goodCard: Pairs = [
  ['card[number]', '4242424242424242'],
  ['card[exp_month]', '12'],
  ['card[exp_year]', '2040'],
  ['card[cvc]', '123'],
];

/** `good` with one field set, in place or at the end. */
export const withField = (good: Pairs, name: string, value: string): Pairs =>
  good.some(([own]) => own === name)
    ? good.map((pair) => (pair[0] === name ? ([name, value] as const) : pair))
    : [...good, [name, value]];
