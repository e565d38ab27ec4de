/** An inquiry is answered from a copy: what was true when somebody first asked. */
import { z } from 'zod';
import { faultKind, inquiries } from '../kind.ts';
import type { Reply } from '../reply.ts';

/** Copies kept; the oldest goes first. */
const COPIES = 1_000;

export const staleRead = faultKind({
  kind: 'stale-read',
  title: { en: 'an inquiry is answered from an old copy', ja: '照会に古い内容が返る' },
  rows: ['ACQ-09'],
  only: inquiries,
  parameters: z.strictObject({
    /** How long a copy serves. */
    forMs: z.number().positive().max(86_400_000).default(60_000),
  }),
  async inject({ forMs }, incident, next) {
    const { subject, memory, clock } = incident;
    const parting = await next();
    if (parting.reply === null) return parting;
    const key = `${subject.tenant}/${subject.api}/${subject.reference}`;
    const copy = memory.get(key) as { reply: Reply; atMs: number } | undefined;
    const atMs = clock.monotonicMs();
    if (copy === undefined || atMs - copy.atMs >= forMs) {
      memory.delete(key);
      memory.set(key, { reply: parting.reply, atMs });
      const oldest = memory.size > COPIES ? memory.keys().next().value : undefined;
      if (oldest !== undefined) memory.delete(oldest);
      return parting;
    }
    // Nothing changed meanwhile: nothing is stale.
    return copy.reply.body.equals(parting.reply.body) ? parting : incident.say(parting, copy.reply);
  },
});
