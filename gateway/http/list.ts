/** Lists: parameters and shape (payjp-api section 1.1). */
import { z } from 'zod';
import { optional, text, timestamp, whole } from './fields.ts';

/** Unix seconds in a query. */
export const unixSeconds = timestamp('invalid_querystring');

export const ListForm = z.strictObject({
  limit: optional(whole(1, 100, 'invalid_querystring')),
  offset: optional(whole(0, 999_999_999, 'invalid_querystring')),
  since: optional(unixSeconds),
  until: optional(unixSeconds),
});
export type ListForm = z.output<typeof ListForm>;

export const ListChargesForm = ListForm.extend({
  customer: optional(text(100)),
  subscription: optional(text(100)),
  tenant: optional(text(100)),
  term: optional(text(100)),
});

/** Far beyond any date; `until` is absent. */
const foreverMs = 9_999_999_999_000;

/** What the store wants: milliseconds and defaults. `until` covers its whole second. */
export const rangeOf = ({ limit, offset, since, until }: ListForm) => ({
  limit: limit ?? 10,
  offset: offset ?? 0,
  since: (since ?? 0) * 1000,
  until: until === undefined ? foreverMs : until * 1000 + 999,
});

/** A list inside another object: its first ten, and where to ask for the rest. */
export const firstPage = (url: string, all: readonly unknown[]) => listView(url, all.slice(0, 10), all.length, 0);

/** `url` is an absolute path: Python, Ruby, PHP and Java append it to their base. */
export const listView = (url: string, data: readonly unknown[], count: number, offset: number) => ({
  object: 'list',
  count,
  data,
  has_more: offset + data.length < count,
  url,
});
