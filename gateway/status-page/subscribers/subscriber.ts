/** Somebody who asked to be told: by mail, or by a call to an address of theirs. */
import type { Lang } from '../render/words.ts';

export interface Subscriber {
  readonly id: string;
  readonly channel: 'mail' | 'webhook';
  /** An address of mail, or a URL. */
  readonly target: string;
  readonly lang: Lang;
  /** `asked`: not confirmed, gets nothing. `bounced`: confirmed once, and gets nothing any more. */
  readonly state: 'asked' | 'confirmed' | 'bounced';
  readonly askedAtMs: number;
  /** Tries in a row that failed. Whoever has some is told in the slow lane. */
  readonly failures: number;
}

/** Letters that come back for good this often in a row end a subscription. */
export const bouncesMax = 3;

/** Calls that fail in a row until an address is called dead: at three tries a publication, a few weeks of incidents. */
export const failuresMax = 60;

/** After one more try. `never`: the receiver says that nothing for it will ever be taken. */
export const afterTry = (before: Subscriber, how: 'taken' | 'not_now' | 'never'): Subscriber => {
  if (how === 'taken') return before.failures === 0 ? before : { ...before, failures: 0 };
  const failures = before.failures + (how === 'never' ? failuresMax / bouncesMax : 1);
  return { ...before, failures, state: failures >= failuresMax ? 'bounced' : before.state };
};
