import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../../scenarios/report/html.ts';
import { browserIsMissing, browserTitle, launchBrowser, lowContrast, overflow, visit } from './browser.ts';
import { asItWas, failingDay, protectedDay } from './fixture.ts';

describe.skipIf(browserIsMissing)(`the run report in Chromium ${browserTitle}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-report-'));
  const file = join(folder, 'report.html');
  const address = pathToFileURL(file).href;
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(file, renderReport([asItWas(), protectedDay(), failingDay()], { lang: 'ja' }));
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  for (const [width, scheme] of [
    [360, 'light'],
    [390, 'dark'],
    [768, 'light'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)
    it(`fits ${width} px in ${scheme}, asks for nothing and has nothing to complain of`, async () => {
      const { page, complaints, requests, close } = await visit(browser, address, { width, scheme });
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      await close();
    });

  it('switches its language by a click, without script', async () => {
    const { page, close } = await visit(browser, address, { width: 1280, scheme: 'light', script: false });
    const ja = page.getByText('満たされなかった期待があります');
    const en = page.getByText('Not every expectation holds');
    expect([await ja.isVisible(), await en.isVisible()]).toEqual([true, false]);
    await page.getByText('English', { exact: true }).click();
    expect([await ja.isVisible(), await en.isVisible()]).toEqual([false, true]);
    await close();
  });

  it('keeps every word of a drawing inside it', async () => {
    for (const width of [360, 1280]) {
      const { page, close } = await visit(browser, address, { width, scheme: 'light' });
      expect(await page.evaluate(textOutside)).toEqual([]);
      await close();
    }
  });

  it('draws lines in the colours of the scheme, and one drawing at a time', async () => {
    const strokes: string[] = [];
    for (const scheme of ['light', 'dark'] as const) {
      const { page, close } = await visit(browser, address, { width: 1280, scheme });
      strokes.push(
        await page.evaluate(`getComputedStyle(document.querySelector('svg.wide [stroke="var(--p0)"]')).stroke`),
      );
      expect(await page.locator('svg.wide').first().isVisible()).toBe(true);
      expect(await page.locator('svg.narrow').first().isVisible()).toBe(false);
      await close();
    }
    expect(strokes).toEqual(['rgb(194, 65, 12)', 'rgb(255, 154, 98)']);
  });

  it('is readable: text on its ground has a contrast of 4.5 or more in both schemes', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const { page, close } = await visit(browser, address, { width: 1280, scheme });
      expect(await lowContrast(page)).toEqual([]);
      await close();
    }
  });
});

/** Runs in the page: texts that stick out of their card. */
const textOutside = `[...document.querySelectorAll('svg text')].filter((text) => {
  const box = text.getBoundingClientRect();
  const card = text.closest('.card').getBoundingClientRect();
  return box.width > 0 && (box.right > card.right || box.left < card.left);
}).map((text) => text.textContent)`;
