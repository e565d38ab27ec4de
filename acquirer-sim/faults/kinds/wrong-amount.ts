/** Another amount than was asked for: in the books, or in what is said of them. */
import { z } from 'zod';
import { faultKind } from '../kind.ts';
import { askedWith, fieldOf, isApproval, setFields } from '../reply.ts';

export const wrongAmount = faultKind({
  kind: 'wrong-amount',
  title: { en: 'the amount is another one', ja: '金額が変わる' },
  rows: ['ACQ-14'],
  only: ['entry', 'authorise', 'gather', 'change', 'search'],
  parameters: z.strictObject({
    /** Added to the amount, yen. */
    byYen: z.int().min(-9_999_999).max(9_999_999).default(1),
    /** `books`: another amount is carried out. `reply`: the books are right and the reply is not. */
    in: z.enum(['books', 'reply']).default('books'),
  }),
  async inject({ byYen, in: where }, incident, next) {
    const { subject, asked } = incident;
    const moved = (text: string | undefined): string => String(Math.max(1, Number(text) + byYen));
    if (where === 'books') {
      const amount = asked.fields.get('Amount');
      if (amount === undefined || subject.amountYen === null) return next();
      const parting = await next(askedWith(subject, asked, { Amount: moved(amount) }));
      if (parting.reply !== null && isApproval(subject, parting.reply)) incident.happened();
      return parting;
    }
    const parting = await next();
    const amount = parting.reply === null ? undefined : fieldOf(subject, parting.reply, 'Amount');
    if (parting.reply === null || amount === undefined || !/^\d+$/.test(amount)) return parting;
    return incident.say(parting, setFields(subject, parting.reply, { Amount: moved(amount) }));
  },
});
