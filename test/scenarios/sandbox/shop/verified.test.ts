/**
 * 3-D Secure from the buyer's side, in a real browser: every way it can end, in every workflow.
 *
 * What ends well and what each workflow does is tried for all twelve ways; what goes wrong, for 3-D Secure at the
 * charge and once for the others, because the same code is behind them. `BREAKWATER_BROWSER=all` tries everything.
 */
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../../scenarios/sandbox/sandbox.ts';
import { browserIsMissing, browserTitle, launchBrowser, overflow } from '../../report/browser.ts';
import { broken, open } from '../open.ts';
import { arrive, type Buyer, carrying, outcome, payAddress, typeCard, typeCheckout } from './buyer.ts';

/** `acquirer-sim/three-d-secure/README.md`: without a question, with one, and refused without one. */
const cards = { frictionless: '4100000000000100', challenge: '4100000000005000', refused: '4100000000300005' };
const code = '123456';

const ways = [
  'token-iframe',
  'token-subwindow',
  'token-redirect',
  'charge-iframe',
  'charge-subwindow',
  'charge-redirect',
  'card-iframe',
  'card-subwindow',
  'card-redirect',
  'checkout-iframe',
  'checkout-subwindow',
  'checkout-redirect',
] as const;
type Way = (typeof ways)[number];
const everything = process.env.BREAKWATER_BROWSER === 'all';
const some = (...few: readonly Way[]): readonly Way[] => (everything ? ways : few);
/** A way of each workflow, or all of them. */
const through = (workflow: string, ...few: readonly Way[]): readonly Way[] =>
  everything ? ways.filter((way) => workflowOf(way) === workflow) : few;

/** Everywhere a buyer may be. */
const looks: Readonly<Partial<Record<Way, Parameters<typeof arrive>[1]>>> = {
  'token-iframe': { width: 390, scheme: 'dark', lang: 'ja' },
  'charge-iframe': { width: 390, lang: 'ja' },
  'checkout-iframe': { width: 390, scheme: 'dark' },
  'charge-redirect': { width: 390, lang: 'ja' },
  'token-redirect': { scheme: 'dark', lang: 'ja' },
};
/** Chromium's own remark on the issuer's page, which is not ours. */
const ownFaults = ({ complaints }: Buyer): string[] => complaints.filter((line) => !line.includes('autofocusing'));

const workflowOf = (way: Way): string => way.split('-')[1]!;
/** Where the shop's page stays until the token is good, it says so itself; else the order's page does. */
const staysOnPage = (way: Way): boolean => !/^(charge|card)-/.test(way) && workflowOf(way) !== 'redirect';

/** The issuer's page, wherever it is. */
interface Issuer {
  readonly root: Page | FrameLocator;
  /** Its window, where it has one beside the shop's. */
  readonly popup: Page | null;
}

describe.skipIf(browserIsMissing)(`3-D Secure at the demo shop ${browserTitle}`, () => {
  let sandbox: Sandbox;
  let browser: Browser;
  beforeAll(async () => {
    [sandbox, browser] = await Promise.all([open(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await sandbox.close();
    expect(broken).toEqual([]);
  });

  const at = async (way: Way, look: Parameters<typeof arrive>[1] = {}): Promise<Buyer> => {
    const buyer = await arrive(browser, look);
    await buyer.page.goto(payAddress(sandbox, way));
    return buyer;
  };

  /** Types the card and sends it. */
  const send = async ({ page }: Buyer, way: Way, number: string): Promise<void> => {
    if (way.startsWith('checkout')) {
      await page.click('.payjp_checkout_button');
      const frame = await typeCheckout(page, { number }, 'taro@example.jp');
      await frame.locator('.submit').click();
      return;
    }
    await typeCard(page, way.startsWith('charge') ? 'split' : 'elements', { number });
    await page.click('button[type=submit]');
  };

  /** Sends the card and waits for the issuer's page. */
  const meetIssuer = async (buyer: Buyer, way: Way, number = cards.challenge): Promise<Issuer> => {
    const { page } = buyer;
    const opening = workflowOf(way) === 'subwindow' ? page.waitForEvent('popup') : null;
    await send(buyer, way, number);
    const popup = await opening;
    const root = popup ?? (workflowOf(way) === 'iframe' ? page.frameLocator('iframe[src*="/v1/tds/"]') : page);
    await root.locator('#code').waitFor();
    return { root, popup };
  };

  const answer = async ({ root }: Issuer, digits: string): Promise<void> => {
    await root.locator('#code').fill(digits);
    await root.locator('form[action$="/code"] button').click();
  };

  const failThrice = async (issuer: Issuer): Promise<void> => {
    const { root } = issuer;
    for (const left of ['2 tries', 'One try']) {
      await answer(issuer, '000000');
      await root.locator(`.remark.bad:has-text("${left}")`).waitFor();
    }
    await answer(issuer, '000000');
  };

  /** What the buyer is told, wherever it is told: `paid` or `not-paid`. */
  const told = async ({ page }: Buyer, way: Way): Promise<string> => {
    if (!staysOnPage(way)) {
      const state = await outcome(page);
      // The gateway may still be waiting for the issuer: unpaid in any case.
      return state === 'verifying' ? 'not-paid' : state;
    }
    const problem = way.startsWith('checkout')
      ? page.frameLocator('iframe[src$="/browser/checkout"]').locator('.problem:not(:empty)')
      : page.locator('#problem:not(:empty)');
    await problem.waitFor();
    return page.url().includes('/shop/pay') ? 'not-paid' : page.url();
  };

  /** Card numbers went to the gateway from its own frames, and from nowhere else to anybody. */
  const expectNoNumberInShop = ({ asked }: Buyer): void => {
    const { gateway } = sandbox.addresses;
    const carriers = carrying(asked, Object.values(cards));
    expect(carriers.length).toBeGreaterThan(0);
    for (const { from, url } of carriers) expect([from, url]).toEqual([gateway, `${gateway}/v1/tokens`]);
  };

  it.each(ways)('%s is paid once without a question, however often the button is pressed', async (way) => {
    const buyer = await at(way);
    const { page, asked } = buyer;
    const twice = (button: unknown): void => {
      for (let press = 0; press < 2; press += 1) (button as { click(): void }).click();
    };
    if (way.startsWith('checkout')) {
      await page.click('.payjp_checkout_button');
      const frame = await typeCheckout(page, { number: cards.frictionless }, 'taro@example.jp');
      await frame.locator('.submit').evaluate(twice);
    } else {
      await typeCard(page, way.startsWith('charge') ? 'split' : 'elements', { number: cards.frictionless });
      await page.locator('button[type=submit]').evaluate(twice);
    }
    expect(await outcome(page)).toBe('paid');
    expect(await page.textContent('.card dl')).toContain('verified');
    expect(await page.getAttribute('[data-state]', 'data-charges-asked')).toBe('1');
    expect(asked.filter(({ text }) => text.includes('card%5Bnumber%5D'))).toHaveLength(1);
    expectNoNumberInShop(buyer);
    expect(ownFaults(buyer)).toEqual([]);
    await buyer.close();
  });

  it.each(ways)('%s is paid when the issuer’s question is answered', async (way) => {
    const buyer = await at(way, looks[way]);
    const issuer = await meetIssuer(buyer, way);
    await buyer.shot(`${way}-issuer`, issuer.popup ?? buyer.page);
    expect(await overflow(buyer.page)).toBe(0);
    await answer(issuer, code);
    expect(await outcome(buyer.page)).toBe('paid');
    expect(issuer.popup?.isClosed() ?? true).toBe(true);
    expectNoNumberInShop(buyer);
    expect(ownFaults(buyer)).toEqual([]);
    await buyer.shot(`${way}-paid`);
    await buyer.close();
  });

  it.each(some('charge-iframe', 'charge-subwindow', 'charge-redirect', 'checkout-iframe'))(
    '%s is not paid when the answer is wrong three times',
    async (way) => {
      const buyer = await at(way);
      await failThrice(await meetIssuer(buyer, way));
      expect(await told(buyer, way)).toBe('not-paid');
      await buyer.shot(`${way}-failed`);
      await buyer.close();
    },
  );

  it.each(some('charge-iframe', 'charge-subwindow', 'charge-redirect', 'token-iframe', 'checkout-subwindow'))(
    '%s is not paid when the buyer cancels at the issuer’s',
    async (way) => {
      const buyer = await at(way);
      const { root } = await meetIssuer(buyer, way);
      await root.locator('form[action$="/cancel"] button').click();
      expect(await told(buyer, way)).toBe('not-paid');
      await buyer.close();
    },
  );

  it.each(some('charge-iframe', 'checkout-iframe'))('%s is not paid when the issuer refuses unasked', async (way) => {
    const buyer = await at(way);
    await send(buyer, way, cards.refused);
    expect(await told(buyer, way)).toBe('not-paid');
    await buyer.close();
  });

  it.each(through('subwindow', 'charge-subwindow'))('%s is not paid when the window is closed', async (way) => {
    const buyer = await at(way);
    const { popup } = await meetIssuer(buyer, way);
    await popup!.close();
    expect(await told(buyer, way)).toBe('not-paid');
    await buyer.close();
  });

  it('token-subwindow can be tried again after its window was closed', async () => {
    const buyer = await at('token-subwindow');
    const { popup } = await meetIssuer(buyer, 'token-subwindow');
    await popup!.close();
    await buyer.page.waitForSelector('#problem:not(:empty)');
    const opening = buyer.page.waitForEvent('popup');
    await buyer.page.click('button[type=submit]');
    const again = await opening;
    await answer({ root: again, popup: again }, code);
    expect(await outcome(buyer.page)).toBe('paid');
    await buyer.close();
  });

  it.each(through('iframe', 'charge-iframe', 'checkout-iframe'))(
    '%s is not paid when the issuer’s frame is closed',
    async (way) => {
      const buyer = await at(way);
      await meetIssuer(buyer, way);
      await buyer.page.locator('dialog[aria-label*="3-D Secure"] button.close').click();
      expect(await told(buyer, way)).toBe('not-paid');
      await buyer.close();
    },
  );

  it.each(through('redirect', 'charge-redirect'))('%s: Back from the issuer’s page pays nothing', async (way) => {
    const buyer = await at(way);
    const { page } = buyer;
    await meetIssuer(buyer, way);
    // The page before the issuer's was posted to: Chromium would ask whether to post again, and show no page.
    await page.goBack();
    expect(page.url()).toMatch(/\/shop\/pay\?|\/finish\?ticket=/);
    expect(await page.textContent('h1')).not.toBe('');
    const next = { ...buyer, page: await buyer.context.newPage() };
    await next.page.goto(payAddress(sandbox, way));
    await answer(await meetIssuer(next, way), code);
    expect(await outcome(next.page)).toBe('paid');
    const charge = await next.page.textContent('dd code');
    const receipt = next.page.url();
    // Back from the receipt, and the way back from the issuer walked a second time: nothing is paid twice.
    await next.page.goBack().catch(() => null);
    const again = await buyer.context.newPage();
    await again.goto(`${receipt}/return`);
    expect(await outcome(again)).toBe('paid');
    expect(await again.textContent('dd code')).toBe(charge);
    expect(await again.getAttribute('[data-state]', 'data-charges-asked')).toBe('1');
    await buyer.close();
  });

  it.each(through('iframe', 'charge-iframe'))('%s: Back inside the issuer’s frame pays nothing', async (way) => {
    const buyer = await at(way);
    const issuer = await meetIssuer(buyer, way);
    await answer(issuer, '000000');
    await issuer.root.locator('.remark.bad').waitFor();
    await buyer.page.evaluate('history.back()');
    await issuer.root.locator('.remark.bad').waitFor({ state: 'detached' });
    await buyer.page.locator('dialog[aria-label*="3-D Secure"] button.close').click();
    expect(await told(buyer, way)).toBe('not-paid');
    await buyer.close();
  });
});
