/**
 * A challenge from the first CReq to its verdict, as one pure function.
 *
 * Time is the caller's: a screen that was left arrives as an event. After the verdict nothing changes any
 * more, whatever a browser posts: what is said twice was said once.
 */
import {
  authenticated,
  brokenMessage,
  cancelled,
  technicalFailure,
  timedOut,
  tooManyTries,
  type Verdict,
} from './status.ts';

export interface Challenge {
  readonly by: 'code' | 'app';
  readonly phase: 'awaiting-creq' | 'open' | 'ended';
  /** interactionCounter of the RReq: answers of the cardholder. */
  readonly interactions: number;
  readonly wrong: number;
  readonly resends: number;
  readonly verdict: Verdict | null;
}

export interface ChallengeRules {
  readonly triesMax: number;
  readonly resendsMax: number;
  /** The right code does not help: the ACS fails behind it. */
  readonly failsAfterCode: boolean;
  readonly code: string;
}

export type ChallengeEvent =
  | { readonly type: 'creq' }
  | { readonly type: 'code'; readonly code: string }
  | { readonly type: 'approve' }
  | { readonly type: 'resend' }
  | { readonly type: 'cancel' }
  | { readonly type: 'left' }
  /** A CReq for it that was not in order. */
  | { readonly type: 'broken' }
  /** The last wrong code, by the control API. */
  | { readonly type: 'give-up' };

/** What the next screen says above its form. */
export type Remark = 'wrong-code' | 'resent' | 'no-more-resends' | 'not-approved-yet' | null;

export interface Step {
  readonly challenge: Challenge;
  readonly remark: Remark;
  /** The CReq was one too many: Erro 305, and nothing has changed. */
  readonly refused: boolean;
}

export const beginChallenge = (by: 'code' | 'app'): Challenge => ({
  by,
  phase: 'awaiting-creq',
  interactions: 0,
  wrong: 0,
  resends: 0,
  verdict: null,
});

const end = (challenge: Challenge, verdict: Verdict): Step => ({
  challenge: { ...challenge, phase: 'ended', verdict },
  remark: null,
  refused: false,
});

export const advance = (challenge: Challenge, event: ChallengeEvent, rules: ChallengeRules): Step => {
  const stay = (remark: Remark = null, changed: Partial<Challenge> = {}): Step => ({
    challenge: { ...challenge, ...changed },
    remark,
    refused: false,
  });
  if (event.type === 'creq') {
    if (challenge.phase !== 'awaiting-creq') return { challenge, remark: null, refused: true };
    return stay(null, { phase: 'open' });
  }
  if (challenge.phase === 'ended') return stay();
  const asked = { ...challenge, interactions: challenge.interactions + 1 };
  const passed = (): Step => end(asked, rules.failsAfterCode ? technicalFailure : authenticated);
  switch (event.type) {
    case 'code': {
      if (challenge.by !== 'code') return stay();
      if (event.code === rules.code) return passed();
      const wrong = challenge.wrong + 1;
      if (wrong >= rules.triesMax) return end({ ...asked, wrong }, tooManyTries);
      return stay('wrong-code', { interactions: asked.interactions, wrong });
    }
    case 'approve':
      return challenge.by === 'app' ? passed() : stay();
    case 'resend':
      if (challenge.by !== 'code') return stay();
      if (challenge.resends >= rules.resendsMax) return stay('no-more-resends');
      return stay('resent', { resends: challenge.resends + 1 });
    case 'cancel':
      return end(asked, cancelled);
    case 'give-up':
      return end(
        { ...asked, wrong: rules.triesMax, interactions: challenge.interactions + rules.triesMax - challenge.wrong },
        tooManyTries,
      );
    case 'left':
      return end(challenge, timedOut(challenge.phase === 'awaiting-creq' ? '05' : '04'));
    case 'broken':
      return end(challenge, brokenMessage);
  }
};
