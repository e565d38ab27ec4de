/** Payments whose outcome nobody knows: how many, how much, for how long; asking the acquirer again now. */
import type { Store } from '../../ports.ts';
import type { Settler } from '../../settling/settler.ts';
import type { Both } from '../../words.ts';
import { ago, button, buttons, html, listOf, pill, section, table } from '../html.ts';
import { unknownAttempts, unknownsByAcquirer } from '../store-reads.ts';
import { type Action, done, type Tab } from '../tab.ts';
import { lastingOf } from '../time.ts';
import { words } from '../words.ts';

const says = {
  by: { ja: '接続先ごと', en: 'By acquirer' },
  list: { ja: '古い順', en: 'Oldest first' },
  count: { ja: '件数', en: 'Count' },
  amount: { ja: '金額', en: 'Amount' },
  charge: { ja: '支払い', en: 'Charge' },
  reference: { ja: '照会番号', en: 'Our reference' },
  kind: { ja: '種類', en: 'Kind' },
  sent: { ja: '送信', en: 'Sent' },
  next: { ja: '次の照会', en: 'Asked again' },
  tries: { ja: '照会回数', en: 'Inquiries' },
  in: { ja: '後', en: '' },
  now: { ja: 'すぐ', en: 'now' },
  unknown: { ja: '結果不明', en: 'unknown' },
  doubtful: { ja: '要確認', en: 'doubtful' },
  note: {
    ja: '結果が分かるまで他の接続先には送りません。照会して確定し、必要なら取り消します。',
    en: 'Nothing is sent elsewhere until they are known. They are asked about, and reversed where need be.',
  },
} as const satisfies Record<string, Both>;

const shownMax = 100;
const yen = (amount: number): string => `¥${amount.toLocaleString('en-US')}`;

export interface UnknownsTabDeps {
  readonly store: Store;
  readonly settler: Pick<Settler, 'wake' | 'unknownsOpen'>;
  readonly acquirers: readonly string[];
}

export const createUnknownsTab = ({ store, settler, acquirers }: UnknownsTabDeps): Tab => {
  const wake: Action = {
    id: 'unknown.ask',
    title: { ja: '今すぐ照会する', en: 'Ask about them now' },
    ask: async ({ acquirer = '' }) =>
      acquirers.includes(acquirer)
        ? {
            subject: acquirer,
            text: {
              ja: `${acquirer} に、結果の分からない支払いをすべて照会します。`,
              en: `${acquirer} is asked about every payment whose outcome is not known.`,
            },
            fields: [],
          }
        : undefined,
    async run({ acquirer = '' }) {
      await settler.wake(acquirer);
      return done('照会を始めました。', 'They are asked about now.');
    },
  };
  return {
    id: 'unknowns',
    title: { ja: '結果不明', en: 'Unknown outcomes' },
    badge: () => acquirers.reduce((sum, acquirer) => sum + settler.unknownsOpen(acquirer), 0),
    actions: [wake],
    async render({ lang, nowMs }) {
      const { counts, rows } = await store.read(async (tx) => ({
        counts: await tx.all(unknownsByAcquirer, {}),
        rows: await tx.all(unknownAttempts, { limit: shownMax }),
      }));
      const state = (one: string) =>
        one === 'doubtful' ? pill('some', says.doubtful[lang]) : pill('bad', says.unknown[lang]);
      return html`${section(
        says.by[lang],
        listOf(counts, lang, (all) =>
          table(
            says.by[lang],
            [
              { head: words.acquirer[lang] },
              { head: words.state[lang] },
              { head: says.count[lang], number: true },
              { head: says.amount[lang], number: true },
              { head: words.actions[lang] },
            ],
            all.map((one) => [
              one.acquirer,
              state(one.state),
              Number(one.count),
              yen(Number(one.amount)),
              buttons(button(wake, { acquirer: one.acquirer }, lang)),
            ]),
          ),
        ),
        says.note[lang],
      )}
${section(
  says.list[lang],
  listOf(rows, lang, (all) =>
    table(
      says.list[lang],
      [
        { head: says.sent[lang] },
        { head: words.state[lang] },
        { head: says.charge[lang] },
        { head: words.merchant[lang] },
        { head: words.acquirer[lang] },
        { head: says.kind[lang] },
        { head: says.amount[lang], number: true },
        { head: says.tries[lang], number: true },
        { head: says.next[lang] },
        { head: says.reference[lang] },
      ],
      all.map((one) => [
        one.sent_ms === null ? '' : ago(Number(one.sent_ms), nowMs, lang),
        state(one.state),
        html`<code>${one.charge_id}</code>`,
        html`<a href="/console/merchants?id=${encodeURIComponent(one.merchant_id)}"><code>${one.merchant_id}</code></a>`,
        one.acquirer,
        one.kind,
        yen(Number(one.amount)),
        one.tries,
        one.due_ms === null || Number(one.due_ms) <= nowMs
          ? says.now[lang]
          : `${lastingOf(Number(one.due_ms) - nowMs, lang)}${says.in[lang]}`,
        html`<code>${one.reference}</code>`,
      ]),
    ),
  ),
)}`;
    },
  };
};
