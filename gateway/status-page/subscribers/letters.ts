/** The letters that subscribers get, in their language. Pure. */
import type { Letter } from '../../ports.ts';
import { dayAndTime } from '../japan-time.ts';
import { stageNames } from '../render/words.ts';
import type { Publication } from './publication.ts';
import type { Subscriber } from './subscriber.ts';

export interface Sender {
  /** The site, e.g. `Breakwater`. */
  readonly site: string;
  /** `Name <address>`, or an address. */
  readonly from: string;
  /** Where readers find the page, without a slash at its end. */
  readonly origin: string;
}

const subjectMax = 150;

/** What people wrote, as one line of a header: no break of any kind survives (RFC 5322 section 2.2). */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, subjectMax);

const addressIn = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;

const messageId = (sender: Sender, ...parts: readonly (string | number)[]): string =>
  `<${parts.join('.')}@${addressIn(sender.from).split('@').at(-1)}>`;

/** Answering machines leave it alone (RFC 3834 section 5). */
const automatic = { 'Auto-Submitted': 'auto-generated' } as const;

export const confirmationLetter = (
  sender: Sender,
  { id, target, lang, askedAtMs }: Subscriber,
  confirmUrl: string,
): Letter => ({
  from: sender.from,
  to: target,
  subject: oneLine(
    lang === 'ja' ? `【${sender.site}】通知の登録をご確認ください` : `${sender.site}: please confirm your subscription`,
  ),
  text:
    lang === 'ja'
      ? `このメールアドレスへの障害・メンテナンス通知の登録を受け付けました。\n次のページを開き、登録を確定してください。\n\n${confirmUrl}\n\nお心当たりがない場合は、何もなさらなければ登録されません。\n`
      : `Somebody asked us to send notices of incidents and maintenance to this address.\nTo confirm it, open this page:\n\n${confirmUrl}\n\nIf it was not you, do nothing: without confirmation nothing is sent.\n`,
  headers: automatic,
  messageId: messageId(sender, 'confirm', id, askedAtMs),
});

export const noticeLetter = (
  sender: Sender,
  { id, target, lang }: Subscriber,
  publication: Publication,
  unsubscribeUrl: string,
): Letter => {
  const { topic, version, publishedAtMs, path, stage, title, text } = publication;
  const english = lang === 'en' ? (path.includes('#') ? '' : '?lang=en') : '';
  const stageName = stage === null ? '' : stageNames[stage][lang];
  const heading = lang === 'ja' ? `【${sender.site}】` : `${sender.site}: `;
  const labelled = stageName === '' ? '' : `[${stageName}] `;
  return {
    from: sender.from,
    to: target,
    subject: oneLine(`${heading}${labelled}${title[lang]}`),
    text: `${title[lang]}\n${stageName === '' ? '' : `${stageName} · `}${dayAndTime(publishedAtMs, lang)} (JST)\n\n${text[lang]}\n\n${sender.origin}${path}${english}\n\n--\n${
      lang === 'ja' ? '配信を停止する' : 'Unsubscribe'
    }: ${unsubscribeUrl}\n`,
    headers: {
      ...automatic,
      // One click, without a page between (RFC 8058 section 3.1).
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
    messageId: messageId(sender, 'notice', topic, version, id),
  };
};
