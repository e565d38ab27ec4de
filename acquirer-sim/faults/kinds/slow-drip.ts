/** The reply comes in drops. */
import { z } from 'zod';
import { draw, quantity } from '../distribution.ts';
import { faultKind } from '../kind.ts';

export const slowDrip = faultKind({
  kind: 'slow-drip',
  title: { en: 'the reply drips', ja: '応答が少しずつ届く' },
  rows: ['NET-08'],
  parameters: z.strictObject({
    /** Drawn per reply; less than one byte a second is one. */
    bytesPerSecond: quantity(1_000_000_000).default(20),
  }),
  async inject({ bytesPerSecond }, incident, next) {
    const pace = Math.max(1, draw(incident.draws, bytesPerSecond, 1_000_000_000));
    return incident.leave(await next(), { how: 'drip', bytesPerSecond: pace });
  },
});
