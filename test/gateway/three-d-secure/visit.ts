/** A shop with 3-D Secure on the stage: real acquirers, a real directory server and ACS, and a browser in code. */
import { type Browser, createBrowser, type Visit } from '../../../scenarios/cast/browser.ts';
import {
  cardOf,
  type FormInput,
  type Json,
  openShop,
  type Shop,
  type Told,
  type World,
  type WorldOptions,
} from '../world.ts';

/** The directory server's card-number rules (acquirer-sim/three-d-secure/README.md). */
export const cards = {
  frictionless: '4100000000000100',
  method: '4100000000600008',
  challenge: '4100000000005000',
  attempted: '4100000000100009',
  failed: '4100000000300005',
  unavailable: '4100000000400003',
  rejected: '4100000000500000',
  neverAnswers: '4100007000000121',
  answersErro: '4100007000000139',
  noValue: '4100007000000105',
  foreignEci: '4100007000000154',
  neverSentBack: '4100007000000063',
  returnsTwice: '4100007000000071',
  returnsFirst: '4100007000000089',
  reportedTwice: '4100007000000097',
  methodHangs: '4100007000000113',
  notEnrolled: '4100007900000015',
} as const;

export type TdsShop = World & {
  readonly shop: Shop;
  readonly browser: Browser;
  /** A charge that waits for its card holder. */
  charge(number: string, form?: FormInput): Promise<Json>;
  /** The card holder's way through, from the start page on. */
  authenticate(id: string, how?: Parameters<Browser['walk']>[1], query?: string): Promise<Visit>;
  finish(id: string, options?: Parameters<Shop['post']>[2]): Promise<Told>;
  read(id: string): Promise<Json>;
  /** Authorisations that reached any acquirer. */
  authorisations(): number;
};

export const openTdsShop = async (
  options: WorldOptions = {},
  merchant: Readonly<Record<string, unknown>> = {},
): Promise<TdsShop> => {
  const world = await openShop({ threeDSecure: {}, ...options } as WorldOptions, merchant);
  const { shop, stage } = world;
  const { fetch } = stage.castMember('holder');
  const browser = createBrowser({ fetch, clock: stage.clock, gatewayUrl: 'http://gateway.test' });
  return {
    ...world,
    browser,
    async charge(number, form = {}) {
      const card = await shop.token(number);
      const made = await shop.post('/v1/charges', {
        amount: 5000,
        currency: 'jpy',
        card,
        three_d_secure: true,
        ...form,
      });
      if (made.status !== 200) throw new Error(made.text);
      return made.json;
    },
    authenticate: (id, how, query = '') =>
      browser.walk(`http://gateway.test/v1/tds/${id}/start?publickey=${shop.keys.live.public}${query}`, how),
    finish: (id, sent) => shop.post(`/v1/${id.startsWith('tok_') ? 'tokens' : 'charges'}/${id}/tds_finish`, '', sent),
    read: async (id) => (await shop.get(`/v1/${id.startsWith('tok_') ? 'tokens' : 'charges'}/${id}`)).json,
    authorisations: () =>
      world
        .calls()
        .filter(({ operation }) => operation === '1Auth' || operation === '1Gathering' || operation === 'ExecTran')
        .length -
      world.calls().filter(({ operation, fields }) => operation === 'EntryTran' && fields.JobCd === 'CHECK').length,
  };
};

/** A token's form with what 3-D Secure wants to know. */
export const tdsToken = (number: string, more: FormInput = {}): FormInput => ({
  card: { ...(cardOf(number).card as FormInput), email: 'taro@example.com' },
  three_d_secure: true,
  ...more,
});
