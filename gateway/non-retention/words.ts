/** What a merchant is told that still passes card numbers (S0 L13-37, L68-101). */
import { dayOf } from '../mandate/facts.ts';
import type { Both } from '../words.ts';
import { paths, type ReportedMerchant } from './report.ts';
import type { Schedule } from './schedule.ts';

/** The notice, in both languages: which calls, by what, until when, and what to do instead. */
export const passthroughWords = ({ uses }: ReportedMerchant, schedule: Schedule, nowMs: number): Both => {
  const endpoints = [...new Set(uses.map(({ endpoint }) => endpoint))];
  const calls = endpoints.map((endpoint) => `POST ${paths[endpoint]}`).join(', ');
  const parameters = [...new Set(uses.flatMap((use) => use.parameters))].join(', ');
  const old = uses.find(({ integration }) => integration.supportEnded !== null)?.integration;
  const dates = endpoints.flatMap((endpoint) => schedule.at(endpoint, nowMs).refusedMs ?? []);
  const until = dates.length === 0 ? null : Math.min(...dates);
  const over = until !== null && until <= nowMs;
  const whenEn =
    until === null
      ? 'They will stop being accepted.'
      : over
        ? `They are refused since ${dayOf(until)} (JST).`
        : `They are refused from ${dayOf(until)} (JST) on.`;
  const whenJa =
    until === null
      ? '今後受け付けなくなる予定です。'
      : over
        ? `${dayOf(until)}以降お断りしています。`
        : `${dayOf(until)}以降お断りします。`;
  return {
    en: [
      `Your server sends card numbers to us (${calls}: ${parameters}).`,
      'Card data then passes devices of yours, which card non-retention does not allow unless you comply with PCI DSS.',
      whenEn,
      'Please use payjp.js or Checkout: the buyer’s browser sends the card to us, and your server only sees a token.',
      ...(old === undefined
        ? []
        : [`Your integration seems to be the ${old.name}, whose support ended on ${old.supportEnded}.`]),
    ].join(' '),
    ja: [
      `貴社サーバーからカード番号が送信されています(${calls}: ${parameters})。`,
      'カード情報が貴社の機器を通過するため、PCI DSSに準拠していない場合は非保持化の対応が必要です。',
      whenJa,
      'payjp.js または Checkout をご利用ください。カード情報は購入者のブラウザから直接送信され、貴社サーバーにはトークンのみが渡ります。',
      ...(old === undefined ? [] : [`ご利用の連携は${old.name}と思われます(${old.supportEnded}サポート終了)。`]),
    ].join(''),
  };
};
