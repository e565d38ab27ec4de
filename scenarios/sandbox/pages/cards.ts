/** Everything that a number or an amount makes happen, from the issuers' own table. */
import { html } from 'hono/html';
import type { Html } from './layout.ts';
import { type Lang, words } from './words.ts';

export const cardsPage = (lang: Lang): Html => html`<p class="soft">${words.cardsLead[lang]}</p>`;
