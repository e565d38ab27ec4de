/**
 * The acquirers' own 3DS servers, as one room: a browser is sent here, the card's issuer decides, and the dialect
 * sends it back with the result (gmo-pg-protocol.md section 7, escott-protocol.md section 6).
 *
 * The issuers are those of `cards.ts` and `risk.ts`, without a memory: each authentication is its card's first.
 * What happens between such a server and the schemes is not on any wire that a shop can see, so nothing is sent.
 */
import { createHash } from 'node:crypto';
import { drawHex } from '../handles.ts';
import type { KnownCard } from '../ledger/ledger.ts';
import type { Clock, Random } from '../ports.ts';
import { type CardPlan, codeOf, planOfFingerprint } from './cards.ts';
import { advance, beginChallenge, type Challenge, type ChallengeEvent, type Remark } from './challenge.ts';
import { defaultIssuers, type TdsBrand } from './config.ts';
import { decide } from './decide.ts';
import { eciOf } from './eci.ts';
import { challengePage } from './pages/challenge.ts';
import type { Language } from './pages/words.ts';
import type { FinalStatus } from './status.ts';
import { drawUuid } from './uuid.ts';

export interface HostedResult {
  readonly status: FinalStatus;
  readonly reason: string | null;
  /** Empty when there is none. */
  readonly eci: string;
  readonly authenticationValue: string;
  readonly version: string;
  readonly dsTransID: string;
  readonly acsTransID: string;
}

/** One authentication; `owner` is what the dialect keeps about it. */
export interface Hosted<Owner> {
  /** threeDSServerTransID. */
  readonly id: string;
  /** 32 hex digits: who has them is the browser that was sent here. */
  readonly secret: string;
  readonly owner: Owner;
  readonly issuer: { readonly name: { readonly en: string; readonly ja: string }; readonly brand: TdsBrand };
  readonly request: { readonly merchantName: string };
  readonly amountYen: number | null;
  readonly cardLast4: string;
  readonly askedAtMs: number;
  readonly plan: CardPlan | null;
  language: Language;
  challenge: Challenge | null;
  remark: Remark;
  result: HostedResult | null;
}

export interface HostedFacts {
  /** What is authenticated, in the names of its tenant: its draws are its own. */
  readonly key: string;
  readonly card: KnownCard;
  readonly amountYen: number | null;
  readonly merchantName: string;
}

export interface HostedRoom<Owner> {
  begin(facts: HostedFacts, owner: Owner): Hosted<Owner>;
  /** Undefined when the two do not belong together. */
  find(id: string, secret: string): Hosted<Owner> | undefined;
  has(id: string): boolean;
  /** Frictionless, or a challenge to show. Asked again, it answers as before. */
  judge(hosted: Hosted<Owner>): void;
  act(hosted: Hosted<Owner>, event: ChallengeEvent): void;
  page(hosted: Hosted<Owner>, at: string, query: string): string;
  forget(of: (owner: Owner) => boolean): void;
}

const TRIES_MAX = 3;
const RESENDS_MAX = 3;
/** Authentications that are remembered; the oldest goes first. */
const HOSTED_MAX = 10_000;

const issuerOf = (brand: TdsBrand): Hosted<never>['issuer'] => {
  const issuer = defaultIssuers.find((one) => one.brand === brand) ?? defaultIssuers[0];
  return { name: issuer?.name ?? { en: '', ja: '' }, brand };
};

export const createHostedRoom = <Owner>({
  clock,
  random,
}: {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly random: Random;
}): HostedRoom<Owner> => {
  const rooms = new Map<string, Hosted<Owner>>();
  const mishapOf = ({ plan }: Hosted<Owner>) => (plan === null || plan.ends === 'D' ? null : plan.mishap);

  const conclude = (hosted: Hosted<Owner>, status: FinalStatus, reason: string | null): void => {
    const { id, issuer } = hosted;
    const stream = random.fork(`hosted/${id}`);
    const proven = status === 'Y' || status === 'A';
    hosted.result = {
      status,
      reason,
      eci: eciOf(issuer.brand, status) ?? '',
      authenticationValue: proven ? createHash('sha1').update(`value/${id}`).digest('base64') : '',
      version: '2.2.0',
      dsTransID: drawUuid(stream.fork('ds')),
      acsTransID: drawUuid(stream.fork('acs')),
    };
  };

  const code = (hosted: Hosted<Owner>): string => codeOf(mishapOf(hosted), hosted.challenge?.resends ?? 0);

  return {
    begin({ key, card, amountYen, merchantName }, owner) {
      let nth = 0;
      const streamOf = () => random.fork(`hosted/${key}${nth === 0 ? '' : `#${nth}`}`);
      while (rooms.has(drawUuid(streamOf()))) nth += 1;
      const stream = streamOf();
      const hosted: Hosted<Owner> = {
        id: drawUuid(stream),
        secret: drawHex(stream, 32),
        owner,
        issuer: issuerOf(card.rule.brand),
        request: { merchantName },
        amountYen,
        cardLast4: card.lastFour,
        askedAtMs: clock.wallMs(),
        plan: planOfFingerprint(card.fingerprint) ?? null,
        language: 'ja',
        challenge: null,
        remark: null,
        result: null,
      };
      rooms.set(hosted.id, hosted);
      if (rooms.size > HOSTED_MAX) rooms.delete(rooms.keys().next().value ?? '');
      return hosted;
    },
    find(id, secret) {
      const hosted = rooms.get(id);
      return hosted?.secret === secret ? hosted : undefined;
    },
    has: (id) => rooms.has(id),
    judge(hosted) {
      if (hosted.result !== null || hosted.challenge !== null) return;
      const mishap = mishapOf(hosted);
      // An ACS that does not answer: the scheme's own word for it.
      if (mishap === 'acs-silent' || mishap === 'acs-broken') return conclude(hosted, 'U', '22');
      const past = { passedBefore: false, deviceKnown: false, failedIn24h: 0, attemptsIn10min: 0 };
      const facts = { amountYen: hosted.amountYen, isElsewhere: null, wish: null, methodFailed: false, past };
      const request = { deviceChannel: '02', messageVersion: '2.2.0' } as const;
      const { status, reason, by } = decide(request, hosted.plan, facts);
      if (status === 'C') hosted.challenge = beginChallenge(by);
      else conclude(hosted, status === 'D' || status === 'I' ? 'U' : status, reason);
    },
    act(hosted, event) {
      if (hosted.challenge === null || hosted.result !== null) return;
      const rules = {
        triesMax: TRIES_MAX,
        resendsMax: RESENDS_MAX,
        failsAfterCode: mishapOf(hosted) === 'fails-after-code',
        code: code(hosted),
      };
      const { challenge, remark } = advance(hosted.challenge, event, rules);
      hosted.challenge = challenge;
      hosted.remark = remark;
      if (challenge.verdict !== null) conclude(hosted, challenge.verdict.status, challenge.verdict.reason);
    },
    page: (hosted, at, query) =>
      challengePage({
        transaction: hosted,
        at,
        query,
        code: code(hosted),
        codeIsLate: false,
        triesMax: TRIES_MAX,
        pollMs: 2_000,
      }),
    forget(of) {
      for (const [id, { owner }] of rooms) if (of(owner)) rooms.delete(id);
    },
  };
};
