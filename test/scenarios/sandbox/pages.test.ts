import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCards } from '../../../acquirer-sim/app.ts';
import type { Sandbox } from '../../../scenarios/sandbox/sandbox.ts';
import { browserIsMissing, browserTitle, launchBrowser, lowContrast, overflow, visit } from '../report/browser.ts';
import { broken, call, charge, open } from './open.ts';

const paths = ['/', '/journal', '/ledger', '/faults', '/clock', '/cards'];

describe('the pages of a sandbox', () => {
  let sandbox: Sandbox;
  let pages: string;
  let browser: Browser;
  beforeAll(async () => {
    if (!browserIsMissing) browser = await launchBrowser();
    sandbox = await open();
    pages = sandbox.addresses.pages;
    await charge(sandbox.addresses.gateway, sandbox.world.keys.secret, 4_321);
  });
  afterAll(async () => {
    if (!browserIsMissing) await browser.close();
    await sandbox.close();
    expect(broken).toEqual([]);
  });

  const read = async (path: string): Promise<string> => (await fetch(pages + path)).text();

  it('list the addresses, the keys and the lines that the terminal printed', async () => {
    const home = await read('/?lang=en');
    const { addresses, world } = sandbox;
    for (const said of [...Object.values(addresses), world.keys.secret, world.keys.public, world.gmoPg.shopPass])
      expect(home).toContain(said);
    expect(home).toContain('EntryTran.idPass');
  });

  it('show every card of the issuers’ own table, and nothing that is not in it', async () => {
    const text = (await read('/cards?lang=en')).replaceAll(/<\/?span>/g, '');
    for (const { number, en } of testCards) {
      expect(text).toContain(number);
      expect(text).toContain(en.replaceAll("'", '&#39;'));
    }
    const shown = new Set(text.match(/\b\d{14,16}\b/g));
    const known = new Set(testCards.map(({ number }) => number));
    expect([...shown].filter((number) => !known.has(number))).toEqual([]);
  });

  it('offer every kind of fault with settings that it takes', async () => {
    const said = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'");
    const offered = [...(await read('/faults?lang=en')).matchAll(/<option value="([^"]+)" data-sample="([^"]*)"/g)];
    expect(offered.length).toBeGreaterThan(30);
    for (const [, kind, sample = ''] of offered) {
      const json = { kind, parameters: sample === '' ? {} : JSON.parse(said(sample)), ttlMs: 1_000 };
      const set = await call('POST', `${pages}/gmo/sim/v1/faults`, { json });
      expect([kind, set.status, set.body.error]).toEqual([kind, 201, undefined]);
    }
    await call('DELETE', `${pages}/gmo/sim/v1/faults`);
  });

  it('escape what merchants write', async () => {
    const name = '<img src=x onerror=alert(1)>"\'&';
    const made = await call('POST', `${sandbox.addresses.gateway}/sandbox/merchants`, { json: { name } });
    const { gmoPg, id } = made.body;
    const order = { ShopID: gmoPg.shopId, ShopPass: gmoPg.shopPass, OrderID: '<b>o', JobCd: 'CAPTURE', Amount: '1' };
    await fetch(`${sandbox.addresses.gmo}/payment/EntryTran.idPass`, {
      method: 'POST',
      body: new URLSearchParams(order),
    });
    for (const path of paths) {
      const page = await read(`${path}?world=${id}`);
      expect(page).not.toContain('<img');
      expect(page).not.toContain('<b>o');
    }
  });

  it('say in Japanese and in English, and by default what the browser prefers', async () => {
    const asked = async (language: string) => (await fetch(pages, { headers: { 'Accept-Language': language } })).text();
    expect(await asked('ja,en;q=0.5')).toContain('<html lang="ja">');
    expect(await asked('en-GB')).toContain('<html lang="en">');
    expect(await read('/?lang=ja')).toContain('テストカード');
  });

  it('point from the gateway to themselves, for people and for programs', async () => {
    const { gateway } = sandbox.addresses;
    const page = await fetch(gateway, { headers: { Accept: 'text/html' } });
    expect(await page.text()).toContain(pages);
    expect((await call('GET', `${gateway}/`)).body.pages).toBe(pages);
    expect(await (await fetch(sandbox.addresses.acs)).text()).toContain('123456');
  });

  describe.skipIf(browserIsMissing)(`in a browser ${browserTitle}`, () => {
    it.each([
      ['light', 'ja', 1_100],
      ['dark', 'en', 390],
    ] as const)('fit a %s window in %s of %i pixels, and complain of nothing', async (scheme, lang, width) => {
      for (const path of paths) {
        const visited = await visit(browser, `${pages}${path}?lang=${lang}`, { width, scheme });
        const over = await overflow(visited.page);
        expect([path, over]).toEqual([path, 0]);
        expect(await lowContrast(visited.page)).toEqual([]);
        expect(visited.complaints).toEqual([]);
        await visited.close();
      }
    });

    it('add a fault, see it, end it; jump the clock; follow the ledger', async () => {
      const { page, complaints, close } = await visit(browser, `${pages}/faults?lang=en`, {
        width: 1_100,
        scheme: 'light',
      });
      await page.selectOption('select[name=kind]', 'latency');
      expect(await page.inputValue('textarea')).toContain('delayMs');
      await page.click('text="Add"');
      await page.waitForSelector('td:has-text("latency")');
      await page.fill('input[name=ttlMs]', '999999');
      await page.evaluate("document.querySelector('form.card').noValidate = true");
      await page.click('text="Add"');
      await page.waitForSelector('[role=status].bad:has-text("ttlMs")');
      await page.click('text="End it"');
      await page.waitForSelector('text=Both acquirers behave');

      await page.goto(`${pages}/ledger?lang=en`);
      await page.waitForSelector('td:has-text("4,321")');
      await charge(sandbox.addresses.gateway, sandbox.world.keys.secret, 8_765);
      await page.waitForSelector('td:has-text("8,765")');

      await page.goto(`${pages}/clock?lang=en`);
      await page.click('text="+1 day"');
      await page.waitForSelector('text="1 d"');
      // A refused call is the one thing the console tells of: it was asked for above.
      expect(complaints.filter((line) => !line.includes('400'))).toEqual([]);
      await close();
    });
  });
});
