/** Stretches of the day that the report draws as bands, put together from what began and what ended. */

import { announced } from './page-log.ts';
import type { Recorder } from './recorder.ts';
import type { Band } from './result.ts';
import { acquirerOf } from './stories.ts';

/** Breakers that are not closed, caps on us and public incidents, as stretches. */
export const bandsOf = (recorder: Recorder): Band[] => {
  const { dayMs, ourTenant } = recorder.options;
  const bands: Band[] = [];
  const open = new Map<string, Omit<Band, 'toMs'>>();
  const end = (key: string, atMs: number): void => {
    const started = open.get(key);
    if (started === undefined) return;
    open.delete(key);
    if (atMs > started.fromMs) bands.push({ ...started, toMs: atMs });
  };
  const begin = (key: string, band: Omit<Band, 'toMs'>): void => {
    end(key, band.fromMs);
    open.set(key, band);
  };

  for (const entry of recorder.facts()) {
    const acquirer = acquirerOf(entry);
    const { event } = entry.fields;
    if (event === 'breaker.changed') {
      const subject = [acquirer, entry.fields.key].filter((part) => typeof part === 'string' && part !== '').join(' ');
      const state = String(entry.fields.to);
      const key = `breaker ${entry.program} ${subject}`;
      if (state === 'closed') end(key, entry.atMs);
      else
        begin(key, {
          kind: 'breaker',
          subject,
          state,
          fromMs: entry.atMs,
          title: { en: `breaker ${subject}: ${state}`, ja: `ブレーカー ${subject}: ${state}` },
        });
    }
    if (entry.fields.tenant !== ourTenant) continue;
    if (event === 'operators.lifted') end(`cap ${acquirer}`, entry.atMs);
    if (event === 'operators.capped')
      begin(`cap ${acquirer}`, {
        kind: 'cap',
        subject: acquirer,
        state: 'capped',
        fromMs: entry.atMs,
        title: { en: `${acquirer} caps us`, ja: `${acquirer} による制限` },
      });
  }
  for (const fact of recorder.pageFacts()) {
    if (fact.stage === announced) continue;
    const key = `incident ${fact.incident}`;
    if (fact.stage === 'resolved') end(key, fact.atMs);
    else if (!open.has(key))
      open.set(key, {
        kind: 'incident',
        subject: fact.incident,
        state: 'open',
        fromMs: fact.atMs,
        title: { en: `public incident ${fact.incident}`, ja: `公開中の障害 ${fact.incident}` },
      });
  }
  for (const key of open.keys()) end(key, dayMs);
  return bands.sort((a, b) => a.fromMs - b.fromMs);
};
