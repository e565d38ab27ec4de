/** The directory server and ACS on a manual clock, with a 3DS server and a browser in a few lines each. */
import { createThreeDSecure, type ThreeDSecure, type ThreeDSecureConfigInput } from '../../../acquirer-sim/app.ts';
import type { OutboundRequest } from '../../../acquirer-sim/ports.ts';
import { createLiveRandom } from '../../../acquirer-sim/random.ts';
import { createManualClock, type ManualClock } from '../manual-clock.ts';

// biome-ignore lint/suspicious/noExplicitAny: assertions reach into messages of every shape
export type Message = any;

export interface Page {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export interface TdsWorld {
  readonly tds: ThreeDSecure;
  readonly clock: ManualClock;
  /** RReq and Erro that reached the 3DS server, with the wall time. */
  readonly reported: { readonly message: Message; readonly atMs: number }[];
  /** How the 3DS server answers; by default with an RRes. */
  answerWith(answer: (message: Message) => Promise<{ status: number; body: string }>): void;
  preq(message: object): Promise<Message>;
  /** Sends it and lets `waitMs` pass for an answer. */
  areq(message: object | string, waitMs?: number): Promise<Message>;
  /** A browser's POST of a form. */
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Page>;
  get(path: string): Promise<Page>;
  control(method: string, path: string, body?: unknown): Promise<{ status: number; json: Message }>;
  /** AReq and CReq; the ids and the challenge page. */
  challenge(over?: object): Promise<{ ares: Message; page: Page; at: string }>;
}

export const rResTo = (rreq: Message): object => ({
  messageType: 'RRes',
  messageVersion: rreq.messageVersion,
  threeDSServerTransID: rreq.threeDSServerTransID,
  dsTransID: rreq.dsTransID,
  acsTransID: rreq.acsTransID,
  resultsStatus: rreq.challengeCancel === '05' ? '02' : '01',
});

let given = 0;
/** A fresh transaction id; tests never look at its digits. */
export const freshId = (): string => {
  given += 1;
  return `00000000-0000-4000-8000-${String(given).padStart(12, '0')}`;
};

export const cards = {
  frictionless: '4100000000000100',
  challenge: '4100000000005000',
  decoupled: '4100007000000014',
  app: '4100007000000022',
} as const;

/** A payment of 5,000 yen in a Japanese browser. An element that is undefined is left out. */
export const areqOf = (over: object = {}): object => ({
  messageType: 'AReq',
  messageVersion: '2.2.0',
  threeDSServerTransID: freshId(),
  threeDSServerURL: 'http://shop.test/3ds/rreq',
  messageCategory: '01',
  deviceChannel: '02',
  acctNumber: '4242424242424242',
  cardExpiryDate: '3012',
  threeDSRequestorAuthenticationInd: '01',
  threeDSCompInd: 'U',
  notificationURL: 'http://shop.test/3ds/result',
  acquirerBIN: '400551',
  acquirerMerchantID: 'm-1',
  mcc: '5999',
  merchantCountryCode: '392',
  merchantName: 'Breakwater Books',
  purchaseAmount: '5000',
  purchaseCurrency: '392',
  purchaseExponent: '0',
  purchaseDate: '20250401120000',
  browserAcceptHeader: '*/*',
  browserUserAgent: 'test',
  browserLanguage: 'ja',
  browserJavascriptEnabled: true,
  browserJavaEnabled: false,
  browserColorDepth: '24',
  browserScreenHeight: '844',
  browserScreenWidth: '390',
  browserTZ: '-540',
  ...over,
});

export const base64url = (message: object): string => Buffer.from(JSON.stringify(message)).toString('base64url');

export const creqOf = (ares: Message, over: object = {}): string =>
  base64url({
    messageType: 'CReq',
    messageVersion: ares.messageVersion,
    threeDSServerTransID: ares.threeDSServerTransID,
    acsTransID: ares.acsTransID,
    challengeWindowSize: '05',
    ...over,
  });

/** What a page of the ACS would post, and where to; null for one that posts nothing. */
export const leavingOf = ({ text }: Page): { url: string; cres: Message; session: string | null } | null => {
  const url = /<form method="post" action="([^"]+)">/.exec(text)?.[1];
  const coded = /name="cres" value="([^"]+)"/.exec(text)?.[1];
  if (url === undefined || coded === undefined) return null;
  const session = /name="threeDSSessionData" value="([^"]*)"/.exec(text)?.[1] ?? null;
  return { url, cres: JSON.parse(Buffer.from(coded, 'base64url').toString()), session };
};

export const createTdsWorld = (config: Partial<ThreeDSecureConfigInput> = {}, seed = 1): TdsWorld => {
  const clock = createManualClock(Date.parse('2025-04-01T21:00:00+09:00'));
  const reported: TdsWorld['reported'] = [];
  let answer = async (message: Message): Promise<{ status: number; body: string }> => ({
    status: 200,
    body: message.messageType === 'Erro' ? '' : JSON.stringify(rResTo(message)),
  });
  const nothing = () => undefined;
  const tds = createThreeDSecure({
    clock,
    random: createLiveRandom(seed),
    async fetch(_: string, request: OutboundRequest) {
      const message = JSON.parse(request.body ?? '') as Message;
      reported.push({ message, atMs: clock.wallMs() });
      const late = clock.sleep(request.timeoutMs).then(() => {
        throw Object.assign(new Error('too late'), { name: 'TimeoutError' });
      });
      late.catch(nothing);
      const { status, body } = await Promise.race([answer(message), late]);
      return { status, headers: new Headers(), text: async () => body };
    },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    config: { publicUrl: 'http://tds.test', ...config },
  });
  const read = async (answered: Response | Promise<Response>): Promise<Page> => {
    const response = await answered;
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const send = async (path: string, body: string, contentType: string): Promise<Page> =>
    read(tds.app.request(path, { method: 'POST', headers: { 'content-type': contentType }, body }));

  const world: TdsWorld = {
    tds,
    clock,
    reported,
    answerWith(given) {
      answer = given;
    },
    preq: async (message) => JSON.parse((await send('/ds/preq', JSON.stringify(message), 'application/json')).text),
    async areq(message, waitMs = 15_000) {
      const text = typeof message === 'string' ? message : JSON.stringify(message);
      const reply = send('/ds/areq', text, 'application/json');
      let answered = false;
      void reply.then(() => {
        answered = true;
      });
      // In small steps, so that what follows is not late already.
      for (let waited = 0; waited < waitMs && !answered; waited += 50) await clock.advance(50);
      return JSON.parse((await reply).text);
    },
    post: async (path, fields) =>
      send(path, new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded'),
    get: async (path) => read(tds.app.request(path)),
    async control(method, path, body) {
      const response = await tds.app.request(`/sim/v1/three-d-secure${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, json: await response.json() };
    },
    async challenge(over = {}) {
      const ares = await world.areq(areqOf({ acctNumber: cards.challenge, ...over }));
      const page = await world.post('/acs/creq', { creq: creqOf(ares), threeDSSessionData: 'c2Vzc2lvbg' });
      return { ares, page, at: `/acs/challenge/${ares.acsTransID}` };
    },
  };
  return world;
};
