/** What many objects share: ids, times, amounts, lists. */
import { z } from 'zod';

export const id = (prefix: string) => z.string().meta({ examples: [`${prefix}4f2b8d0c1e6a79530f8b2c4d6e1a`] });
export const seconds = z.int().meta({ description: 'Unix seconds.' });
export const yen = z.int().meta({ description: 'Whole yen.' });
export const text = z.string().nullable();
export const metadata = z
  .record(z.string(), z.string())
  .meta({ description: 'Your own keys and values, always text.' });
/** Platform accounts and products are not offered: these fields are there and empty. */
export const nothing = z.null();

/** The first fields of most objects. */
export const head = (prefix: string, object: string) => ({
  id: id(prefix),
  object: z.literal(object),
  livemode: z.boolean(),
  created: seconds,
});

export const Deleted = z.strictObject({ deleted: z.literal(true), id: z.string(), livemode: z.boolean() });

/** Newest first; `count` is what matches, not what is shown; `url` begins with `/v1/`. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    object: z.literal('list'),
    count: z.int().meta({ description: 'All that match, on whichever page.' }),
    data: z.array(item),
    has_more: z.boolean(),
    url: z.string().regex(/^\/v1\//),
  });

export const day = z.string().meta({ description: 'A day in Japan, `yyyy-mm-dd`.' });
