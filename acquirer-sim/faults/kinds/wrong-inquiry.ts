/** An inquiry that is answered wrongly: another state than the books have. */
import { z } from 'zod';
import { inquiries, replyKind } from '../kind.ts';
import { isApproval, setFields, textOf, withText } from '../reply.ts';

/** What each state is called in GMO-PG's Status and JobCd. */
const gmoPg = {
  authorised: 'AUTH',
  captured: 'SALES',
  voided: 'VOID',
  declined: 'UNPROCESSED',
} as const;

export const wrongInquiry = replyKind({
  kind: 'wrong-inquiry',
  title: { en: 'an inquiry is answered wrongly', ja: '照会の回答が誤っている' },
  rows: ['ACQ-09'],
  only: inquiries,
  parameters: z.strictObject({
    /** What is said of every transaction. */
    state: z.enum(['authorised', 'captured', 'voided', 'declined']).default('voided'),
  }),
  change: ({ state }, reply, { subject }) => {
    if (!isApproval(subject, reply)) return null;
    if (subject.dialect === 'gmo-pg') {
      const changed = setFields(subject, reply, { Status: gmoPg[state], JobCd: gmoPg[state] });
      return changed.body.equals(reply.body) ? null : changed;
    }
    const [head = '', ...lines] = textOf(reply).split('\n');
    const said = lines.map((line) => (line === '' ? line : line.replace(/,[a-z]+(?=,[^,]*$|$)/, `,${state}`)));
    const changed = setFields(subject, withText(reply, [head, ...said].join('\n')), { State: state });
    return changed.body.equals(reply.body) ? null : changed;
  },
});
