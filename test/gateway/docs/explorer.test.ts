/** The explorer at `/docs`, as a browser sees it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from '../../corpora/house.ts';
import { browserIsMissing, browserTitle, launchBrowser, overflow, visit } from '../../scenarios/report/browser.ts';

const origin = 'http://gateway.test';
let house: House;
beforeAll(async () => {
  house = await openHouse();
});
const serve = (path: string): Promise<Response> => house.fetch(new Request(`${origin}${path}`));

describe('the parts of the explorer', () => {
  it.each([
    ['/docs', 'text/html; charset=utf-8'],
    ['/docs/swagger-ui.css', 'text/css; charset=utf-8'],
    ['/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
    ['/docs/explorer.js', 'text/javascript; charset=utf-8'],
    ['/docs/favicon-32x32.png', 'image/png'],
    ['/openapi.json', 'application/json; charset=utf-8'],
  ])('%s comes from here, as %s', async (path, type) => {
    const reply = await serve(path);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe(type);
    expect(reply.headers.get('breakwater-decided-by')).toBe('gateway');
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await reply.arrayBuffer()).byteLength).toBeGreaterThan(100);
  });

  it.each([
    'package.json',
    'index.html',
    '..%2f..%2fpackage.json',
    '%2e%2e%2fapp.ts',
    'swagger-ui-bundle.js.map',
    '__proto__',
    'constructor',
    '%00',
  ])('%s is no file', async (name) => {
    const reply = await serve(`/docs/${name}`);
    expect(reply.status).toBe(404);
    expect(await reply.json()).toMatchObject({ error: { type: 'client_error', status: 404 } });
  });
});

describe.skipIf(browserIsMissing)(`the explorer in Chromium ${browserTitle}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => browser?.close());

  for (const [width, scheme] of [
    [360, 'dark'],
    [1280, 'light'],
  ] as const)
    it(`fits ${width} px in ${scheme}, has one heading, and asks nobody else`, async () => {
      const { page, complaints, requests, close } = await visit(browser, `${origin}/docs`, { width, scheme, serve });
      await page.locator('[data-path="/v1/charges"]').first().waitFor({ timeout: 20_000 });
      if (process.env.BREAKWATER_SHOTS !== undefined)
        await page.screenshot({ path: `${process.env.BREAKWATER_SHOTS}/docs-${width}.png` });
      expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['Breakwater gateway API']);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await page.locator('.opblock-summary-control').first().click();
      await page.locator('.opblock-section-request-body').first().waitFor({ timeout: 20_000 });
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(requests.filter((url) => !url.startsWith(origin))).toEqual([]);
      expect(complaints).toEqual([]);
      const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(ground).toBe(scheme === 'dark' ? 'rgb(28, 32, 34)' : 'rgb(255, 255, 255)');
      await close();
    });
});
