/** The audit log, and whether it is whole. */

import type { Both, Lang } from '../../words.ts';
import type { Audit } from '../audit.ts';
import { html, listOf, pill, section, type Tone, time } from '../html.ts';
import type { Tab } from '../tab.ts';
import { words } from '../words.ts';

const says = {
  title: { ja: '操作の記録', en: 'What was done' },
  note: {
    ja: '追記のみです。各行は前の行に続く署名を持ち、書き換えや削除は検査で分かります。',
    en: 'Rows are only added. Each carries a keyed hash over the one before: what was changed or removed shows.',
  },
  whole: { ja: '改ざんなし', en: 'whole' },
  broken: { ja: '行から先が記録と一致しません', en: 'from this row on it is not what was written' },
  rows: { ja: '行', en: 'rows' },
  check: { ja: '全体を検査する', en: 'Check all of it' },
  older: { ja: '古い記録', en: 'Older' },
  asked: { ja: '指示', en: 'asked for' },
  done: { ja: '実行', en: 'done' },
  refused: { ja: '不可', en: 'not done' },
  failed: { ja: '失敗', en: 'failed' },
  signed_in: { ja: 'サインイン', en: 'signed in' },
  signed_out: { ja: 'サインアウト', en: 'signed out' },
  detail: { ja: '内容', en: 'Details' },
} as const satisfies Record<string, Both>;

const tones: Readonly<Record<string, Tone>> = { asked: 'calm', done: 'good', refused: 'some', failed: 'bad' };
const pageRows = 100;

/** What was given, as lines; results say it in the reader's language. */
const detailOf = (kind: string, detail: string, lang: Lang): string => {
  if (kind === 'done' || kind === 'refused' || kind === 'failed') return (JSON.parse(detail) as Both)[lang];
  const parsed = JSON.parse(detail) as Record<string, unknown>;
  return Object.entries(parsed)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
};

export const createAuditTab = (audit: Audit): Tab => ({
  id: 'audit',
  title: { ja: '監査ログ', en: 'Audit log' },
  async render({ lang, query }) {
    const before = /^[0-9]{1,15}$/.test(query.before ?? '') ? Number(query.before) : Number.MAX_SAFE_INTEGER;
    const rows = await audit.list(before, pageRows + 1);
    const checked = query.check === '1' ? await audit.verify() : null;
    const verdict =
      checked === null
        ? html`<p class="row"><a class="button" href="?check=1">${says.check[lang]}</a></p>`
        : checked.brokenAt === null
          ? html`<p class="said good" role="status">${says.whole[lang]}: ${checked.rows} ${says.rows[lang]}</p>`
          : html`<p class="said bad" role="alert">${checked.brokenAt} ${says.broken[lang]}</p>`;
    const last = rows[pageRows - 1];
    return section(
      says.title[lang],
      html`${verdict}${listOf(
        rows.slice(0, pageRows),
        lang,
        (all) =>
          html`<ol class="audit">${all.map(
            (row) =>
              html`<li class="card" id="a${row.seq}"><div class="head"><span><strong>${row.operator}</strong> <code>${row.action}</code> ${row.subject}</span>${pill(
                tones[row.kind] ?? 'calm',
                (says as Readonly<Record<string, Both>>)[row.kind]?.[lang] ?? row.kind,
              )}</div>
<p class="soft">${row.seq} · ${time(Number(row.at_ms))} · ${row.instance}${
                row.about_seq === null ? '' : html` · <a href="#a${row.about_seq}">${row.about_seq}</a>`
              }</p>${row.reason === '' ? '' : html`<p>${words.reason[lang]}: ${row.reason}</p>`}${
                row.detail === '{}' ? '' : html`<p class="plain soft">${detailOf(row.kind, row.detail, lang)}</p>`
              }</li>`,
          )}</ol>`,
      )}${rows.length > pageRows && last !== undefined ? html`<p class="row"><a class="button" href="?before=${last.seq}">${says.older[lang]}</a></p>` : ''}`,
      says.note[lang],
    );
  },
});
