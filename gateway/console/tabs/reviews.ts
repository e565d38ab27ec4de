/** Cards that wait for a person's verdict, with what spoke against them. */
import type { FraudRoom } from '../../fraud/fraud.ts';
import { decideReview } from '../../fraud/review.ts';
import { decisionById, listReviews } from '../../fraud/store.ts';
import type { Clock, Store } from '../../ports.ts';
import type { FraudDecisionRow } from '../../store/database.ts';
import type { Both } from '../../words.ts';
import { ago, button, buttons, type Html, html, listOf, pill, section, terms } from '../html.ts';
import { type Action, done, type Looking, refused, type Tab } from '../tab.ts';
import { words } from '../words.ts';

const says = {
  queue: { ja: '審査待ち', en: 'Waiting for a verdict' },
  card: { ja: 'カード (指紋)', en: 'Card (fingerprint)' },
  rules: { ja: '該当した規則', en: 'Rules' },
  score: { ja: '点数', en: 'Score' },
  amount: { ja: '金額', en: 'Amount' },
  address: { ja: 'IP アドレス', en: 'IP address' },
  email: { ja: 'メール', en: 'Mail' },
  object: { ja: '対象', en: 'Object' },
  features: { ja: '特徴量', en: 'Features' },
  live: { ja: '本番', en: 'live' },
  test: { ja: 'テスト', en: 'test' },
  note: {
    ja: 'カード番号は表示されません。判断はカードの指紋に対して残ります。',
    en: 'No card number is shown: a verdict is kept for the fingerprint of the card.',
  },
} as const satisfies Record<string, Both>;

const shownMax = 50;

const hours = [
  { value: '24', label: { ja: '1日', en: '1 day' } },
  { value: '720', label: { ja: '30日', en: '30 days' } },
  { value: '8760', label: { ja: '1年', en: '1 year' } },
] as const;

export interface ReviewsTabDeps {
  readonly fraud: FraudRoom;
  readonly store: Store;
  readonly clock: Pick<Clock, 'wallMs'>;
}

export const createReviewsTab = ({ fraud, store, clock }: ReviewsTabDeps): Tab => {
  const decide: Action = {
    id: 'review.decide',
    title: { ja: '判断する', en: 'Decide' },
    async ask({ id = '' }) {
      const row = await store.read((tx) => tx.first(decisionById, { id }));
      return row === undefined || row.review !== 'open'
        ? undefined
        : {
            subject: id,
            text: {
              ja: `カード ${row.card.slice(0, 12)}… の今後の扱いを決めます。`,
              en: `It is decided what becomes of card ${row.card.slice(0, 12)}… from now on.`,
            },
            fields: [
              {
                name: 'verdict',
                label: { ja: '判断', en: 'Verdict' },
                kind: 'choice',
                required: true,
                choices: [
                  { value: 'clear', label: { ja: '問題なし (通す)', en: 'clear: let it through' } },
                  { value: 'confirm', label: { ja: '不正 (拒否する)', en: 'fraud: never again' } },
                ],
              },
              {
                name: 'hours',
                label: { ja: '有効期間', en: 'Holds for' },
                kind: 'choice',
                required: true,
                choices: hours,
                value: '720',
              },
            ],
          };
    },
    async run({ id = '' }, { verdict, hours: asked }, { reason }) {
      const decided = await decideReview(
        { fraud, store, wallMs: () => clock.wallMs() },
        { id, verdict: verdict === 'clear' ? 'clear' : 'confirm', note: reason, hours: Number(asked) },
      );
      if (decided === undefined) return refused('すでに判断されています。', 'Somebody has decided it already.');
      return verdict === 'clear'
        ? done('問題なしとしました。', 'The card is let through from now on.')
        : done('不正としました。', 'The card is refused from now on.');
    },
  };

  const card = (row: FraudDecisionRow, { lang, nowMs }: Looking): Html => {
    const features = Object.entries(JSON.parse(row.features) as Record<string, number>).filter(
      ([, value]) => value !== 0,
    );
    return html`<article class="card accent t-some"><div class="head"><h3><code>${row.card.slice(0, 16)}…</code></h3>${pill('some', row.decision)}</div>
<p class="soft"><code>${row.id}</code> · ${ago(Number(row.at_ms), nowMs, lang)}</p>
${terms([
  [
    words.merchant[lang],
    html`<a href="/console/merchants?id=${encodeURIComponent(row.merchant_id)}"><code>${row.merchant_id}</code></a> (${(row.livemode === 1 ? says.live : says.test)[lang]})`,
  ],
  [says.rules[lang], (JSON.parse(row.rules) as string[]).join(', ')],
  [says.score[lang], row.score],
  [says.amount[lang], row.amount === null ? '' : `¥${Number(row.amount).toLocaleString('en-US')}`],
  [says.address[lang], row.address ?? ''],
  [says.email[lang], row.email ?? ''],
  [says.object[lang], html`<code>${row.object_id ?? ''}</code>`],
])}
${features.length === 0 ? '' : html`<details><summary>${says.features[lang]} (${features.length})</summary>${terms(features.map(([name, value]) => [name, Math.round(value * 100) / 100] as const))}</details>`}
${buttons(button(decide, { id: row.id }, lang))}</article>`;
  };

  return {
    id: 'reviews',
    title: { ja: 'カード審査', en: 'Reviews' },
    actions: [decide],
    async render(looking) {
      await fraud.book.flush();
      const rows = await store.read((tx) => tx.all(listReviews, { state: 'open', limit: shownMax }));
      return section(
        says.queue[looking.lang],
        listOf(rows, looking.lang, (all) => html`${all.map((row) => card(row, looking))}`),
        says.note[looking.lang],
      );
    },
  };
};
