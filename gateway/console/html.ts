/** The small pieces that tabs are made of. All text is escaped by `html`. */
import { html, raw } from 'hono/html';
import type { Both, Lang } from '../words.ts';
import type { About, Action } from './tab.ts';
import { isoOf, lastingOf, stampOf } from './time.ts';
import { words } from './words.ts';

export type Html = ReturnType<typeof html>;
export { html };

/** How a state is coloured; a shape and its word say it as well. */
export type Tone = 'good' | 'some' | 'bad' | 'calm';

const shapes: Readonly<Record<Tone, string>> = {
  good: '<circle cx="12" cy="12" r="10"/><path d="m7.5 12.4 3.1 3.1 6-6.6"/>',
  some: '<path d="M12 3 22 20.5H2Z"/><path d="M12 9.5v5M12 17.4v.2"/>',
  bad: '<circle cx="12" cy="12" r="10"/><path d="m8.4 8.4 7.2 7.2m0-7.2-7.2 7.2"/>',
  calm: '<circle cx="12" cy="12" r="10"/><path d="M12 6.5V12l3.6 2.2"/>',
};

export const pill = (tone: Tone, text: string): Html =>
  html`<span class="pill ${tone}"><svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${raw(shapes[tone])}</svg>${text}</span>`;

export const time = (wallMs: number): Html => html`<time datetime="${isoOf(wallMs)}">${stampOf(wallMs)}</time>`;

/** How long ago, with the time itself for who points at it. */
export const ago = (wallMs: number, nowMs: number, lang: Lang): Html =>
  html`<time datetime="${isoOf(wallMs)}" title="${stampOf(wallMs)}">${lastingOf(nowMs - wallMs, lang)}${lang === 'ja' ? '前' : ' ago'}</time>`;

export interface Column {
  readonly head: string;
  /** Numbers stand right. */
  readonly number?: boolean;
}

/** A table that becomes a list of cards on a narrow screen: each cell says its head there. */
export const table = (caption: string, columns: readonly Column[], rows: readonly (readonly unknown[])[]): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="stack"><caption class="hidden">${caption}</caption>
<thead><tr>${columns.map(({ head, number }) => html`<th scope="col"${number === true ? raw(' class="num"') : ''}>${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, index) => {
        const column = columns[index];
        return html`<td data-head="${column?.head ?? ''}"${column?.number === true ? raw(' class="num"') : ''}>${cell === '' || cell === null ? '' : html`<div>${cell}</div>`}</td>`;
      })}</tr>`,
  )}</tbody></table></div>`;

export const empty = (text: string): Html => html`<p class="empty">${text}</p>`;

export const section = (title: string, body: Html, note?: string): Html =>
  html`<section><h2>${title}</h2>${note === undefined ? '' : html`<p class="soft">${note}</p>`}${body}</section>`;

export const terms = (rows: readonly (readonly [string, unknown])[]): Html =>
  html`<dl>${rows.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>`;

/** The link to an action's form. `label` stands for its title where that is too long. */
export const button = (action: Action, about: About, lang: Lang, label?: Both): Html =>
  html`<a class="button ${action.grave === true ? 'grave' : ''}" href="/console/do/${action.id}?${new URLSearchParams({ ...about }).toString()}">${(label ?? action.title)[lang]}</a>`;

export const buttons = (...parts: readonly (Html | '')[]): Html => html`<p class="row">${parts}</p>`;

/** A list or a word that there is nothing. */
export const listOf = <One>(all: readonly One[], lang: Lang, show: (all: readonly One[]) => Html): Html =>
  all.length === 0 ? empty(words.none[lang]) : show(all);

/** A template's text. No part of one is ever awaited; a promise here would be a mistake in it. */
export const textOf = (part: Html): string => {
  if (part instanceof Promise) throw new Error('a page template awaited something');
  return part.toString();
};
