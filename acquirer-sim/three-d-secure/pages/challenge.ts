/** The screen that asks the cardholder: a one-time password, or approval in the issuer's app. */
import { html } from 'hono/html';
import type { Transaction } from '../transactions.ts';
import { layout } from './layout.ts';
import { type Language, words } from './words.ts';

/** What the screen says of an authentication, wherever that is kept. */
export type Shown = Pick<Transaction, 'language' | 'remark' | 'challenge' | 'amountYen' | 'askedAtMs' | 'cardLast4'> & {
  readonly issuer: Pick<Transaction['issuer'], 'name' | 'brand'>;
  readonly request: Pick<Transaction['request'], 'merchantName' | 'purchaseCurrency' | 'mobilePhone'>;
};

export interface ChallengeScreen {
  readonly transaction: Shown;
  /** Where the screen is; its forms post to `<at>/<action>`. */
  readonly at: string;
  /** `?` and what comes behind it, where the address alone does not name the authentication. */
  readonly query?: string;
  /** Shown as a hint; null = not. */
  readonly code: string | null;
  readonly codeIsLate: boolean;
  readonly triesMax: number;
  readonly pollMs: number;
}

const schemes = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  jcb: 'JCB',
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
} as const;

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** As bought, in its own currency: the yen of Japan, otherwise the number with its ISO code. */
const amountOf = ({ request, amountYen }: Shown, language: Language): string => {
  if (amountYen === null) return words[language].noAmount;
  if ((request.purchaseCurrency ?? '392') !== '392') return `${amountYen} (JPY)`;
  return language === 'ja' ? `${grouped(String(amountYen))}円` : `¥${grouped(String(amountYen))}`;
};

const dateOf = (atMs: number, language: Language): string => {
  const [year, month, day] = new Date(atMs + 9 * 3_600_000).toISOString().slice(0, 10).split('-');
  return language === 'ja' ? `${year}年${Number(month)}月${Number(day)}日` : `${year}-${month}-${day}`;
};

/** The end of the number the message went to; made up when the shop gave none. */
const phoneEnd = ({ request, cardLast4 }: Shown): string =>
  request.mobilePhone?.subscriber.slice(-4) ?? String(9_999 - Number(cardLast4)).padStart(4, '0');

export const challengePage = (screen: ChallengeScreen): string => {
  const { transaction, at, code, codeIsLate, triesMax, pollMs, query = '' } = screen;
  const { language, issuer, request, remark, challenge } = transaction;
  const w = words[language];
  const isApp = challenge?.by === 'app';
  const left = triesMax - (challenge?.wrong ?? 0);
  const isBad = remark === 'wrong-code' || remark === 'no-more-resends';
  const remarked =
    remark === null
      ? ''
      : html`<p class="remark${isBad ? ' bad' : ''}" id="remark" role="${isBad ? 'alert' : 'status'}">${w.remarks[remark](left)}</p>`;
  const button = (action: string, label: string, plain = true) =>
    html`<form method="post" action="${at}/${action}${query}"><button${plain ? html` class="plain"` : ''}>${label}</button></form>`;

  const ask = isApp
    ? html`<ol>${w.appSteps.map((step) => html`<li>${step}</li>`)}</ol>
${button('approve', w.approve, false)}
<div class="one">${button('cancel', w.cancel)}</div>`
    : html`<form method="post" action="${at}/code${query}"><label for="code">${w.code}</label>
<input id="code" name="code" inputmode="numeric" pattern="[0-9]*" maxlength="6" autocomplete="one-time-code" required autofocus${
        remark === null ? '' : html` aria-describedby="remark"`
      }${remark === 'wrong-code' ? html` aria-invalid="true"` : ''}>
<button>${w.confirm}</button></form>
<div class="pair">${button('resend', w.resend)}${button('cancel', w.cancel)}</div>`;

  return layout(
    language,
    `${w.title} - ${issuer.name[language]}`,
    html`<div class="bar"><span class="issuer">${issuer.name[language]}</span><span class="scheme">${schemes[issuer.brand]} · 3-D Secure</span></div>
<h1>${w.title}</h1><p>${isApp ? w.askApp : w.askCode(phoneEnd(transaction))}</p>
${remarked}${codeIsLate ? html`<p>${w.late}</p>` : ''}
<dl><dt>${w.merchant}</dt><dd>${request.merchantName ?? '-'}</dd><dt>${w.amount}</dt><dd class="amount">${amountOf(transaction, language)}</dd>
<dt>${w.date}</dt><dd>${dateOf(transaction.askedAtMs, language)}</dd><dt>${w.card}</dt><dd>**** ${transaction.cardLast4}</dd></dl>
${ask}
<footer><p>${w.simulated}${code === null || isApp ? '' : html`<br>${w.hint(code)}`}</p><a href="${at}${query === '' ? '?' : `${query}&`}lang=${language === 'ja' ? 'en' : 'ja'}" lang="${language === 'ja' ? 'en' : 'ja'}">${w.other}</a></footer>`,
    isApp ? html`<meta http-equiv="refresh" content="${Math.ceil(pollMs / 1_000)};url=${at}${query}">` : '',
  );
};
