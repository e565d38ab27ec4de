import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  browserIsMissing,
  browserTitle,
  launchBrowser,
  lowContrast,
  overflow,
  visit,
} from '../../scenarios/report/browser.ts';
import { createBench, report, story } from './bench.ts';

describe.skipIf(browserIsMissing)(`the status page in Chromium ${browserTitle}`, () => {
  const bench = createBench();
  /** A stream has no end to wait for here; `test/live` opens a real one. */
  const serve = (path: string) => (path === '/live' ? new Response(null, { status: 204 }) : bench.app.request(path));
  let browser: Browser;

  beforeAll(async () => {
    const long = 'https://example.test/a-very-long-address-without-any-space-in-it-that-nobody-broke-into-lines';
    await bench.write({ title: { ja: 'お知らせ', en: 'News' }, text: { ja: long, en: long } });
    const atMs = bench.clock.wallMs();
    const told = story(atMs, ['investigating', 'identified', 'monitoring']);
    const incident = { ...told, stage: 'identified', updates: told.updates.slice(0, 2) } as const;
    await bench.feed({ kind: 'components', instance: 'gateway-1', atMs, levels: { capture: 'outage' } });
    await bench.feed({ kind: 'incident', instance: 'gateway-1', atMs, incident });
    await bench.feed({ kind: 'after_action', instance: 'gateway-1', atMs, record: report(atMs) });
    await bench.admin('POST', '/admin/v1/maintenances', {
      title: { ja: 'データベースの更新', en: 'Database upgrade' },
      text: { ja: '数分間つながりにくくなります。', en: 'A few minutes of slow answers.' },
      components: ['api', 'create_charge'],
      fromMs: atMs + 86_400_000,
      toMs: atMs + 90_000_000,
    });
    browser = await launchBrowser();
  });
  afterAll(async () => browser?.close());

  for (const path of ['/', '/?lang=en', '/history', '/incidents/inc-1?lang=en', '/incidents/inc-1/report', '/nowhere'])
    for (const [width, scheme] of [
      [360, 'dark'],
      [1280, 'light'],
    ] as const)
      it(`shows ${path} at ${width} px in ${scheme}: it fits, can be read, and asks only for its own script`, async () => {
        const address = `http://status.test${path}`;
        const { page, complaints, requests, close } = await visit(browser, address, { width, scheme, serve });
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        expect(await lowContrast(page)).toEqual([]);
        expect(requests.filter((url) => !/^http:\/\/status\.test\/live(\.js)?$/.test(url))).toEqual([]);
        expect(complaints.filter((text) => path !== '/nowhere' || !text.includes('404'))).toEqual([]);
        await close();
      });

  it('works without script: the other language is one click away', async () => {
    const look = { width: 390, scheme: 'light', script: false, serve } as const;
    const { page, close } = await visit(browser, 'http://status.test/', look);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('障害が発生しています');
    await page.getByRole('link', { name: 'English' }).click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('There is an outage');
    await close();
  });
});
