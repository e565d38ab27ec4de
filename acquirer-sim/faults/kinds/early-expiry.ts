/** A hold lapses long before its time: the acquirer voids it without being asked. */
import { z } from 'zod';
import { DelayMs, draw } from '../distribution.ts';
import { faultKind } from '../kind.ts';
import { askedWith, fieldOf, isApproval } from '../reply.ts';

export const earlyExpiry = faultKind({
  kind: 'early-expiry',
  title: { en: 'an authorisation lapses early', ja: '与信が早く失効する' },
  rows: ['ACQ-24'],
  only: ['authorise'],
  parameters: z.strictObject({
    /** From the approval to its end. */
    afterMs: DelayMs.default(60_000),
  }),
  async inject({ afterMs }, incident, next) {
    const { subject, asked, draws, clock, reach } = incident;
    const parting = await next();
    const { reply } = parting;
    if (reply === null || !isApproval(subject, reply)) return parting;
    const isEscott = subject.dialect === 'escott';
    const end = isEscott
      ? askedWith(subject, asked, {
          OperateId: '1Delete',
          ProcessId: fieldOf(subject, reply, 'ProcessId') ?? '',
          ProcessPass: fieldOf(subject, reply, 'ProcessPass') ?? '',
        })
      : // ExecTran has the order's keys and not the shop's password.
        {
          ...askedWith(subject, asked, { ...reach.credentialsOf(subject.tenant), JobCd: 'VOID' }),
          url: asked.url.replace('ExecTran', 'AlterTran'),
        };
    clock.after(draw(draws, afterMs), () => {
      void incident.carryOut(end).then(
        (answer) => {
          if (isApproval(subject, answer)) incident.happened();
        },
        () => {},
      );
    });
    return parting;
  },
});
