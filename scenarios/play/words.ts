/** Text for people, in the two languages every report speaks. */
import { z } from 'zod';

export const Words = z.strictObject({
  en: z.string().min(1),
  ja: z.string().min(1),
});
export type Words = z.infer<typeof Words>;
