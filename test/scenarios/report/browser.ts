/**
 * A real Chromium for tests that look at pages.
 *
 * Debian's own, by its path. Where it is missing these tests are skipped by name; in continuous
 * integration they fail instead.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** For `describe.skipIf`. */
export const browserIsMissing = !existsSync(executablePath) && process.env.CI !== 'true';
export const browserTitle = browserIsMissing ? `(skipped: apt-get install chromium gives ${executablePath})` : '';

export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath, args: ['--no-sandbox'] });

export interface Visit {
  readonly page: Page;
  /** Console errors, uncaught errors and refusals by the page's own policy. */
  readonly complaints: string[];
  /** Addresses asked for besides the page itself. */
  readonly requests: string[];
  close(): Promise<void>;
}

/**
 * Opens `address` in a window of its own and notes everything it does. With `serve` every request
 * is answered by it, with its headers, so that a program's own policy applies without a port.
 */
export const visit = async (
  browser: Browser,
  address: string,
  look: {
    readonly width: number;
    readonly scheme: 'light' | 'dark';
    readonly script?: boolean;
    readonly serve?: (path: string) => Response | Promise<Response>;
  },
): Promise<Visit> => {
  const context = await browser.newContext({
    viewport: { width: look.width, height: 800 },
    colorScheme: look.scheme,
    javaScriptEnabled: look.script ?? true,
  });
  const { serve } = look;
  if (serve !== undefined)
    await context.route('**/*', async (route) => {
      const { pathname, search } = new URL(route.request().url());
      const reply = await serve(pathname + search);
      await route.fulfill({
        status: reply.status,
        headers: Object.fromEntries(reply.headers),
        body: await reply.text(),
      });
    });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (url !== address && !url.startsWith('data:')) requests.push(url);
  });
  await page.goto(address);
  return { page, complaints, requests, close: () => context.close() };
};

/** Columns of pixels by which the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - window.innerWidth');

/** Texts whose colour is too near to the nearest opaque ground (4.5:1, WCAG 2.2, 1.4.3). */
export const lowContrast = (page: Page): Promise<string[]> => page.evaluate(lowContrastInPage);

const lowContrastInPage = `(() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const part = (value) => { const v = value / 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const element of document.querySelectorAll('body *:not(svg *)')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (!own || element.getClientRects().length === 0) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) low.push(element.textContent.slice(0, 40) + ' ' + contrast.toFixed(2));
  }
  return low;
})()`;
