/** What is on its way to merchants and others: waiting, given up, and how long the last ones took; sending again. */
import type { DeadLetters } from '../../deliveries/dead-letters.ts';
import { deliveryById } from '../../deliveries/store.ts';
import type { MailOutbox } from '../../notices/outbox.ts';
import type { Store } from '../../ports.ts';
import type { DeliveryRow } from '../../store/database.ts';
import type { Both, Lang } from '../../words.ts';
import { ago, button, buttons, type Html, html, listOf, pill, section, type Tone, table, time } from '../html.ts';
import { countDeliveries, deadWebhooks, latestNotices } from '../store-reads.ts';
import { type Action, done, refused, type Tab } from '../tab.ts';
import { lastingOf } from '../time.ts';
import { words } from '../words.ts';

const says = {
  way: { ja: '送信中・未達', en: 'Under way and given up' },
  latest: { ja: '最近の通知', en: 'Latest notices' },
  dead: { ja: '届かなかったもの', en: 'Given up' },
  letters: { ja: 'メール送信箱', en: 'Letters' },
  lettersNote: {
    ja: 'SMTP が設定されていないため、メールは送られずここに残ります。',
    en: 'No SMTP server is configured: letters are not sent and stay here.',
  },
  kind: { ja: '種類', en: 'Kind' },
  count: { ja: '件数', en: 'Count' },
  to: { ja: '宛先', en: 'To' },
  type: { ja: '内容', en: 'About' },
  made: { ja: '作成', en: 'Written' },
  took: { ja: '到達まで', en: 'Arrived after' },
  tries: { ja: '回数', en: 'Tries' },
  why: { ja: '失敗の理由', en: 'Why not' },
  subject: { ja: '件名', en: 'Subject' },
  waiting: { ja: '送信中', en: 'waiting' },
  delivered: { ja: '到達', en: 'delivered' },
  deadState: { ja: '未達', en: 'given up' },
} as const satisfies Record<string, Both>;

const kinds: Readonly<Record<string, Both>> = {
  webhook: { ja: 'Webhook', en: 'webhook' },
  notice: { ja: '加盟店への通知', en: 'notice to a merchant' },
  mail: { ja: '加盟店へのメール', en: 'letter to a merchant' },
  upstream: { ja: '接続先への連絡', en: 'message to an acquirer' },
};

const shownMax = 50;

const stateOf = (state: string, lang: Lang): Html => {
  const shown: readonly [Tone, Both] =
    state === 'delivered'
      ? ['good', says.delivered]
      : state === 'dead'
        ? ['bad', says.deadState]
        : ['some', says.waiting];
  return pill(shown[0], shown[1][lang]);
};

export interface NoticesTabDeps {
  readonly store: Store;
  readonly deadLetters: DeadLetters;
  /** Letters that were not sent because there is no server for them; null: there is one. */
  readonly outbox: MailOutbox | null;
}

export const createNoticesTab = ({ store, deadLetters, outbox }: NoticesTabDeps): Tab => {
  const resend: Action = {
    id: 'notice.resend',
    title: { ja: '送り直す', en: 'Send again' },
    async ask({ id = '' }) {
      const row = await store.read((tx) => tx.first(deliveryById, { id }));
      return row === undefined || row.state === 'waiting'
        ? undefined
        : {
            subject: id,
            text: {
              ja: `${kinds[row.kind]?.ja ?? row.kind} (${row.subject}) を ${row.url} に送り直します。`,
              en: `${kinds[row.kind]?.en ?? row.kind} (${row.subject}) is sent to ${row.url} again.`,
            },
            fields: [],
          };
    },
    async run({ id = '' }) {
      const sent = await deadLetters.resend(id);
      if (sent === 'no_such') return refused('対象がありません。', 'There is no such delivery.');
      if (sent === 'waiting') return refused('すでに送信待ちです。', 'It waits for its next try already.');
      if (sent === 'not_kept')
        return refused('届いた通知の本文は残していません。', 'The words of a notice that arrived are not kept.');
      return done('送り直しています。', 'It is being sent again.');
    },
  };
  const resendAll: Action = {
    id: 'notice.resend-all',
    title: { ja: '未達をすべて送り直す', en: 'Send all given-up ones again' },
    ask: async () => ({
      subject: 'all',
      text: {
        ja: '届かなかったものを古い順に、最大1000件送り直します。',
        en: 'All that was given up is sent again, oldest first, 1,000 at most.',
      },
      fields: [],
    }),
    async run() {
      const { resent, more } = await deadLetters.resendAll(null, 0);
      return done(
        `${resent}件を送り直しています。${more ? '残りがあります。' : ''}`,
        `${resent} are being sent again.${more ? ' There are more.' : ''}`,
      );
    },
  };

  const rows = (caption: string, all: readonly DeliveryRow[], lang: Lang, nowMs: number): Html =>
    table(
      caption,
      [
        { head: says.made[lang] },
        { head: words.state[lang] },
        { head: says.kind[lang] },
        { head: says.type[lang] },
        { head: words.merchant[lang] },
        { head: says.to[lang] },
        { head: says.tries[lang], number: true },
        { head: says.took[lang], number: true },
        { head: says.why[lang] },
        { head: words.actions[lang] },
      ],
      all.map((row) => [
        ago(Number(row.created_ms), nowMs, lang),
        stateOf(row.state, lang),
        kinds[row.kind]?.[lang] ?? row.kind,
        row.subject,
        row.merchant_id === null ? '' : html`<code>${row.merchant_id}</code>`,
        row.url.replace(/^mailto:/, ''),
        row.tries,
        row.delivered_ms === null ? '' : lastingOf(Number(row.delivered_ms) - Number(row.created_ms), lang),
        row.state === 'delivered' ? '' : (row.reason ?? ''),
        row.state === 'dead' ? buttons(button(resend, { id: row.id }, lang)) : '',
      ]),
    );

  return {
    id: 'notices',
    title: { ja: '通知', en: 'Notices' },
    actions: [resend, resendAll],
    async render({ lang, nowMs }) {
      const { counts, latest, dead } = await store.read(async (tx) => ({
        counts: await tx.all(countDeliveries, {}),
        latest: await tx.all(latestNotices, { kinds: '%', limit: shownMax }),
        dead: await tx.all(deadWebhooks, { limit: shownMax }),
      }));
      return html`${section(
        says.way[lang],
        listOf(counts, lang, (all) =>
          table(
            says.way[lang],
            [{ head: says.kind[lang] }, { head: words.state[lang] }, { head: says.count[lang], number: true }],
            all.map(({ kind, state, count }) => [kinds[kind]?.[lang] ?? kind, stateOf(state, lang), Number(count)]),
          ),
        ),
      )}
${section(
  says.latest[lang],
  listOf(latest, lang, (all) => rows(says.latest[lang], all, lang, nowMs)),
)}
${section(
  says.dead[lang],
  html`${listOf(dead, lang, (all) => html`${rows(says.dead[lang], all, lang, nowMs)}${buttons(button(resendAll, {}, lang))}`)}`,
)}
${
  outbox === null
    ? ''
    : section(
        says.letters[lang],
        listOf(
          outbox.letters(),
          lang,
          (all) =>
            html`${all.map(
              ({ atMs, letter }) =>
                html`<details class="card"><summary>${time(atMs)} ${letter.to} · ${letter.subject}</summary><p class="plain">${letter.text}</p></details>`,
            )}`,
        ),
        says.lettersNote[lang],
      )
}`;
    },
  };
};
