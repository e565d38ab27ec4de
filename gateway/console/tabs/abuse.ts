/** Merchants that abuse control holds back, and moving one by hand. */
import type { Abuse, HeldMerchant } from '../../abuse/abuse.ts';
import type { Merchants } from '../../merchants/merchants.ts';
import type { Both } from '../../words.ts';
import { ago, button, buttons, html, listOf, pill, section, type Tone, table } from '../html.ts';
import { type Action, done, refused, type Tab } from '../tab.ts';
import { words } from '../words.ts';

const levels: Readonly<Record<HeldMerchant['level'], readonly [Tone, Both]>> = {
  clear: ['good', { ja: '制限なし', en: 'clear' }],
  told: ['calm', { ja: '通知のみ', en: 'told' }],
  throttled: ['some', { ja: '制限中', en: 'throttled' }],
  paused: ['bad', { ja: '一時停止', en: 'paused' }],
  ramping: ['calm', { ja: '段階的に再開中', en: 'ramping' }],
};

const says = {
  held: { ja: '抑えている加盟店', en: 'Held back' },
  share: { ja: '上限の割合', en: 'Share of its rate' },
  pauses: { ja: '停止回数', en: 'Pauses' },
} as const satisfies Record<string, Both>;

const steps = [
  { value: 'throttled', label: { ja: '制限する', en: 'throttle' } },
  { value: 'paused', label: { ja: '停止する', en: 'pause' } },
  { value: 'ramping', label: { ja: '段階的に戻す', en: 'restore step by step' } },
  { value: 'clear', label: { ja: 'すぐに戻し、これまでを問わない', en: 'clear at once, and forgive' } },
] as const;

export const createAbuseTab = ({ abuse, merchants }: { readonly abuse: Abuse; readonly merchants: Merchants }): Tab => {
  const move: Action = {
    id: 'abuse.move',
    title: { ja: '制限を変える', en: 'Change its hold' },
    grave: true,
    async ask({ id = '' }) {
      const merchant = await merchants.find(id);
      return merchant === undefined
        ? undefined
        : {
            subject: id,
            text: {
              ja: `${merchant.name} (${id}) の制限を変えます。加盟店にも通知されます。`,
              en: `The hold of ${merchant.name} (${id}) is changed, and it is told.`,
            },
            fields: [{ name: 'to', label: { ja: '変更後', en: 'To' }, kind: 'choice', choices: steps, required: true }],
          };
    },
    async run({ id = '' }, { to }) {
      const step = steps.find(({ value }) => value === to);
      if (step === undefined) return refused('選べない値です。', 'That is none of the choices.');
      abuse.override(id, step.value);
      return done(`${step.label.ja}: 実行しました。`, `Done: ${step.label.en}.`);
    },
  };
  return {
    id: 'abuse',
    title: { ja: '不正利用の抑制', en: 'Abuse' },
    badge: () => abuse.held().filter(({ level }) => level !== 'told').length,
    actions: [move],
    render: async ({ lang, nowMs }) =>
      section(
        says.held[lang],
        listOf(abuse.held(), lang, (all) =>
          table(
            says.held[lang],
            [
              { head: words.merchant[lang] },
              { head: words.state[lang] },
              { head: says.share[lang], number: true },
              { head: words.since[lang] },
              { head: says.pauses[lang], number: true },
              { head: words.actions[lang] },
            ],
            all.map(({ merchantId, level, share, sinceMs, pauses }) => [
              html`<a href="/console/merchants?id=${encodeURIComponent(merchantId)}"><code>${merchantId}</code></a>`,
              pill(levels[level][0], levels[level][1][lang]),
              `${Math.round(share * 100)} %`,
              ago(sinceMs, nowMs, lang),
              pauses,
              buttons(button(move, { id: merchantId }, lang)),
            ]),
          ),
        ),
      ),
  };
};
