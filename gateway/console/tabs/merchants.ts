/** Merchants by volume and by share of failures; pausing one, letting it in again, its notices by mail. */
import type { Abuse } from '../../abuse/abuse.ts';
import type { Incidents } from '../../incidents/door.ts';
import type { Merchants } from '../../merchants/merchants.ts';
import { isMailAddress } from '../../notices/mail-address.ts';
import type { Both } from '../../words.ts';
import { button, buttons, html, listOf, pill, section, table } from '../html.ts';
import { type Action, done, refused, type Tab } from '../tab.ts';
import type { Volume } from '../volume.ts';
import { words } from '../words.ts';

const says = {
  volume: { ja: '直近の件数', en: 'Volume' },
  note: {
    ja: '本インスタンスで直近60分に受けた要求です。失敗率は、受け付けた正しい要求のうち当社または接続先の都合で失敗した割合です。',
    en: 'Calls at this instance within the last 60 minutes. Failed share: of well-formed calls that were let in, those that failed by us or an upstream.',
  },
  paused: { ja: '停止中', en: 'Paused' },
  find: { ja: '加盟店 ID', en: 'Merchant id' },
  show: { ja: '表示', en: 'Show' },
  calls: { ja: '件数', en: 'Calls' },
  ok: { ja: '成功', en: 'Good' },
  declined: { ja: '拒否', en: 'Declined' },
  wrong: { ja: '不正', en: 'Wrong' },
  limited: { ja: '上限超過', en: 'Limited' },
  failed: { ja: '失敗', en: 'Failed' },
  share: { ja: '失敗率', en: 'Failed share' },
  byVolume: { ja: '件数順', en: 'By volume' },
  byShare: { ja: '失敗率順', en: 'By failed share' },
  live: { ja: '本番', en: 'Live' },
  test: { ja: 'テスト', en: 'Test' },
  mail: { ja: '通知メール', en: 'Notices by mail' },
  none: { ja: 'なし', en: 'none' },
  active: { ja: '利用中', en: 'Active' },
} as const satisfies Record<string, Both>;

const shownMax = 50;
const pausedMax = 200;

export interface MerchantsTabDeps {
  readonly merchants: Merchants;
  readonly abuse: Abuse;
  readonly incidents: Incidents;
  readonly volume: Volume;
}

export const createMerchantsTab = ({ merchants, abuse, incidents, volume }: MerchantsTabDeps): Tab => {
  const pause: Action = {
    id: 'merchant.pause',
    title: { ja: '停止する', en: 'Pause' },
    grave: true,
    async ask({ id = '' }) {
      const merchant = await merchants.find(id);
      return merchant === undefined || merchant.pausedReason !== null
        ? undefined
        : {
            subject: id,
            text: {
              ja: `${merchant.name} (${id}) のすべての API 呼び出しを 403 で断ります。理由は加盟店にも伝わります。`,
              en: `Every call of ${merchant.name} (${id}) is refused with 403. The merchant is told the reason.`,
            },
            fields: [],
          };
    },
    async run({ id = '' }, _given, { reason }) {
      if (!(await merchants.pause(id, reason))) return refused('加盟店がありません。', 'There is no such merchant.');
      incidents.blocked(id, true);
      return done('停止しました。', 'It is paused.');
    },
  };
  const resume: Action = {
    id: 'merchant.resume',
    title: { ja: '再開する', en: 'Let in again' },
    async ask({ id = '' }) {
      const merchant = await merchants.find(id);
      return merchant === undefined || merchant.pausedReason === null
        ? undefined
        : {
            subject: id,
            text: {
              ja: `${merchant.name} (${id}) を再開します。停止理由: ${merchant.pausedReason}`,
              en: `${merchant.name} (${id}) is let in again. It was paused because: ${merchant.pausedReason}`,
            },
            fields: [
              {
                name: 'how',
                label: { ja: '方法', en: 'How' },
                hint: {
                  ja: '一度に戻すと、原因が残っていれば再発します (2020年7月24日)。',
                  en: 'All at once brings the trouble back if its cause is still there (2020-07-24).',
                },
                kind: 'choice',
                value: 'by_ramp',
                required: true,
                choices: [
                  { value: 'by_ramp', label: { ja: '段階的に', en: 'step by step' } },
                  { value: 'at_once', label: { ja: '一度に', en: 'all at once' } },
                ],
              },
            ],
          };
    },
    async run({ id = '' }, { how }) {
      if (!(await merchants.resume(id))) return refused('加盟店がありません。', 'There is no such merchant.');
      abuse.override(id, how === 'at_once' ? 'clear' : 'ramping');
      incidents.blocked(id, false);
      return how === 'at_once'
        ? done('再開しました。', 'It is let in again.')
        : done('段階的に再開しています。', 'It is let in step by step.');
    },
  };
  const mail: Action = {
    id: 'merchant.mail',
    title: { ja: '通知メールを設定', en: 'Set mail address' },
    async ask({ id = '' }) {
      const merchant = await merchants.find(id);
      return merchant === undefined
        ? undefined
        : {
            subject: id,
            text: {
              ja: `${merchant.name} (${id}) に、障害などの通知をメールでも送ります。空欄にすると送りません。`,
              en: `${merchant.name} (${id}) has its notices by mail too. Empty: it does not.`,
            },
            fields: [
              {
                name: 'address',
                label: { ja: 'メールアドレス', en: 'Mail address' },
                kind: 'line',
                max: 254,
                value: merchant.noticeMail?.address ?? '',
              },
              {
                name: 'language',
                label: { ja: '言語', en: 'Language' },
                kind: 'choice',
                required: true,
                value: merchant.noticeMail?.language ?? 'ja',
                choices: [
                  { value: 'ja', label: { ja: '日本語', en: 'Japanese' } },
                  { value: 'en', label: { ja: '英語', en: 'English' } },
                ],
              },
            ],
          };
    },
    async run({ id = '' }, { address = '', language }) {
      if (address !== '' && !isMailAddress(address))
        return refused('メールアドレスが正しくありません。', 'That is no mail address.');
      const kept = address === '' ? null : { address, language: language === 'en' ? ('en' as const) : ('ja' as const) };
      return (await merchants.setNoticeMail(id, kept))
        ? done('保存しました。', 'It is saved.')
        : refused('加盟店がありません。', 'There is no such merchant.');
    },
  };

  return {
    id: 'merchants',
    title: { ja: '加盟店', en: 'Merchants' },
    actions: [pause, resume, mail],
    async render({ lang, query }) {
      const mode = query.mode === 'test' ? 'test' : 'live';
      const byShare = query.sort === 'share';
      const rows = volume
        .of(mode, 60)
        .toSorted((a, b) => (byShare ? b.failedShare - a.failedShare || b.calls - a.calls : b.calls - a.calls))
        .slice(0, shownMax);
      const paused = await merchants.paused(pausedMax);
      const pausedIds = new Set(paused.map(({ id }) => id));
      const wanted = query.id === undefined || query.id === '' ? undefined : await merchants.find(query.id);
      const act = (id: string, isPaused: boolean) =>
        buttons(
          isPaused ? button(resume, { id }, lang) : button(pause, { id }, lang),
          button(mail, { id }, lang, says.mail),
        );
      const link = (text: string, change: Record<string, string>) =>
        html`<a href="?${new URLSearchParams({ mode, sort: byShare ? 'share' : 'volume', ...change }).toString()}">${text}</a>`;
      return html`<form class="find" method="get"><label>${says.find[lang]}<input name="id" value="${query.id ?? ''}" maxlength="60" autocomplete="off"></label><button>${says.show[lang]}</button></form>
${
  query.id === undefined || query.id === ''
    ? ''
    : wanted === undefined
      ? html`<p class="said some">${words.notFoundText[lang]}</p>`
      : html`<article class="card"><div class="head"><h2>${wanted.name}</h2>${wanted.pausedReason === null ? pill('good', says.active[lang]) : pill('bad', says.paused[lang])}</div>
<p class="soft"><code>${wanted.id}</code>${wanted.pausedReason === null ? '' : html` · ${wanted.pausedReason}`}</p>
<p>${says.mail[lang]}: ${wanted.noticeMail === null ? says.none[lang] : html`${wanted.noticeMail.address} (${wanted.noticeMail.language})`}</p>${act(wanted.id, wanted.pausedReason !== null)}</article>`
}
${section(
  says.paused[lang],
  listOf(paused, lang, (all) =>
    table(
      says.paused[lang],
      [{ head: words.merchant[lang] }, { head: words.reason[lang] }, { head: words.actions[lang] }],
      all.map(({ id, name, pausedReason }) => [
        html`${name} <code class="soft">${id}</code>`,
        pausedReason ?? '',
        act(id, true),
      ]),
    ),
  ),
)}
${section(
  says.volume[lang],
  html`<p class="row">${mode === 'live' ? html`<strong>${says.live[lang]}</strong>` : link(says.live[lang], { mode: 'live' })}${mode === 'test' ? html`<strong>${says.test[lang]}</strong>` : link(says.test[lang], { mode: 'test' })}<span>·</span>${byShare ? link(says.byVolume[lang], { sort: 'volume' }) : html`<strong>${says.byVolume[lang]}</strong>`}${byShare ? html`<strong>${says.byShare[lang]}</strong>` : link(says.byShare[lang], { sort: 'share' })}</p>${listOf(
    rows,
    lang,
    (all) =>
      table(
        says.volume[lang],
        [
          { head: words.merchant[lang] },
          { head: says.calls[lang], number: true },
          { head: says.ok[lang], number: true },
          { head: says.declined[lang], number: true },
          { head: says.wrong[lang], number: true },
          { head: says.limited[lang], number: true },
          { head: says.failed[lang], number: true },
          { head: says.share[lang], number: true },
          { head: words.actions[lang] },
        ],
        all.map(({ merchantId, calls, by, failedShare }) => [
          html`<code>${merchantId}</code>`,
          calls,
          by.ok,
          by.declined,
          by.wrong,
          by.limited,
          by.failed,
          failedShare >= 0.05
            ? pill('bad', `${(failedShare * 100).toFixed(1)} %`)
            : `${(failedShare * 100).toFixed(1)} %`,
          act(merchantId, pausedIds.has(merchantId)),
        ]),
      ),
  )}`,
  says.note[lang],
)}`;
    },
  };
};
