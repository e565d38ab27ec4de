/** Faults of a world: what is on, and how to add one. */
import { html } from 'hono/html';
import type { World } from '../world.ts';
import type { Html } from './layout.ts';
import { type Lang, words } from './words.ts';

export const faultsPage = async (_world: World, lang: Lang): Promise<Html> =>
  html`<p class="soft">${words.faultsLead[lang]}</p>`;
