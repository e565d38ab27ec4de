/** The clock of a world, and the buttons that move it. */
import { html } from 'hono/html';
import type { Lang } from '../../play/words.ts';
import { jstText } from '../api.ts';
import type { World } from '../world.ts';
import type { Html } from './layout.ts';
import { words } from './words.ts';

const hourMs = 3_600_000;
const jumps = [
  [words.hour, hourMs],
  [words.day, 24 * hourMs],
  [words.week, 7 * 24 * hourMs],
  [words.month, 30 * 24 * hourMs],
] as const;

const units: Readonly<Record<Lang, readonly [string, string, string]>> = {
  en: ['d', 'h', 'min'],
  ja: ['日', '時間', '分'],
};

const spanText = (ms: number, lang: Lang): string => {
  const minutes = Math.round(ms / 60_000);
  const [day, hour, minute] = units[lang];
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(minutes / 1440), day],
    [Math.floor(minutes / 60) % 24, hour],
    [minutes % 60, minute],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return said.length === 0 ? `< 1 ${minute}` : said.join(' ');
};

export const clockPage = ({ clock, identity }: World, lang: Lang): Html => {
  const now = clock.wallMs();
  const ahead = clock.aheadMs();
  return html`
<p class="soft">${words.clockLead[lang]}</p>
<section class="card">
<div class="clock"><time data-clock="${now}" datetime="${jstText(now)}">${jstText(now).slice(0, 19).replace('T', ' ')}</time> <small class="soft small">JST</small></div>
<p class="soft">${ahead < 1000 ? words.onTime[lang] : html`${words.ahead[lang]} <b>${spanText(ahead, lang)}</b>`}</p>
<form data-call="POST /sandbox/clock/advance" data-key="${identity.keys.secret}">
<div class="row tight">${jumps.map(([name, ms]) => html`<button class="plain" data-body='{"ms":${ms}}'>${name[lang]}</button>`)}</div>
<div role="status"></div></form>
<form data-call="POST /sandbox/clock/advance" data-key="${identity.keys.secret}">
<div class="row"><label>${words.jumpTo[lang]}<input type="datetime-local" name="to" data-as="jst" required min="${jstText(now).slice(0, 16)}" value="${jstText(now + 24 * hourMs).slice(0, 16)}"></label><button>${words.jump[lang]}</button></div>
<div role="status"></div></form>
</section>`;
};
