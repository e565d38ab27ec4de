/** Breakers: what each lets through, and an operator's word in place of it. */
import type { BreakerBoard } from '../../breaker/board.ts';
import type { Overrides } from '../../breaker/overrides.ts';
import type { Clock } from '../../ports.ts';
import type { Both, Lang } from '../../words.ts';
import { button, buttons, type Html, html, pill, section, type Tone, table, time } from '../html.ts';
import { type Action, done, refused, type Tab } from '../tab.ts';
import { lastingOf } from '../time.ts';
import { words } from '../words.ts';

const says = {
  closed: { ja: '閉 (通常)', en: 'closed' },
  ramp: { ja: '段階的に再開中', en: 'ramping' },
  open: { ja: '開 (遮断)', en: 'open' },
  key: { ja: '対象', en: 'Part' },
  share: { ja: '通す割合', en: 'Lets through' },
  evidence: { ja: '異常の証拠', en: 'Evidence' },
  openings: { ja: '開いた回数', en: 'Openings' },
  forced: { ja: '人の判断', en: 'By hand' },
  forcedOpen: { ja: '手動で遮断中', en: 'stopped by hand' },
  forcedClosed: { ja: '手動で通過中', en: 'let through by hand' },
  until: { ja: 'まで', en: 'until' },
  unused: { ja: 'まだ利用されていません。', en: 'Not used yet.' },
  note: {
    ja: '表示は本インスタンスの計測です。手動の判断は全インスタンスに及びます。',
    en: 'Counts are this instance’s own. What is decided by hand holds at every instance.',
  },
} as const satisfies Record<string, Both>;

const tones: Readonly<Record<'closed' | 'ramp' | 'open', Tone>> = { closed: 'good', ramp: 'some', open: 'bad' };

const minutes: readonly { value: string; label: Both }[] = [15, 60, 240, 720].map((count) => ({
  value: String(count),
  label: { ja: `${count}分`, en: `${count} minutes` },
}));

export interface BreakersTabDeps {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  readonly board: BreakerBoard;
  readonly overrides: Overrides;
  readonly acquirers: readonly string[];
}

export const createBreakersTab = ({ clock, board, overrides, acquirers }: BreakersTabDeps): Tab => {
  const force = (state: 'open' | 'closed', title: Both, text: Both, end: Both): Action => ({
    id: `breaker.force-${state}`,
    title,
    grave: true,
    ask: async ({ acquirer = '' }) =>
      acquirers.includes(acquirer)
        ? {
            subject: acquirer,
            text: { ja: `${acquirer}: ${text.ja}`, en: `${acquirer}: ${text.en}` },
            fields: [
              {
                name: 'minutes',
                label: { ja: '自動に戻すまで', en: 'Handed back by itself after' },
                kind: 'choice',
                choices: minutes,
                value: '60',
                required: true,
              },
            ],
          }
        : undefined,
    async run({ acquirer = '' }, given, { operator, reason }) {
      const atMs = clock.wallMs();
      const untilMs = atMs + Number(given.minutes) * 60_000;
      await overrides.set({ acquirer, state, operator: operator.name, reason, atMs, untilMs });
      return done(end.ja, end.en);
    },
  });
  const stop = force(
    'open',
    { ja: '遮断する', en: 'Stop sending' },
    {
      ja: '新しい要求を一切送りません。確定・返金は後で処理されます。',
      en: 'nothing new is sent to it; captures and refunds are deferred.',
    },
    { ja: '遮断しました。', en: 'Nothing is sent to it now.' },
  );
  const letThrough = force(
    'closed',
    { ja: '通過させる', en: 'Send in spite of it' },
    {
      ja: 'ブレーカーの判断にかかわらず、すべての要求を送ります。失敗すれば買い物客に影響します。',
      en: 'everything is sent, whatever its breakers say; buyers feel it if it fails.',
    },
    { ja: '通過させています。', en: 'Everything is sent to it now.' },
  );
  const clear: Action = {
    id: 'breaker.clear',
    title: { ja: '自動に戻す', en: 'Hand back' },
    ask: async ({ acquirer = '' }) =>
      overrides.of(acquirer) === null
        ? undefined
        : {
            subject: acquirer,
            text: { ja: `${acquirer}: ブレーカーの判断に戻します。`, en: `${acquirer}: its breakers decide again.` },
            fields: [],
          },
    run: async ({ acquirer = '' }, _given, { operator }) =>
      (await overrides.clear(acquirer, operator.name))
        ? done('自動に戻しました。', 'Its breakers decide again.')
        : refused('すでに自動です。', 'They do already.'),
  };

  const card = (acquirer: string, lang: Lang): Html => {
    const readings = board.snapshot().filter((one) => one.acquirer === acquirer);
    const word = overrides.list().find((one) => one.acquirer === acquirer);
    const worst = board.worst(acquirer);
    const nowMs = clock.monotonicMs();
    return html`<article class="card accent t-${tones[worst]}"><div class="head"><h3>${acquirer}</h3>${pill(tones[worst], says[worst][lang])}</div>
${
  word === undefined
    ? ''
    : html`<p class="said some"><strong>${(word.state === 'open' ? says.forcedOpen : says.forcedClosed)[lang]}</strong> ${word.operator}: ${word.reason} (${time(word.untilMs)} ${says.until[lang]})</p>`
}
${
  readings.length === 0
    ? html`<p class="empty">${says.unused[lang]}</p>`
    : table(
        acquirer,
        [
          { head: says.key[lang] },
          { head: words.state[lang] },
          { head: says.share[lang], number: true },
          { head: says.evidence[lang], number: true },
          { head: says.openings[lang], number: true },
          { head: words.since[lang] },
        ],
        readings.map((one) => [
          html`<code>${one.key.slice(acquirer.length + 1)}</code>`,
          pill(tones[one.status], says[one.status][lang]),
          `${Math.round(one.share * 100)} %`,
          one.evidence.toFixed(1),
          one.openings,
          one.openings === 0 && one.status === 'closed' ? '' : lastingOf(nowMs - one.sinceMs, lang),
        ]),
      )
}
${buttons(
  word?.state === 'open' ? '' : button(stop, { acquirer }, lang),
  word?.state === 'closed' ? '' : button(letThrough, { acquirer }, lang),
  word === undefined ? '' : button(clear, { acquirer }, lang),
)}</article>`;
  };

  return {
    id: 'breakers',
    title: { ja: 'ブレーカー', en: 'Breakers' },
    badge: () => acquirers.filter((acquirer) => board.worst(acquirer) !== 'closed').length,
    actions: [stop, letThrough, clear],
    render: async ({ lang }) =>
      section(words.acquirer[lang], html`${acquirers.map((acquirer) => card(acquirer, lang))}`, says.note[lang]),
  };
};
