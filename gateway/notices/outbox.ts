/** Where letters go without a mail server: nowhere but here, to be looked at on the operator's page. */
import type { Clock, Letter, Mail } from '../ports.ts';

export interface MailOutbox {
  readonly mail: Mail;
  /** The newest first. */
  letters(): readonly { readonly atMs: number; readonly letter: Letter }[];
}

const keptMax = 100;

export const createMailOutbox = (clock: Pick<Clock, 'wallMs'>): MailOutbox => {
  const held: { readonly atMs: number; readonly letter: Letter }[] = [];
  return {
    async mail(letter) {
      held.unshift({ atMs: clock.wallMs(), letter });
      if (held.length > keptMax) held.length = keptMax;
      return 'taken';
    },
    letters: () => held,
  };
};
