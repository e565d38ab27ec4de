/**
 * Shops with awkward habits: they send twice, once more, again after silence, and use a key for something else.
 *
 * Their draws come from streams of their own, so that a shop without the habits does everything as before. What is
 * sent beside the operation's own requests is nobody's operation: its answers are only read by the auditor, who
 * knows every exchange, and by the book of what merchants were told.
 */
import type { Clock, Random } from '../../gateway/ports.ts';
import type { Awkward } from './awkward-schema.ts';
import type { Answer, Client, Exchange, Post } from './client.ts';

/** What one shop does with one intent. */
export interface Whims {
  readonly twiceAtOnce: boolean;
  readonly onceMore: boolean;
  readonly repeatsLost: boolean;
  readonly reusesKey: boolean;
  readonly refundsInParts: boolean;
  readonly partsAtOnce: boolean;
  readonly finishesAnyway: boolean;
  readonly failsAuthentication: boolean;
  readonly emptyCard: boolean;
  readonly asksForOthers: boolean;
  /** Between an answer, or silence, and the next request, ms. */
  readonly waitMs: number;
}

/** A shop without awkward habits. */
export const noWhims: Whims = {
  twiceAtOnce: false,
  onceMore: false,
  repeatsLost: false,
  reusesKey: false,
  refundsInParts: false,
  partsAtOnce: false,
  finishesAnyway: false,
  failsAuthentication: false,
  emptyCard: false,
  asksForOthers: false,
  waitMs: 0,
};

/** A published test card that registers well and is declined when it is charged (payjp-api section 5). */
export const emptyCardNumber = '4000000000080319';

/** Of one intent of one member: always the same. */
export const drawWhims = (random: Random, awkward: Awkward | undefined, member: string, ordinal: number): Whims => {
  if (awkward === undefined) return noWhims;
  const stream = random.fork(`${member}/${ordinal}/awkward`);
  const draws = (share: number): boolean => stream.float() < share;
  return {
    twiceAtOnce: draws(awkward.twiceAtOnce),
    onceMore: draws(awkward.onceMore),
    repeatsLost: draws(awkward.repeatsLost),
    reusesKey: draws(awkward.reusesKey),
    refundsInParts: draws(awkward.refundsInParts),
    partsAtOnce: stream.float() < 0.5,
    finishesAnyway: draws(awkward.finishesAnyway),
    failsAuthentication: draws(awkward.failsAuthentication),
    emptyCard: draws(awkward.emptyCards),
    // A later habit, and so a stream of its own.
    asksForOthers: random.fork(`${member}/${ordinal}/awkward/others`).float() < awkward.asksForOthers,
    waitMs: 500 * 40 ** stream.float(),
  };
};

/** How often something without an answer is sent again. */
const repeatsMax = 4;

const isOpen = ({ answer }: Exchange): boolean => answer === null || answer.outcome === 'unknown';
const isBusy = ({ answer }: Exchange): boolean => answer?.status === 409;

export interface AwkwardClient {
  /**
   * The call as a shop with these habits makes it. `other`: the same call asking for something else, for whoever uses
   * a key twice; `heard` is told of every answer to the call itself.
   */
  post(call: Post, whims: Whims, heard: (answer: Answer) => void, other?: string): Promise<Exchange>;
}

export const createAwkwardClient = (client: Client, clock: Pick<Clock, 'sleep'>): AwkwardClient => {
  const ask = async (call: Post, name: string, heard: (answer: Answer) => void): Promise<Exchange> => {
    const made = await client.post({ ...call, drawKey: `${call.key}${name}` });
    if (made.answer !== null) heard(made.answer);
    return made;
  };

  return {
    async post(call, whims, heard, other) {
      const twin = whims.twiceAtOnce ? ask(call, '-twin', heard) : null;
      let made = await ask(call, '', heard);
      let { requests } = made;
      if (twin !== null) {
        const second = await twin;
        requests += second.requests;
        // One of the two is told that the other one is at it.
        if (isBusy(made)) made = second;
      }
      for (let repeat = 1; whims.repeatsLost && isOpen(made) && repeat <= repeatsMax; repeat += 1) {
        await clock.sleep(whims.waitMs * repeat);
        const again = await ask(call, `-again-${repeat}`, heard);
        requests += again.requests;
        if (again.answer !== null && !isBusy(again)) made = again;
      }
      if (whims.onceMore && !isOpen(made)) {
        await clock.sleep(whims.waitMs);
        await ask(call, '-once-more', heard);
      }
      if (whims.reusesKey && other !== undefined && !isOpen(made))
        await client.post({ ...call, form: other, drawKey: `${call.key}-reused` });
      return { answer: made.answer, requests };
    },
  };
};
