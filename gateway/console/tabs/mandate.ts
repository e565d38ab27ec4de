/** Chargeback protection and the duties behind it: the 3-D Secure mandate by merchant, and who still passes card numbers. */
import { raw } from 'hono/html';
import { bodyOf as mandateBody } from '../../compliance/report.ts';
import type { ComplianceRoom } from '../../compliance/room.ts';
import type { Merchants } from '../../merchants/merchants.ts';
import { type PassthroughReport, bodyOf as passthroughBody } from '../../non-retention/report.ts';
import type { Both } from '../../words.ts';
import { html, section } from '../html.ts';
import type { Tab } from '../tab.ts';
import { words } from '../words.ts';

const says = {
  pick: { ja: '加盟店を選んでください。', en: 'Choose a merchant.' },
  merchants: { ja: '加盟店', en: 'Merchants' },
  find: { ja: '加盟店 ID', en: 'Merchant id' },
  show: { ja: '表示', en: 'Show' },
  more: { ja: '続き', en: 'More' },
  live: { ja: '本番', en: 'live' },
  test: { ja: 'テスト', en: 'test' },
  mandate: { ja: '3Dセキュア義務化への対応とチャージバック補償', en: '3-D Secure mandate and chargeback protection' },
  numbers: { ja: 'カード番号の通過 (非保持化)', en: 'Card numbers through merchants’ servers' },
  english: { ja: '報告書の本文は英語です。', en: '' },
} as const satisfies Record<string, Both>;

const listed = 50;
const days = { mandate: 31, numbers: 90 } as const;

export interface MandateTabDeps {
  readonly merchants: Pick<Merchants, 'list'>;
  readonly compliance: Pick<ComplianceRoom, 'report'>;
  readonly passthrough: (days: number) => Promise<PassthroughReport>;
}

export const createMandateTab = ({ merchants, compliance, passthrough }: MandateTabDeps): Tab => ({
  id: 'mandate',
  title: { ja: '補償・義務', en: 'Compliance' },
  async render({ lang, query }) {
    const mode = query.mode === 'test' ? 'test' : 'live';
    const id = query.id ?? '';
    const report = id === '' ? undefined : await compliance.report(id, mode, days.mandate);
    const all = await merchants.list(query.after ?? '', listed + 1);
    const numbers = await passthrough(days.numbers);
    const last = all[listed - 1];
    const other = mode === 'live' ? 'test' : 'live';
    return html`<form class="find" method="get"><label>${says.find[lang]}<input name="id" value="${id}" maxlength="60" autocomplete="off"></label><button>${says.show[lang]}</button></form>
<p class="row">${all.slice(0, listed).map((one) => html`<a class="button" href="?${new URLSearchParams({ id: one.id, mode }).toString()}">${one.name}</a>`)}${
      all.length > listed && last !== undefined
        ? html`<a class="button" href="?${new URLSearchParams({ after: last.id, mode }).toString()}">${says.more[lang]}</a>`
        : ''
    }</p>
${section(
  says.mandate[lang],
  report === undefined
    ? html`<p class="empty">${id === '' ? says.pick[lang] : words.notFoundText[lang]}</p>`
    : html`<article class="card report"><div class="head"><h3>${report.name} <code class="soft">${report.merchant}</code></h3><a href="?${new URLSearchParams({ id, mode: other }).toString()}">${says[other][lang]}</a></div>${raw(mandateBody(report).html)}</article>`,
  says.english[lang] === '' ? undefined : says.english[lang],
)}
${section(says.numbers[lang], html`<article class="card report">${raw(passthroughBody(numbers).html)}</article>`)}`;
  },
});
