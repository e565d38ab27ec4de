import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../scenarios/report/markdown.ts';
import { renderSpread, spreadOf, spreadText } from '../../../scenarios/report/spread.ts';
import { asItWas, failingDay, protectedDay } from './fixture.ts';

describe('figures over seeds', () => {
  it('are a median and a range', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3, of: 3, seeds: 3 });
    expect(spreadOf([4, 1, 2, 3])).toMatchObject({ median: 2.5, least: 1, most: 4 });
  });

  it('say how many seeds have the figure at all', () => {
    expect(spreadText(spreadOf([1000, null, 3000]), 'duration', 'en')).toBe('2 s (1 s – 3 s) (2/3)');
    expect(spreadText(spreadOf([null, null]), 'duration', 'en')).toBe('–');
  });

  it('are a row for each policy on a terminal, and nothing for one seed', () => {
    const runs = [asItWas(), protectedDay(), asItWas({ seed: 2 }), failingDay({ policy: 'protected', seed: 2 })];
    const lines = renderSpread(runs, { lang: 'en' }).split('\n');
    expect(lines.find((line) => line.includes('as-it-was'))).toContain('2/2');
    expect(lines.find((line) => line.trimStart().startsWith('protected'))).toContain('1/2');
    expect(renderSpread([asItWas(), protectedDay()], { lang: 'en' })).toBe('');
  });
});

describe('the summary in Markdown', () => {
  it('says what holds, one line a policy, and why something does not', () => {
    const text = renderMarkdown([asItWas(), failingDay()], { lang: 'en' });
    expect(text).toMatch(/^## ❌ Breakwater: 1\/2 holds/);
    expect(text).toMatch(/- ✅ \*\*As it was\*\*/);
    expect(text).toContain('98.99 %, bound ≥ 99 % (0.9899 is below 0.99)');
  });

  it('lets no text of a file become markup', () => {
    const text = renderMarkdown([protectedDay({ title: { en: '<img src=x> | `a` *b*', ja: '題' } })], { lang: 'en' });
    expect(text).toContain('\\<img src=x\\> \\| \\`a\\` \\*b\\*');
  });

  it('names what moved since a baseline, and says so when nothing did', () => {
    expect(renderMarkdown([protectedDay()], { lang: 'en', deviations: ['requests was 1, is 2'] })).toMatch(
      /^## ❌[\s\S]*- requests was 1, is 2/,
    );
    expect(renderMarkdown([protectedDay()], { lang: 'en', deviations: [] })).toContain('Nothing moved');
  });
});
