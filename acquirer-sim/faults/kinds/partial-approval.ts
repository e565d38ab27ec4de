/** Approved for less than was asked, and said so. */
import { z } from 'zod';
import { faultKind } from '../kind.ts';
import { askedWith, isApproval, setFields } from '../reply.ts';

export const partialApproval = faultKind({
  kind: 'partial-approval',
  title: { en: 'approved for a part of the amount', ja: '一部の金額だけ承認される' },
  rows: ['ACQ-16'],
  only: ['entry', 'authorise', 'gather'],
  parameters: z.strictObject({
    /** Part that is approved, rounded down to a yen; at least one. */
    part: z.number().positive().max(0.99).default(0.5),
  }),
  async inject({ part }, incident, next) {
    const { subject, asked } = incident;
    const amount = asked.fields.get('Amount');
    if (amount === undefined || !/^\d+$/.test(amount) || Number(amount) < 2) return next();
    const approvedYen = String(Math.max(1, Math.floor(Number(amount) * part)));
    const parting = await next(askedWith(subject, asked, { Amount: approvedYen }));
    if (parting.reply === null || !isApproval(subject, parting.reply)) return parting;
    // Neither dialect has a field for it; a caller that knows its amount may see another one.
    return incident.say(parting, setFields(subject, parting.reply, { Amount: approvedYen }, true));
  },
});
