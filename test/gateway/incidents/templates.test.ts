import { describe, expect, it } from 'vitest';
import { jstStamp, jstTime, textOf, titleOf } from '../../../gateway/incidents/templates.ts';
import { components, incidentStages } from '../../../gateway/status-page/facts.ts';

const startedAtMs = Date.parse('2017-07-12T12:02:30Z');
const goodSinceAtMs = Date.parse('2017-07-12T13:12:00Z');
const steps = ['published', 'identified', 'widened', 'monitoring', 'relapsed', 'resolved', 'unchanged'] as const;
const causes = ['unknown', 'upstream_down', 'upstream_restricts_us', 'merchant_flood', 'our_own_fault'] as const;

/** Every text the machine can say about these components. */
const everyText = (hit: (typeof components)[number][]) =>
  steps.flatMap((step) =>
    causes.flatMap((cause) =>
      incidentStages.flatMap((stage) =>
        [null, goodSinceAtMs].map((since) =>
          textOf(step, { stage, cause, components: hit, startedAtMs, goodSinceAtMs: since }),
        ),
      ),
    ),
  );

describe('what the machine says', () => {
  it('says it in both languages, whatever happened', () => {
    for (const hit of [[], ['refund'], [...components]] as (typeof components)[number][][])
      for (const { en, ja } of [...everyText(hit), titleOf(hit)]) {
        expect(en).toMatch(/^[\x20-\x7e]+$/);
        expect(ja).toMatch(/[ぁ-んァ-ヶ一-龠]/);
        expect(`${en}${ja}`).not.toMatch(/undefined|null|NaN|\.\.| {2}|。。/);
      }
  });

  it('names no number but the times it knows', () => {
    for (const { en, ja } of everyText(['create_charge', 'capture']))
      for (const text of [en, ja]) expect(text.replace(/21:02|22:12/g, '')).not.toMatch(/\d/);
  });

  it('speaks Japan standard time', () => {
    expect(jstTime(startedAtMs)).toBe('21:02');
    expect(jstStamp(Date.parse('2017-07-13T16:00:00Z'))).toBe('20170714-0100');
  });

  it('lists components as people do', () => {
    expect(titleOf(['create_charge', 'capture', 'refund'])).toEqual({
      en: 'Errors in charge creation, capture and refunds',
      ja: '支払いの作成、支払いの確定、返金でエラーが発生',
    });
  });
});
