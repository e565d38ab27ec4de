/** An OrderID that was used is taken once more: two trades, one name. */
import { z } from 'zod';
import { faultKind } from '../kind.ts';
import { isApproval } from '../reply.ts';

export const orderAcceptedAgain = faultKind({
  kind: 'order-accepted-again',
  title: { en: 'the same OrderID is accepted twice', ja: '同じOrderIDが二度受理される' },
  rows: ['ACQ-13'],
  only: ['entry'],
  dialect: 'gmo-pg',
  parameters: z.strictObject({}),
  async inject(_, incident, next) {
    const { subject, reach, asked } = incident;
    const parting = await next();
    if (parting.reply === null || isApproval(subject, parting.reply)) return parting;
    // Only what was refused for its name.
    if (!parting.reply.body.includes('E01040010')) return parting;
    reach.forgetOrder(subject.tenant, asked.fields.get('OrderID') ?? '');
    const again = await incident.carryOut();
    return isApproval(subject, again) ? incident.say(parting, again) : parting;
  },
});
