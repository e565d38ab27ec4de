/**
 * A refusal of ours that nobody can tell from an issuer's: the same words, and it takes as long.
 *
 * What issuers lately said at each acquirer, and how long that took, is kept together (reasons that come quickly
 * come quickly here too) and drawn from. A card gets the answer that it got before. The draw is keyed by the charge
 * or token, so that it is the same in every run of a seed.
 */
import type { CardFault } from '../errors.ts';
import type { Clock, Random } from '../ports.ts';
import { createBoundedMap } from './bounded-map.ts';

export interface Refusal {
  /** As the API tells it. */
  readonly reason: CardFault;
  /** As the acquirer tells it: merchants read it as `failure_message`. */
  readonly code: string;
}

export type Asked = 'check' | 'authorise';

/** Refusals, and durations of any answer, that are remembered per acquirer and operation. */
const keptMax = 64;
/** With fewer refusals than this their durations say little, and those of approvals are drawn. */
const enough = 12;
/** Smoothing of the drawn durations: or the same 64 numbers would come again and again. */
const smoothing = 0.15;
/** Spread of the logarithm while nothing was seen. */
const sigma = 0.35;

interface Seen {
  readonly refusals: { readonly refusal: Refusal; readonly durationMs: number }[];
  refusalsNext: number;
  readonly durationsMs: number[];
  durationsNext: number;
}

export interface Imitation {
  /** An issuer approved (null) or refused, after so long. */
  saw(acquirer: string, asked: Asked, card: string, refusal: Refusal | null, durationMs: number): void;
  /** Resolves when an issuer would have answered, with what one would have said. */
  refuse(acquirer: string, asked: Asked, card: string, drawKey: string): Promise<Refusal>;
}

export interface ImitationDeps {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly random: Random;
  readonly medianMs: number;
  readonly cardsMax: number;
  /** What this acquirer's issuers say when they say nothing in particular, in its own code. */
  readonly plain: (acquirer: string) => Refusal;
}

export const createImitation = ({ clock, random, medianMs, cardsMax, plain }: ImitationDeps): Imitation => {
  const seen = new Map<string, Seen>();
  const said = createBoundedMap<Refusal>(cardsMax);
  const seenAt = (acquirer: string, asked: Asked): Seen => {
    const name = `${acquirer}/${asked}`;
    let found = seen.get(name);
    if (found === undefined) {
      found = { refusals: [], refusalsNext: 0, durationsMs: [], durationsNext: 0 };
      seen.set(name, found);
    }
    return found;
  };

  return {
    saw(acquirer, asked, card, refusal, durationMs) {
      const { refusals, durationsMs } = seenAt(acquirer, asked);
      const at = seenAt(acquirer, asked);
      durationsMs[at.durationsNext % keptMax] = durationMs;
      at.durationsNext += 1;
      if (refusal === null) return;
      refusals[at.refusalsNext % keptMax] = { refusal, durationMs };
      at.refusalsNext += 1;
      said.take(`${acquirer}/${card}`, () => refusal);
    },
    async refuse(acquirer, asked, card, drawKey) {
      const { refusals, durationsMs } = seenAt(acquirer, asked);
      const draw = random.fork(drawKey);
      const [one, two, three] = [draw.float(), draw.float(), draw.float()];
      const like = refusals[Math.floor(one * refusals.length)];
      const refusal = said.take(`${acquirer}/${card}`, () => like?.refusal ?? plain(acquirer));
      const drawnMs = refusals.length >= enough ? like?.durationMs : durationsMs[Math.floor(two * durationsMs.length)];
      const waitMs =
        drawnMs === undefined
          ? medianMs * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - two)) * Math.cos(2 * Math.PI * three))
          : drawnMs * (1 + smoothing * (2 * three - 1));
      await clock.sleep(waitMs);
      return refusal;
    },
  };
};
