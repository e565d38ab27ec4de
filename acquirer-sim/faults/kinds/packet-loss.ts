/** Packets are lost and sent again, each time after twice as long; after six times nobody tries any more. */
import { z } from 'zod';
import { faultKind } from '../kind.ts';

const TRIES = 6;

export const packetLoss = faultKind({
  kind: 'packet-loss',
  title: { en: 'packet loss', ja: 'パケット損失' },
  rows: ['NET-06'],
  parameters: z.strictObject({
    /** Chance of each sending to be lost. */
    loss: z.number().min(0).max(0.99).default(0.1),
    retransmitMs: z.number().positive().max(60_000).default(200),
  }),
  async inject({ loss, retransmitMs }, incident, next) {
    const { draws } = incident;
    const parting = await next();
    let lost = 0;
    while (lost <= TRIES && draws.float() < loss) lost += 1;
    if (lost === 0) return parting;
    if (lost > TRIES) return incident.leave(parting, { how: 'silence', deaf: false });
    await incident.delay(retransmitMs * (2 ** lost - 1));
    return incident.leave(parting, parting.way);
  },
});
