/** Text for people, in the two languages every report, page and command speaks. */
import { z } from 'zod';

export const Words = z.strictObject({
  en: z.string().min(1),
  ja: z.string().min(1),
});
export type Words = z.infer<typeof Words>;

/** Which of the two somebody reads. */
export type Lang = keyof Words;
