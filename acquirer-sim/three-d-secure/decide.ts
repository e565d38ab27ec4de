/** What an ACS says to an AReq: the card's number first, then the risk. Pure. */
import type { CardPlan } from './cards.ts';
import type { AReq } from './messages/areq.ts';
import { type Facts, judge } from './risk.ts';
import { reasonIn, type TransStatus } from './status.ts';

export interface Answer {
  readonly status: TransStatus;
  readonly reason: string | null;
  /** How the cardholder is asked, for `C`. */
  readonly by: 'code' | 'app';
}

const say = (status: TransStatus, reason: string | null = null, by: 'code' | 'app' = 'code'): Answer => ({
  status,
  reason,
  by,
});

/** Where a challenge cannot be shown, it is not asked for (emv-3ds.md sections 3 and 4). */
const challenged = ({ deviceChannel }: Pick<AReq, 'deviceChannel'>, by: 'code' | 'app'): Answer => {
  switch (deviceChannel) {
    case '01':
      // No screens for apps' SDKs here: an unsupported device.
      return say('U', '03');
    case '02':
      return say('C', null, by);
    case '03':
      // No cardholder is there.
      return say('N', '21');
  }
};

export const decide = (
  request: Pick<AReq, 'deviceChannel' | 'messageVersion' | 'threeDSRequestorDecReqInd'>,
  plan: CardPlan | null,
  facts: Facts,
): Answer => {
  const answer = ((): Answer => {
    if (plan === null) {
      switch (judge(facts)) {
        case 'inform':
          return say('I');
        case 'reject':
          return say('R', '11');
        case 'challenge':
          return challenged(request, 'code');
        case 'frictionless':
          return say('Y');
      }
    }
    switch (plan.ends) {
      case 'C':
        return facts.wish === '06' ? say('I') : challenged(request, plan.by);
      case 'D':
        return request.threeDSRequestorDecReqInd === 'Y' ? say('D') : say('U', '23');
      default:
        return say(plan.ends, plan.reason);
    }
  })();
  return { ...answer, reason: reasonIn(request.messageVersion, answer.reason) };
};
