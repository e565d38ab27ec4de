/** What goes back from either endpoint: fields beyond the echoed envelope, and who decided. */
import type { Decider } from '../decided-by.ts';

export interface Answer {
  readonly decidedBy: Decider;
  readonly responseCd: string;
  readonly transactionId: string;
  readonly fields: Readonly<Record<string, string>>;
}

export const refusal = (responseCd: string, transactionId = ''): Answer => ({
  decidedBy: 'acquirer',
  responseCd,
  transactionId,
  fields: {},
});
