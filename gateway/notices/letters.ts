/** Notices to merchants as letters, in the merchant's language. Pure; whoever sends adds who from and who to. */
import type { Both, Lang } from '../words.ts';

/** What a letter says; `text` is the words of the notice itself. */
export interface LetterContent {
  readonly type: string;
  readonly text: Both;
  /** Of the incident, for the subject. */
  readonly title?: Both;
  /** Id of the incident, for the link. */
  readonly incident?: string;
}

const subjects: Readonly<Record<string, Both>> = {
  incident: { ja: '障害のお知らせ', en: 'Incident' },
  incident_resolved: { ja: '障害復旧のお知らせ', en: 'Incident resolved' },
  abuse: { ja: 'リクエスト制限のお知らせ', en: 'About your requests' },
  card_numbers: { ja: 'カード情報の非通過化のお願い', en: 'Card numbers pass your server' },
  three_d_secure_mandate: { ja: '3Dセキュア義務化への対応のお願い', en: '3-D Secure is required' },
};
const other: Both = { ja: 'お知らせ', en: 'Notice' };

const subjectMax = 150;

/** One line of a header: no break of any kind survives (RFC 5322 section 2.2). */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, subjectMax);

/** @param statusUrl where people read the status page; null: no link is given */
export const letterOf = (
  { type, text, title, incident }: LetterContent,
  language: Lang,
  statusUrl: string | null,
): { readonly subject: string; readonly text: string } => {
  const kind = (subjects[type] ?? other)[language];
  const heading = language === 'ja' ? `【Breakwater】${kind}` : `Breakwater: ${kind}`;
  const more = title === undefined ? '' : language === 'ja' ? ` ${title.ja}` : ` - ${title.en}`;
  const link =
    statusUrl === null || incident === undefined
      ? ''
      : `\n\n${statusUrl.replace(/\/$/, '')}/incidents/${incident}${language === 'en' ? '?lang=en' : ''}`;
  const foot =
    language === 'ja'
      ? 'このメールは、通知先として登録された宛先に自動でお送りしています。'
      : 'This letter is sent to you by a machine, as the address for notices of your account.';
  return { subject: oneLine(`${heading}${more}`), text: `${text[language]}${link}\n\n--\n${foot}\n` };
};
