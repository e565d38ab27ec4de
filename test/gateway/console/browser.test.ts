import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserIsMissing, browserTitle, launchBrowser, overflow, visit } from '../../scenarios/report/browser.ts';
import { createVisitor, type House, openHouse } from './visitor.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const violations = (page: Page): Promise<string[]> =>
  page.evaluate(
    `${axe};axe.run(document,{runOnly:${JSON.stringify(tags)}}).then(({violations})=>violations.map(({id,nodes})=>id+' '+nodes[0].html.slice(0,120)))`,
  );

const paths = [
  '/console/incidents',
  '/console/breakers',
  '/console/merchants?id=shop&mode=test',
  '/console/abuse',
  '/console/reviews',
  '/console/unknowns',
  '/console/notices',
  '/console/upstream',
  '/console/mandate?id=shop',
  '/console/audit?check=1',
  '/console/do/incident.raise',
  '/console/do/merchant.resume?id=shop',
  '/console/sign-in',
];

describe.skipIf(browserIsMissing)(`the operator’s page in Chromium ${browserTitle}`, () => {
  let house: House;
  let cookie: string;
  let browser: Browser;

  beforeAll(async () => {
    house = await openHouse();
    await house.admin('POST', '/admin/v1/merchants', { id: 'shop', name: '株式会社サンプル商店' });
    const visitor = createVisitor(house);
    await visitor.signIn();
    const said = {
      titleJa: '決済の遅延',
      titleEn: 'Slow payments',
      ja: '調査しています。',
      en: 'We look.',
      component: 'api',
    };
    await visitor.act('/console/do/incident.raise', said);
    await visitor.act('/console/do/merchant.pause?id=shop', {
      reason: 'a-very-long-reason-without-any-space-in-it'.repeat(3),
    });
    await visitor.act('/console/do/breaker.force-open?acquirer=escott', { minutes: '60' });
    cookie = visitor.cookie();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await house?.gateway.stop();
  });

  for (const [width, scheme, lang] of [
    [390, 'light', 'ja'],
    [390, 'dark', 'en'],
    [1280, 'dark', 'ja'],
    [1280, 'light', 'en'],
  ] as const)
    it(`fits, breaks none of its own rules and no rule of WCAG 2.2 AA: ${lang}, ${width} px, ${scheme}`, async () => {
      for (const path of paths) {
        const headers = { Cookie: `${path.endsWith('sign-in') ? '' : cookie}; breakwater_lang=${lang}` };
        const serve = (asked: string) => house.app.request(asked, { headers });
        const address = `http://localhost${path}`;
        const { page, complaints, requests, close } = await visit(browser, address, { width, scheme, serve });
        expect([path, await page.getAttribute('html', 'lang')]).toEqual([path, lang]);
        expect([path, await overflow(page)]).toEqual([path, 0]);
        expect([path, await violations(page)]).toEqual([path, []]);
        expect([path, complaints, requests]).toEqual([path, [], []]);
        await close();
      }
    });
});
