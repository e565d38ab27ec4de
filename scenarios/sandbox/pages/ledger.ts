/** The acquirers' books of a world: what really happened. */
import { html } from 'hono/html';
import type { LedgerRow } from '../../../acquirer-sim/app.ts';
import type { Lang } from '../../play/words.ts';
import { jstText } from '../api.ts';
import { type AcquirerId, acquirerIds, type World } from '../world.ts';
import type { Html } from './layout.ts';
import { words } from './words.ts';

/** Rows that are shown, newest first. */
const shown = 200;
const pageRows = 10_000;

const lastRows = async (world: World, which: AcquirerId): Promise<readonly LedgerRow[]> => {
  let rows: readonly LedgerRow[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const reply = await world.ask(which, `/sim/v1/ledger?after=${after}&limit=${pageRows}`);
    const read = (await reply.json()) as { rows: LedgerRow[]; next: number | null };
    rows = [...rows, ...read.rows].slice(-shown);
    after = read.next;
  }
  return rows;
};

const tones: Readonly<Record<string, string>> = { captured: 'good', declined: 'bad', voided: 'some', refunded: 'some' };

/** The body of the table; it is also what the page fetches to follow. */
export const ledgerRows = async (world: World, lang: Lang): Promise<Html> => {
  const found = await Promise.all(
    acquirerIds.map(async (which) => (await lastRows(world, which)).map((row) => ({ which, row }))),
  );
  const rows = found
    .flat()
    .sort((one, other) => other.row.atMs - one.row.atMs || other.row.seq - one.row.seq)
    .slice(0, shown);
  if (rows.length === 0) return html`<tr><td colspan="8" class="empty">${words.nothingYet[lang]}</td></tr>`;
  return html`${rows.map(
    ({
      which,
      row,
    }) => html`<tr><td class="nowrap"><time>${jstText(row.atMs).slice(5, 19).replace('T', ' ')}</time></td>
<td>${words[which][lang]}</td><td>${row.tenant}</td><td><code>${row.reference}</code></td><td>${row.kind}</td>
<td class="num">${row.amountYen.toLocaleString('en-US')}</td><td class="nowrap">${row.result}${row.code === '' || row.code === 'OK' ? '' : html` <code>${row.code}</code>`}</td>
<td><span class="tag ${tones[row.state] ?? ''}">${row.state}</span></td></tr>`,
  )}`;
};

export const ledgerPage = async (world: World, lang: Lang): Promise<Html> => html`
<p class="soft">${words.ledgerLead[lang]}</p>
<div class="card scroll"><table class="stack"><thead><tr><th>${words.when[lang]}</th><th>${words.acquirer[lang]}</th><th>${words.tenant[lang]}</th><th>${words.reference[lang]}</th><th>${words.operation[lang]}</th><th class="num">${words.yen[lang]}</th><th>${words.result[lang]}</th><th>${words.state[lang]}</th></tr></thead>
<tbody data-follow="/ledger/rows">${await ledgerRows(world, lang)}</tbody></table></div>`;
