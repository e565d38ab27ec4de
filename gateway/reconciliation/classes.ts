/** The names of what can be wrong, and of what only looks wrong: who has to act, and why. */
import type { Both } from '../words.ts';

/** `gateway`: our operators; `acquirer`: its settlement desk. */
export type WhoActs = 'gateway' | 'acquirer';

export const discrepancyClasses = {
  missing_here: {
    en: 'The acquirer carried out what is not in our books: book it, or reverse it there.',
    ja: 'アクワイアラー側で実行済みですが、当社の帳簿にありません。計上するか、取り消してください。',
  },
  missing_there: {
    en: 'Our books have a movement that the acquirer never carried out: carry it out or take it out of the books.',
    ja: '当社の帳簿にある入出金が、アクワイアラー側で実行されていません。実行するか、帳簿を訂正してください。',
  },
  missing_in_file: {
    en: 'The acquirer carried it out, as its inquiry says, but will not settle it: its file lacks the line.',
    ja: '照会では実行済みですが、精算ファイルに明細がありません。アクワイアラーに確認してください。',
  },
  only_in_file: {
    en: 'The acquirer settles what neither our books nor its own inquiry know.',
    ja: '精算ファイルだけにあり、当社の帳簿にも照会にもない明細です。アクワイアラーに確認してください。',
  },
  amount_differs: {
    en: 'All have it, but not for the same amount.',
    ja: '三者に記録がありますが、金額が一致しません。',
  },
  state_differs: {
    en: 'Books and file agree, but the acquirer’s inquiry shows another state.',
    ja: '帳簿と精算ファイルは一致しますが、照会の状態が異なります。',
  },
  double: {
    en: 'One payment was taken twice: give one of them back.',
    ja: '一つの支払いが二重に売上計上されています。一方を返金してください。',
  },
  hold_left: {
    en: 'The acquirer holds money for a payment that is over here: release it.',
    ja: '終了した支払いの与信がアクワイアラーに残っています。取消してください。',
  },
  unsettled: {
    en: 'Its outcome has been open for longer than settling takes.',
    ja: '結果不明のまま、通常の照会期間を過ぎています。',
  },
} as const satisfies Record<string, Both>;
export type DiscrepancyClass = keyof typeof discrepancyClasses;

export const explanations = {
  cutoff: {
    en: 'Booked on one day and filed on another: the same movement on two sides of midnight, or learned of late.',
    ja: '計上日と精算日が異なるだけの、同一の入出金です。',
  },
  next_file: {
    en: 'Booked shortly before midnight: due in the next day’s file, and looked for there.',
    ja: '締め直前の計上です。翌日の精算ファイルで確認します。',
  },
  in_settling: {
    en: 'Its outcome is still being settled.',
    ja: '結果を照会中です。',
  },
  reversed: {
    en: 'Taken by the acquirer and given back, without ever being a payment here.',
    ja: 'アクワイアラー側で売上後に取消済みです。当社では支払いになっていません。',
  },
  lapsed: {
    en: 'The hold is gone because its time is over.',
    ja: '与信の有効期限切れです。',
  },
} as const satisfies Record<string, Both>;
export type Explanation = keyof typeof explanations;
