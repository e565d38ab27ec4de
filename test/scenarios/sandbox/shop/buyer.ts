/**
 * A buyer in a real browser at the demo shop, and a log of everything that leaves the browser: which
 * window or frame asked, whom, and with what.
 */
import { mkdirSync } from 'node:fs';
import type { Browser, BrowserContext, FrameLocator, Page, Request } from 'playwright-core';
import type { Sandbox } from '../../../../scenarios/sandbox/sandbox.ts';

export interface Asked {
  /** Origin of the page or frame that asked; '' where it was gone already. */
  readonly from: string;
  readonly url: string;
  /** Address, headers and body as one text. */
  readonly text: string;
}

export interface Buyer {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly asked: Asked[];
  /** Console errors and refusals by a policy. */
  readonly complaints: string[];
  /** A picture, kept as output of the tests. */
  shot(name: string, of?: Page): Promise<void>;
  close(): Promise<void>;
}

export const shotsFolder = 'out/screenshots/shop';

const originOf = (url: string): string => (url.startsWith('http') ? new URL(url).origin : url);

const noted = (request: Request): Asked => {
  let from = '';
  try {
    from = originOf(request.frame().url());
  } catch {
    // A navigation of a window that has no frame yet.
  }
  const headers = JSON.stringify(request.headers());
  return { from, url: request.url(), text: `${request.url()}\n${headers}\n${request.postData() ?? ''}` };
};

export interface Look {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  readonly lang?: 'ja' | 'en';
}

/** A window of its own, without a past. */
export const arrive = async (browser: Browser, look: Look = {}): Promise<Buyer> => {
  const { width = 1_100, scheme = 'light', lang = 'en' } = look;
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 780 : 820 },
    colorScheme: scheme,
    locale: lang === 'ja' ? 'ja-JP' : 'en-GB',
    ...(width < 600 ? { isMobile: true, hasTouch: true, deviceScaleFactor: 2 } : {}),
  });
  context.setDefaultTimeout(10_000);
  const asked: Asked[] = [];
  const complaints: string[] = [];
  context.on('request', (request) => void asked.push(noted(request)));
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  context.on('weberror', (error) => void complaints.push(error.error().message));
  const page = await context.newPage();
  mkdirSync(shotsFolder, { recursive: true });
  return {
    context,
    page,
    asked,
    complaints,
    async shot(name, of = page) {
      await of.screenshot({
        path: `${shotsFolder}/${name}-${width < 600 ? 'phone' : 'desktop'}-${scheme}-${lang}.png`,
      });
    },
    close: () => context.close(),
  };
};

export const payAddress = (sandbox: Sandbox, way: string, item = 'beans'): string =>
  `${sandbox.addresses.pages}/shop/pay?way=${way}&item=${item}`;

/** A frame of the gateway inside the page. */
export const fieldIn = (page: Page, id: string): FrameLocator => page.frameLocator(`#${id} iframe`);

export const good = { number: '4242424242424242', expiry: '1240', cvc: '123' };

/** Types a card as people do; digits go on from one input to the next. */
export const typeCard = async (page: Page, library: 'elements' | 'split', card: Partial<typeof good> = {}) => {
  const { number, expiry, cvc } = { ...good, ...card };
  const frames = library === 'elements' ? ['card', 'card', 'card'] : (['cardNumber', 'cardExpiry', 'cardCvc'] as const);
  await fieldIn(page, frames[0]!).locator('.number').pressSequentially(number);
  await fieldIn(page, frames[1]!).locator('.expiry').pressSequentially(expiry);
  await fieldIn(page, frames[2]!).locator('.cvc').pressSequentially(cvc);
  await page.fill('#email', 'taro@example.jp');
};

export const typeCheckout = async (
  page: Page,
  card: Partial<typeof good> = {},
  email?: string,
): Promise<FrameLocator> => {
  const { number, expiry, cvc } = { ...good, ...card };
  const frame = page.frameLocator('iframe[src$="/browser/checkout"]');
  await frame.locator('.number').pressSequentially(number);
  await frame.locator('.expiry').pressSequentially(expiry);
  await frame.locator('.cvc').pressSequentially(cvc);
  if (email !== undefined) await frame.locator('input[type=email]').fill(email);
  return frame;
};

/** What the shop says of an order. */
export const outcome = async (page: Page): Promise<string> => {
  const card = page.locator('[data-state]');
  await card.waitFor();
  return (await card.getAttribute('data-state')) ?? '';
};

/** Requests that carry any of the numbers: as typed, with gaps, encoded, in base64. */
export const carrying = (asked: readonly Asked[], numbers: readonly string[]): Asked[] =>
  asked.filter(({ text }) => {
    const seen = [text, decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '')), ...basesIn(text)];
    return seen.some((one) => numbers.some((number) => one.replace(/[^0-9A-Za-z]/g, '').includes(number)));
  });

const basesIn = (text: string): string[] =>
  [...text.matchAll(/[A-Za-z0-9+/_-]{16,}/g)].map(([part]) => Buffer.from(part, 'base64url').toString('latin1'));
