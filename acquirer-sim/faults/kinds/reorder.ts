/** A reply waits until the one behind it has left. */
import { z } from 'zod';
import { faultKind } from '../kind.ts';

export const reorder = faultKind({
  kind: 'reorder',
  title: { en: 'replies change places', ja: '応答の順序が入れ替わる' },
  rows: ['NET-07'],
  parameters: z.strictObject({
    /** Without another reply it leaves after this long. */
    forMs: z.number().positive().max(600_000).default(1_000),
  }),
  async inject({ forMs }, incident, next) {
    const { memory, clock } = incident;
    const parting = await next();
    const waiting = memory.get('waiting') as (() => void) | undefined;
    if (waiting !== undefined) {
      // This one overtakes: the other goes as soon as this one is on its way.
      memory.delete('waiting');
      clock.after(1, waiting);
      return parting;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const release = (): void => {
      if (memory.get('waiting') === release) memory.delete('waiting');
      resolve();
    };
    memory.set('waiting', release);
    const timer = clock.after(forMs, release);
    const fromMs = clock.monotonicMs();
    await promise;
    timer.cancel();
    incident.waited(clock.monotonicMs() - fromMs);
    return incident.leave(parting, parting.way);
  },
});
