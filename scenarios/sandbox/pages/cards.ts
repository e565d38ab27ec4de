/** Everything that a number or an amount makes happen, from the issuers' own table. */
import { html } from 'hono/html';
import { type TestCard, testAmounts, testCards } from '../../../acquirer-sim/app.ts';
import type { Lang, Words } from '../../play/words.ts';
import type { Html } from './layout.ts';
import { words } from './words.ts';

/** In the order of the page. A group that is not named here comes last, under its own name. */
const groups: Readonly<Record<string, Words>> = {
  good: { en: 'Approved', ja: '承認されるカード' },
  registration: { en: 'Refused when registered', ja: '登録時に拒否されるカード' },
  charge: { en: 'Registered; something happens when charged', ja: '登録はできるが、支払い時に結果が変わるカード' },
  account: { en: 'With an account behind it', ja: '残高・限度額・回数を持つカード' },
  origin: { en: 'Issued abroad', ja: '海外発行のカード' },
  range: { en: 'Ranges', ja: '番号の範囲' },
};

/** In fours, as it is printed on a card; copying it gives the digits alone. */
export const spaced = (number: string): Html =>
  html`<code class="digits">${(number.match(/.{1,4}/g) ?? [number]).map((four) => html`<span>${four}</span>`)}</code>`;

export const cardsPage = (lang: Lang): Html => {
  const named = [...new Set([...Object.keys(groups), ...testCards.map(({ group }) => group as string)])];
  const ofGroup = (group: string): readonly TestCard[] => testCards.filter((card) => card.group === group);
  return html`
<p class="soft">${words.cardsLead[lang]}</p>
<div class="card scroll"><table><thead><tr><th>${words.number[lang]}</th><th>${words.outcome[lang]}</th></tr></thead>
${named
  .filter((group) => ofGroup(group).length > 0)
  .map(
    (group) =>
      html`<tbody><tr class="head"><th colspan="2">${groups[group]?.[lang] ?? group}</th></tr>${ofGroup(group).map(
        (card) => html`<tr><td class="nowrap">${spaced(card.number)}</td><td>${card[lang]}</td></tr>`,
      )}</tbody>`,
  )}
<tbody><tr class="head"><th colspan="2">${words.amounts[lang]}</th></tr>${testAmounts.map(
    (row) =>
      html`<tr><td>${spaced(row.card)}<br><span class="num">${row.amount} ${words.yenUnit[lang]}</span></td><td>${row[lang]}</td></tr>`,
  )}</tbody></table></div>
<p class="small soft">${words.cardsOnDemand[lang]} <code>sim-ExecTran-E91029999-1</code></p>`;
};
