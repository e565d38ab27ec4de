/** The journal of requests, and claims about it. */
import { z } from 'zod';
import { Entry } from '../../journal/entry.ts';
import { Count, differencesOf, Match, Verdict, verify } from '../../journal/match.ts';
import { operation, Refusal } from '../operation.ts';
import { ChangesView, JournalQuery } from '../schema.ts';
import { pageOf } from '../views.ts';
import type { Controlled } from './controlled.ts';

const JournalPage = z.object({
  entries: z.array(Entry),
  next: z.int().nullable().describe('Cursor of the next page; null = this was the last'),
  forgotten: z.int().describe('Entries that are no longer kept'),
});

export const requestOperations = ({ journal, changes }: Pick<Controlled, 'journal' | 'changes'>) => [
  operation({
    id: 'getJournal',
    method: 'get',
    path: '/journal',
    summary: 'Requests to the acquirer and their answers, in order; card numbers masked',
    query: JournalQuery,
    answer: JournalPage,
    handle({ query: { after, limit, ...match } }) {
      const { rows, next } = pageOf(
        journal.entries(match.tenant),
        { after, limit },
        (entry) => entry.seq,
        (entry) => differencesOf(match, entry).length === 0,
      );
      return { entries: rows, next, forgotten: journal.forgotten(match.tenant) };
    },
  }),
  operation({
    id: 'verify',
    method: 'post',
    path: '/verify',
    summary: 'Counts requests; when the count is wrong, shows what came nearest and where it differed',
    body: z.strictObject({ match: Match.default({}), count: Count }),
    answer: Verdict,
    refusals: [409],
    handle({ body: { match, count } }) {
      if (!journal.on) return new Refusal(409, 'journal', 'is not kept by this acquirer');
      // A tenant without `*` has a shelf of its own, but near misses may lie on another.
      return verify(journal.entries(), journal.forgotten(), match, count);
    },
  }),
  operation({
    id: 'getChanges',
    method: 'get',
    path: '/changes',
    summary: 'The last control calls that changed something',
    answer: ChangesView,
    handle: () => ({ calls: [...changes.entries()] }),
  }),
];
