/** The demo shop in a real browser, without 3-D Secure: every library, and what leaves the browser. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../../scenarios/sandbox/sandbox.ts';
import { browserIsMissing, browserTitle, launchBrowser, lowContrast, overflow } from '../../report/browser.ts';
import { broken, open } from '../open.ts';
import { arrive, type Buyer, carrying, fieldIn, good, outcome, payAddress, typeCard, typeCheckout } from './buyer.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 AA in one document: rule and first place. */
const violations = async (frame: Frame): Promise<string[]> => {
  await frame.evaluate(axe);
  return frame.evaluate(
    `axe.run(document, { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].target.join(' ')))`,
  );
};

describe.skipIf(browserIsMissing)(`the demo shop in a browser ${browserTitle}`, () => {
  let sandbox: Sandbox;
  let browser: Browser;
  let shop: string;
  let gateway: string;
  let buyer: Buyer;
  beforeAll(async () => {
    [sandbox, browser] = await Promise.all([open(), launchBrowser()]);
    shop = sandbox.addresses.pages;
    gateway = sandbox.addresses.gateway;
  });
  afterAll(async () => {
    await browser.close();
    await sandbox.close();
    expect(broken).toEqual([]);
  });

  const at = async (way: string, look: Parameters<typeof arrive>[1] = {}): Promise<Buyer> => {
    buyer = await arrive(browser, look);
    await buyer.page.goto(payAddress(sandbox, way));
    return buyer;
  };
  /** Numbers go to the gateway, from its own frames, and nowhere else. */
  const expectNoNumberInShop = ({ asked }: Buyer, numbers = [good.number]): void => {
    const carriers = carrying(asked, numbers);
    expect(carriers.map(({ from, url }) => [from, url])).toEqual(carriers.map(() => [gateway, `${gateway}/v1/tokens`]));
    expect(carriers.length).toBeGreaterThan(0);
  };

  it.each(['elements', 'split'] as const)(
    'is paid through %s, and no number leaves the gateway’s frames',
    async (way) => {
      const { page, complaints, shot, close } = await at(way);
      await typeCard(page, way);
      await shot(`${way}-filled`);
      await page.click('button[type=submit]');
      expect(await outcome(page)).toBe('paid');
      await shot('paid');
      expectNoNumberInShop(buyer);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it('is paid through Checkout', async () => {
    const { page, complaints, shot, close } = await at('checkout');
    await shot('checkout-button');
    await page.click('.payjp_checkout_button');
    const frame = await typeCheckout(page);
    await shot('checkout-filled');
    await frame.locator('.submit').click();
    expect(await outcome(page)).toBe('paid');
    expectNoNumberInShop(buyer);
    expect(complaints).toEqual([]);
    await close();
  });

  it('is paid through the library before elements: the number goes to the gateway, not to the shop', async () => {
    const { page, complaints, asked, shot, close } = await at('v1');
    await page.fill('#number', '4242 4242 4242 4242');
    await page.fill('#expiry', '12 / 40');
    await page.fill('#cvc', '123');
    await shot('v1-filled');
    await page.click('button[type=submit]');
    expect(await outcome(page)).toBe('paid');
    expect(carrying(asked, [good.number]).map(({ url }) => url)).toEqual([`${gateway}/v1/tokens`]);
    expect(asked.filter(({ url }) => url.startsWith(shop)).length).toBeGreaterThan(2);
    expect(complaints).toEqual([]);
    await close();
  });

  it('would be seen sending a number: in an address, a header, a body, with gaps or in base64', async () => {
    const { page, asked, close } = await at('elements');
    const sent = [
      `fetch('/shop?n=4242%204242%204242%204242')`,
      `fetch('/shop/orders',{method:'POST',body:'number=4242-4242-4242-4242'})`,
      `fetch('/shop',{headers:{'X-Card':'4242424242424242'}})`,
      `fetch('/shop/orders',{method:'POST',body:btoa('{"number":"4242424242424242"}')})`,
    ];
    for (const script of sent) await page.evaluate(`${script}.then((reply) => reply.status)`);
    expect(carrying(asked, [good.number])).toHaveLength(sent.length);
    // And the shop's own server takes none of those it can read.
    expect(await page.evaluate(`${sent[0]}.then((reply) => reply.status)`)).toBe(400);
    expect(await page.evaluate(`${sent[1]}.then((reply) => reply.status)`)).toBe(400);
    await close();
  });

  it('says what is wrong with a card, in the frame’s words, and takes the next one', async () => {
    const { page, shot, close } = await at('split', { lang: 'ja' });
    await typeCard(page, 'split', { number: '4242424242424241' });
    await page.waitForSelector('#problem:has-text("カード番号が正しくありません")');
    expect(await fieldIn(page, 'cardNumber').locator('.number').getAttribute('aria-invalid')).toBe('true');
    await shot('split-wrong-number');
    await page.click('button[type=submit]');
    await page.waitForSelector('button[type=submit]:not([disabled])');
    await fieldIn(page, 'cardNumber').locator('.number').fill('4000000000000002');
    await page.click('button[type=submit]');
    await page.waitForSelector('#problem:has-text("このカードは使えませんでした")');
    await fieldIn(page, 'cardNumber').locator('.number').fill(good.number);
    await page.click('button[type=submit]');
    expect(await outcome(page)).toBe('paid');
    await close();
  });

  it('shows a charge that was declined, and leads back to the form', async () => {
    const { page, shot, close } = await at('elements');
    await typeCard(page, 'elements', { number: '4000000000080319' });
    await page.click('button[type=submit]');
    expect(await outcome(page)).toBe('not-paid');
    await page.waitForSelector('code:has-text("card_declined")');
    await shot('declined');
    await page.click('.go');
    await page.waitForURL(/\/shop\/pay\?way=elements/);
    await close();
  });

  it('charges once when its form is sent twice, by two clicks or by Back and again', async () => {
    const { page, asked, close } = await at('elements');
    await typeCard(page, 'elements');
    await page.evaluate("const b=document.querySelector('button[type=submit]');b.click();b.click()");
    expect(await outcome(page)).toBe('paid');
    expect(asked.filter(({ url, text }) => url.endsWith('/shop/orders') && text.includes('payjp-token'))).toHaveLength(
      1,
    );
    const paid = await page.textContent('dd code');
    // The same order by hand, twice at once: no guard of the page is in the way.
    const order = page.url().split('/').at(-1)!;
    const form = `order=${order}&item=beans&way=elements&payjp-token=tok_00`;
    const again = `Promise.all([1,2].map(()=>fetch('/shop/orders',{method:'POST',headers:{Accept:'application/json'},body:new URLSearchParams('${form}')}).then(r=>r.json())))`;
    for (const { charge } of (await page.evaluate(again)) as { charge: string }[]) expect(charge).toBe(paid);
    expect(await page.reload().then(() => page.getAttribute('[data-state]', 'data-charges-asked'))).toBe('1');
    await page.goBack();
    await page.waitForSelector('#card iframe');
    expect(await fieldIn(page, 'card').locator('.number').inputValue()).toBe('');
    await close();
  });

  it('closes Checkout by Escape and by its button, and pays by keyboard alone', async () => {
    const { page, close } = await at('checkout');
    const frame = page.frameLocator('iframe[src$="/browser/checkout"]');
    await page.focus('.payjp_checkout_button');
    await page.keyboard.press('Enter');
    await frame.locator('.number').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForSelector('iframe', { state: 'detached' });
    expect(await page.evaluate('document.activeElement.className')).toBe('payjp_checkout_button');
    await page.keyboard.press('Enter');
    await frame.locator('.close').click();
    await page.waitForSelector('iframe', { state: 'detached' });
    await page.focus('.payjp_checkout_button');
    await page.keyboard.press('Enter');
    await frame.locator('.number:focus').waitFor();
    await page.keyboard.type('42424242424242421240123');
    await page.keyboard.press('Enter');
    expect(await outcome(page)).toBe('paid');
    await close();
  });

  it('breaks no rule of WCAG 2.2 AA that axe knows: shop, inputs, Checkout', async () => {
    const found: Record<string, string[]> = {};
    const { page, close } = await at('split');
    await fieldIn(page, 'cardCvc').locator('.cvc').waitFor();
    found.pay = await violations(page.mainFrame());
    for (const frame of page.frames().slice(1))
      found[`input ${page.frames().indexOf(frame)}`] = await violations(frame);
    await page.goto(`${shop}/shop`);
    found.front = await violations(page.mainFrame());
    await page.goto(payAddress(sandbox, 'checkout'));
    await page.click('.payjp_checkout_button');
    await page.frameLocator('iframe[src$="/browser/checkout"]').locator('.submit').click();
    found.checkout = await violations(page.frame({ url: /browser\/checkout$/ })!);
    expect(Object.entries(found).filter(([, rules]) => rules.length > 0)).toEqual([]);
    expect(Object.keys(found)).toHaveLength(6);
    await close();
  });

  describe.each([
    ['light', 'ja', 1_100],
    ['dark', 'en', 390],
    ['light', 'ja', 390],
    ['dark', 'ja', 1_100],
  ] as const)('in %s, in %s, %i pixels wide', (scheme, lang, width) => {
    it('fits, can be read, and complains of nothing', async () => {
      buyer = await arrive(browser, { scheme, lang, width });
      const { page, complaints, shot, close } = buyer;
      for (const [name, path] of [
        ['front', '/shop?item=kettle'],
        ['pay-elements', '/shop/pay?way=elements&item=kettle'],
        ['pay-split', '/shop/pay?way=charge-iframe&item=machine'],
        ['pay-v1', '/shop/pay?way=v1&item=beans'],
        ['pay-checkout', '/shop/pay?way=checkout-iframe&item=beans'],
      ] as const) {
        await page.goto(shop + path);
        for (const frame of await page.locator('.PayjpElement').all())
          await frame.frameLocator('iframe').locator('.part').first().waitFor();
        expect([name, await overflow(page)]).toEqual([name, 0]);
        expect(await lowContrast(page)).toEqual([]);
        await shot(name);
      }
      await page.click('.payjp_checkout_button');
      const frame = page.frameLocator('iframe[src$="/browser/checkout"]');
      await frame.locator('.submit').click();
      await frame.locator('.fault:not(:empty)').first().waitFor();
      await shot('checkout-open');
      expect(await overflow(page)).toBe(0);
      expect(complaints).toEqual([]);
      await close();
    });
  });
});
