/** Small pieces of the report. Everything dynamic goes through `html`, which escapes it. */
import { html, raw } from 'hono/html';
import type { RunResult } from '../judge/result.ts';
import type { Lang, Words } from '../play/words.ts';
import { words } from './words.ts';

export type Html = ReturnType<typeof html>;
export { html, raw };

/** Both languages; the reader's choice hides one. */
export const both = ({ en, ja }: Words): Html =>
  html`<span class="ja" lang="ja">${ja}</span><span class="en" lang="en">${en}</span>`;

/** Both languages of something computed. */
export const each = (of: (lang: Lang) => string): Html => {
  const [ja, en] = [of('ja'), of('en')];
  return ja === en ? html`${ja}` : both({ ja, en });
};

/** The line style of the n-th policy, as in the plots. */
export const key = (index: number): Html => html`<i class="key k${index % 5}"></i>`;

export const tag = (verdict: RunResult['verdict']): Html =>
  html`<span class="tag ${verdict}">${both(words[verdict])}</span>`;

/** Two runs of one policy are told apart by their seed. */
export const titleOf = (result: RunResult, results: readonly RunResult[]): Words => {
  const alone = results.filter((other) => other.policy === result.policy).length === 1;
  const seed = alone ? '' : ` (seed ${result.seed})`;
  return { en: `${result.policyTitle.en}${seed}`, ja: `${result.policyTitle.ja}${seed}` };
};
