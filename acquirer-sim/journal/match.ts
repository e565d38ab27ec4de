/**
 * Which entries are meant: filters of the journal, and *verify*, which counts and, when the count is
 * wrong, shows what came nearest and in which field it differed. Pure.
 */
import { z } from 'zod';
import { Entry } from './entry.ts';

const Pattern = z.string().max(1_000).describe('`*` stands for any run of characters');

export const Match = z.strictObject({
  tenant: Pattern.optional(),
  operation: Pattern.optional(),
  reference: Pattern.optional(),
  decidedBy: Pattern.optional(),
  status: z.int().min(100).max(599).optional(),
  method: Pattern.optional(),
  path: Pattern.optional(),
  address: Pattern.optional(),
  fields: z.record(z.string(), Pattern).optional().describe('Fields of the request, masked as the journal shows them'),
  text: z.string().max(1_000).optional().describe('Anywhere in the fields or the answer'),
  fromMs: z.number().optional().describe('Wall time, inclusive'),
  toMs: z.number().optional().describe('Wall time, inclusive'),
});
export type Match = z.infer<typeof Match>;

export const Count = z
  .strictObject({
    exactly: z.int().min(0).optional(),
    atLeast: z.int().min(0).optional(),
    atMost: z.int().min(0).optional(),
  })
  .refine(
    ({ exactly, atLeast, atMost }) => (exactly !== undefined) !== (atLeast !== undefined || atMost !== undefined),
    'wants exactly, or atLeast and/or atMost',
  );
export type Count = z.infer<typeof Count>;

export const Difference = z.object({
  field: z.string(),
  expected: z.union([z.string(), z.number()]),
  actual: z.union([z.string(), z.number()]).nullable(),
});
export type Difference = z.infer<typeof Difference>;

export const Verdict = z.object({
  ok: z.boolean(),
  matched: z.int(),
  looked: z.int().describe('Entries that were looked at'),
  forgotten: z.int().describe('Entries no longer kept: the count may be short of so many'),
  nearMisses: z.array(z.object({ entry: Entry, differences: z.array(Difference) })),
});
export type Verdict = z.infer<typeof Verdict>;

/** `*` alone is special, and each run is taken at its first place: linear, whatever the pattern. */
const fits = (pattern: string, value: string): boolean => {
  const [head = '', ...parts] = pattern.split('*');
  const tail = parts.pop();
  if (tail === undefined) return pattern === value;
  if (!value.startsWith(head)) return false;
  let at = head.length;
  for (const part of parts) {
    const found = value.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return value.length - tail.length >= at && value.endsWith(tail);
};

const contains = (entry: Entry, text: string): boolean =>
  entry.answer.includes(text) ||
  entry.path.includes(text) ||
  Object.entries(entry.fields).some(([name, value]) => name.includes(text) || value.includes(text));

const texts = ['tenant', 'operation', 'reference', 'decidedBy', 'method', 'path', 'address'] as const;

/** What keeps an entry from matching; empty when it does. */
export const differencesOf = (match: Match, entry: Entry): Difference[] => {
  const differences: Difference[] = [];
  const differ = (field: string, expected: string | number, actual: string | number | null) =>
    differences.push({ field, expected, actual });
  for (const field of texts) {
    const expected = match[field];
    if (expected !== undefined && !fits(expected, entry[field] ?? '')) differ(field, expected, entry[field]);
  }
  if (match.status !== undefined && match.status !== entry.status) differ('status', match.status, entry.status);
  for (const [name, expected] of Object.entries(match.fields ?? {})) {
    const actual = entry.fields[name];
    if (actual === undefined || !fits(expected, actual)) differ(`fields.${name}`, expected, actual ?? null);
  }
  if (match.text !== undefined && !contains(entry, match.text)) differ('text', match.text, null);
  if (match.fromMs !== undefined && entry.atMs < match.fromMs) differ('fromMs', match.fromMs, entry.atMs);
  if (match.toMs !== undefined && entry.atMs > match.toMs) differ('toMs', match.toMs, entry.atMs);
  return differences;
};

/** How unlike two values are, from 0: what their common beginning leaves. */
const distance = ({ expected, actual }: Difference): number => {
  if (actual === null) return 1;
  const [a, b] = [String(expected), String(actual)];
  let common = 0;
  while (common < a.length && common < b.length && a[common] === b[common]) common += 1;
  return 1 - common / Math.max(a.length, b.length, 1);
};

const NEAR_MISSES = 5;

const holds = ({ exactly, atLeast, atMost }: Count, matched: number): boolean =>
  (exactly === undefined || matched === exactly) &&
  (atLeast === undefined || matched >= atLeast) &&
  (atMost === undefined || matched <= atMost);

/** Near misses: fewest differences first, then the most alike, then the latest. */
export const verify = (entries: readonly Entry[], forgotten: number, match: Match, count: Count): Verdict => {
  const compared = entries.map((entry) => ({ entry, differences: differencesOf(match, entry) }));
  const matched = compared.filter(({ differences }) => differences.length === 0).length;
  const ok = holds(count, matched);
  const unlike = (differences: readonly Difference[]) => differences.reduce((sum, one) => sum + distance(one), 0);
  const nearMisses = ok
    ? []
    : compared
        .filter(({ differences }) => differences.length > 0)
        .sort(
          (a, b) =>
            a.differences.length - b.differences.length ||
            unlike(a.differences) - unlike(b.differences) ||
            b.entry.seq - a.entry.seq,
        )
        .slice(0, NEAR_MISSES);
  return { ok, matched, looked: entries.length, forgotten, nearMisses };
};
