/**
 * The gateway's fraud room with a clock that is set by hand and issuers that know the truth: attempts go in by the
 * doors that charges and tokens use, and what the room decides is what happens.
 */
import { createFraud, type FraudRoom, openSqliteStore } from '../../gateway/app.ts';
import type { Clock } from '../../gateway/ports.ts';
import { createEntropy, createRandom } from '../stage/random.ts';

export type Ending = 'approved' | 'refused' | 'wrong';
/** What became of one step: an issuer's word, or how it was kept from every issuer. */
export type Step = Ending | 'unchecked' | 'stepped-up' | 'declined';

export interface Payment {
  readonly merchant: string;
  readonly number: string;
  readonly expYear: number;
  readonly expMonth: number;
  readonly email: string | null;
  /** Null: the token is made by the merchant's own server. */
  readonly address: string | null;
  readonly amountYen: number;
  /** Passed 3-D Secure. */
  readonly verified?: boolean;
}

export interface ShopFloor {
  setMs(nowMs: number): void;
  /** A token: `says` is the issuer's word, asked for only when it comes to that. */
  token(payment: Payment, says: () => Ending): Step;
  /** A charge with the last token of that card, or on a stored one. */
  charge(payment: Payment, says: () => Ending, stored?: { readonly sinceMs: number }): Step;
  registration(payment: Payment): Step;
  readonly room: FraudRoom;
}

const ms2026 = Date.parse('2026-06-01T00:00:00+09:00');

const outcomes = {
  approved: { kind: 'approved' },
  refused: { kind: 'declined', reason: 'card_declined', code: 'G12' },
  wrong: { kind: 'declined', reason: 'card_declined', code: 'G61' },
} as const;

export const openShopFloor = (
  seed: number,
  numbers: Omit<Parameters<typeof createFraud>[0]['numbers'], 'mode'>,
): ShopFloor => {
  let nowMs = 0;
  const never = { cancel: () => {} };
  const clock: Clock = {
    wallMs: () => ms2026 + Math.floor(nowMs),
    monotonicMs: () => nowMs,
    after: () => never,
    sleep: () => Promise.resolve(),
  };
  const silent = () => {};
  const room = createFraud({
    clock,
    random: createRandom(seed, 'fraud-matrix'),
    entropy: createEntropy(seed),
    log: { debug: silent, info: silent, warn: silent, error: silent },
    store: openSqliteStore({ location: ':memory:' }),
    numbers: { ...numbers, mode: 'on' },
    // Here a number is its own fingerprint: nobody keeps it.
    fingerprint: (pan) => pan,
    testCards: [],
    dialectOf: () => 'escott',
    shared: false,
  });
  const principals = new Map<string, { readonly sk: object; readonly pk: object }>();
  const callOf = ({ merchant, address }: Payment, kind: 'sk' | 'pk') => {
    let known = principals.get(merchant);
    if (known === undefined) {
      const base = { merchant: { id: merchant }, mode: 'live' };
      known = { sk: { ...base, kind: 'sk' }, pk: { ...base, kind: 'pk' } };
      principals.set(merchant, known);
    }
    return { principal: known[kind], address } as Parameters<FraudRoom['registration']>[0];
  };
  const origin = { subscriptionId: null, reauthOf: null };
  const cardOf = ({ number, expYear, expMonth, email }: Payment, sinceMs: number | null) => ({
    id: 'car',
    fingerprint: number,
    exp_year: expYear,
    exp_month: expMonth,
    email,
    customer_id: sinceMs === null ? null : 'cus',
    created_ms: ms2026 + Math.floor(sinceMs ?? nowMs),
  });
  let tokens = 0;

  return {
    room,
    setMs(ms) {
      nowMs = ms;
    },
    token(payment, says) {
      tokens += 1;
      const { number, expYear, expMonth, email, address } = payment;
      const call = callOf(payment, address === null ? 'sk' : 'pk');
      const verdict = room.token(call, { number, expYear, expMonth, email }, `tok_${tokens}`);
      if (verdict?.kind === 'unchecked') return 'unchecked';
      if (verdict?.kind === 'decline') return 'declined';
      const ending = says();
      room.said(verdict?.watched ?? null, 'escott', 'check', outcomes[ending]);
      return ending;
    },
    charge(payment, says, stored) {
      const facts = {
        call: callOf(payment, 'sk'),
        form: { amount: payment.amountYen },
        origin,
        card: cardOf(payment, stored?.sinceMs ?? null),
        tokenId: stored === undefined ? `tok_${tokens}` : null,
        threeDSecure: payment.verified === true ? ('verified' as const) : null,
      };
      const verdict = room.gate(facts);
      if (verdict.kind === 'refuse') return 'stepped-up';
      if (verdict.kind === 'decline') return 'declined';
      const watched = room.watch(facts);
      const ending = says();
      room.said(watched, 'escott', 'authorise', outcomes[ending]);
      return ending;
    },
    registration(payment) {
      const refused = room.registration(callOf(payment, 'sk'), {
        ...cardOf(payment, null),
        three_d_secure_status: payment.verified === true ? 'verified' : null,
      });
      if (refused === null) return 'approved';
      return refused.kind === 'three_d_secure_required' ? 'stepped-up' : 'declined';
    },
  };
};
