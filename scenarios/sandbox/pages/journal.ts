/** What came to the acquirers of a world, newest first. */
import { html } from 'hono/html';
import type { Lang } from '../../play/words.ts';
import { jstText } from '../api.ts';
import { type AcquirerId, acquirerIds, type World } from '../world.ts';
import type { Html } from './layout.ts';
import { words } from './words.ts';

/** An entry as `GET /sim/v1/journal` says it, as far as it is shown. */
interface Entry {
  readonly seq: number;
  readonly atMs: number;
  readonly tookMs: number;
  readonly tenant: string | null;
  readonly operation: string;
  readonly reference: string | null;
  readonly decidedBy: string | null;
  readonly status: number;
  readonly way: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly answer: string;
}

/** Entries that are shown, and asked for at a time. */
const shown = 100;
const pageEntries = 1_000;

const lastEntries = async (world: World, which: AcquirerId): Promise<readonly Entry[]> => {
  let last: readonly Entry[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const reply = await world.ask(which, `/sim/v1/journal?after=${after}&limit=${pageEntries}`);
    if (!reply.ok) return last;
    const read = (await reply.json()) as { entries: Entry[]; next: number | null };
    last = [...last, ...read.entries].slice(-shown);
    after = read.next;
  }
  return last;
};

/** Yes and no of an issuer are the ordinary case; anybody else who decided deserves a look. */
const toneOf = ({ decidedBy, way, status }: Entry): string => {
  if (way !== 'whole' || status >= 500) return 'bad';
  return decidedBy === 'issuer' || decidedBy === 'acquirer' ? '' : 'some';
};

const details = ({ fields, answer }: Entry): string =>
  [...Object.entries(fields).map(([name, value]) => `${name}=${value}`), '', answer].join('\n');

/** The body of the table; it is also what the page fetches to follow. */
export const journalRows = async (world: World, lang: Lang): Promise<Html> => {
  const found = await Promise.all(
    acquirerIds.map(async (which) => (await lastEntries(world, which)).map((entry) => ({ which, entry }))),
  );
  const entries = found
    .flat()
    .sort((one, other) => other.entry.atMs - one.entry.atMs || other.entry.seq - one.entry.seq)
    .slice(0, shown);
  if (entries.length === 0) return html`<tr><td colspan="7" class="empty">${words.nothingYet[lang]}</td></tr>`;
  return html`${entries.map(
    ({
      which,
      entry,
    }) => html`<tr><td class="nowrap"><time>${jstText(entry.atMs).slice(5, 23).replace('T', ' ')}</time></td>
<td>${words[which][lang]}</td><td><details><summary>${entry.operation}</summary><pre>${details(entry)}</pre></details></td>
<td>${entry.tenant ?? '-'}</td><td><code>${entry.reference ?? ''}</code></td><td class="num">${entry.tookMs.toFixed(1)}</td>
<td><span class="tag ${toneOf(entry)}">${entry.decidedBy ?? '-'}${entry.way === 'whole' ? '' : ` · ${entry.way}`}</span></td></tr>`,
  )}`;
};

export const journalPage = async (world: World, lang: Lang): Promise<Html> => html`
<p class="soft">${words.journalLead[lang]}</p>
<label class="check"><input type="checkbox" data-pause> ${words.pause[lang]}</label>
<div class="card scroll"><table class="stack"><thead><tr><th>${words.when[lang]}</th><th>${words.acquirer[lang]}</th><th>${words.call[lang]}</th><th>${words.tenant[lang]}</th><th>${words.reference[lang]}</th><th class="num">${words.tookMs[lang]}</th><th>${words.decidedBy[lang]}</th></tr></thead>
<tbody data-follow="/journal/rows">${await journalRows(world, lang)}</tbody></table></div>`;
