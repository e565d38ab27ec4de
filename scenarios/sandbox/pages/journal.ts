/** What came to the acquirers of a world, newest first. */
import { html } from 'hono/html';
import { jstText } from '../api.ts';
import { acquirerIds, type World } from '../world.ts';
import type { Html } from './layout.ts';
import { type Lang, words } from './words.ts';

export const journalRows = async (_world: World, lang: Lang): Promise<Html> =>
  html`<tr><td colspan="7" class="empty">${words.nothingYet[lang]}</td></tr>`;

export const journalPage = async (world: World, lang: Lang): Promise<Html> => html`
<p class="soft">${words.journalLead[lang]} ${acquirerIds.length} ${jstText(world.clock.wallMs())}</p>
<table><tbody data-follow="/journal/rows">${await journalRows(world, lang)}</tbody></table>`;
