import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogueIds, scenarioFileOf } from '../../../scenarios/play/catalogue.ts';

const folder = path.dirname(scenarioFileOf('payjp-2017-07-12') ?? '');
const document = readFileSync(path.join(folder, 'README.md'), 'utf8');
/** A picture is read on a phone, and thirty of them are one page. */
const bytesMax = 40_000;
/** A day on which nothing happens. */
const withoutPicture: ReadonlySet<string> = new Set(['quiet-day']);

describe("the catalogue's document", () => {
  it.each(catalogueIds())('%s has a paragraph and a picture that is small and stands alone', (id) => {
    const [, page = ''] = document.split(`### \`${id}\`\n`);
    const [paragraph = ''] = page.trim().split('\n\n');
    expect(paragraph.length).toBeGreaterThan(100);
    if (withoutPicture.has(id)) return;
    expect(page.split('\n### ')[0]).toContain(`](pictures/${id}.svg)`);
    const file = path.join(folder, 'pictures', `${id}.svg`);
    expect(existsSync(file)).toBe(true);
    expect(statSync(file).size).toBeLessThan(bytesMax);
    const picture = readFileSync(file, 'utf8');
    expect(picture).toContain(id);
    // Nothing is fetched, and nothing runs.
    expect(picture.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|url\(/);
  });
});
