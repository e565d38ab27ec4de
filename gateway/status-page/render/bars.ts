/** Ninety days as ninety bars: height and colour both tell, and a sentence says it for who sees neither. */
import { html } from 'hono/html';
import { type Day, daysShown } from '../days.ts';
import type { Html } from './layout.ts';
import type { Lang } from './words.ts';

const step = 4;
const heights = { operational: 12, degraded: 17, outage: 20 } as const;

const sentence = (days: readonly Day[], lang: Lang): string => {
  const bad = days.filter(({ level }) => level !== 'operational').length;
  if (lang === 'ja') return bad === 0 ? `過去${daysShown}日、障害なし` : `過去${daysShown}日のうち${bad}日に障害`;
  return bad === 0 ? `No incident in ${daysShown} days` : `Incidents on ${bad} of ${daysShown} days`;
};

export const bars = (days: readonly Day[], lang: Lang): Html =>
  html`<span class="bars"><svg viewBox="0 0 ${step * days.length - 1} 20" preserveAspectRatio="none" role="img" aria-label="${sentence(days, lang)}">${days.map(
    ({ level }, index) =>
      html`<rect class="b-${level}" x="${index * step}" y="${20 - heights[level]}" width="${step - 1}" height="${heights[level]}"/>`,
  )}</svg><small class="soft">${sentence(days, lang)}</small></span>`;
