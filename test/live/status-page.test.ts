import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLiveFetch } from '../../gateway/fetch.ts';
import { createLiveMail, type LiveMail } from '../../gateway/mail.ts';
import { createLiveEntropy } from '../../gateway/random.ts';
import {
  createMemoryPageStore,
  createStatusPage,
  openSqliteSubscriberStore,
  type StatusPage,
} from '../../gateway/status-page/app.ts';
import { createLiveClock } from '../../gateway/status-page/clock.ts';
import { adminToken, feedSecret } from '../gateway/status-page/bench.ts';
import { browserIsMissing, browserTitle, launchBrowser } from '../scenarios/report/browser.ts';
import { openMailSink } from './mail-sink.ts';

const screenshots = 'out/screenshots/status-page';
/** Issue F: the last affected is told within three minutes; one letter over loopback has no excuse. */
const boundMs = 10_000;

/** Quoted-printable, as mail writes anything beyond ASCII and anything long. */
const decoded = (data: string): string => {
  const at = data.indexOf('\r\n\r\n');
  const [head, body] = [data.slice(0, at), data.slice(at)];
  if (/^content-transfer-encoding: base64/im.test(head)) return `${head}${Buffer.from(body, 'base64').toString()}`;
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return `${head}${Buffer.from(bytes, 'latin1').toString('utf8')}`;
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

describe.skipIf(browserIsMissing)(`subscribing at the status page by SMTP and Chromium ${browserTitle}`, () => {
  let sink: Awaited<ReturnType<typeof openMailSink>>;
  let mail: LiveMail;
  let page: StatusPage;
  let server: ServerType;
  let browser: Browser;
  let origin: string;
  const store = openSqliteSubscriberStore(':memory:');

  const announce = (title: string): Promise<Response> =>
    fetch(`${origin}/admin/v1/announcements`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        stage: 'investigating',
        title: { ja: `${title}（障害）`, en: title },
        text: { ja: '調査しています。', en: 'We are investigating.' },
        components: ['create_charge'],
      }),
    });

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    sink = await openMailSink();
    mail = createLiveMail(sink.url);
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    page = createStatusPage({
      clock: createLiveClock(),
      fetch: createLiveFetch(),
      log,
      store: createMemoryPageStore(),
      config: {
        title: 'Breakwater',
        publicUrl: origin,
        feedSecret,
        adminToken,
        probeUrl: `${origin}/healthz`,
        subscriptions: { linkKey: 'a-key-of-at-least-32-characters-for-tests', from: 'Status <status@status.example>' },
      },
      subscribers: {
        store,
        entropy: createLiveEntropy(),
        mail: mail.mail,
        guard: () => ({ kind: 'refused', reason: 'not here' }),
      },
    });
    await page.start();
    await new Promise<void>((resolve) => {
      server = serve({ fetch: page.app.fetch, port, hostname: '127.0.0.1' }, () => resolve());
    });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await page?.stop();
    server?.close();
    if (server !== undefined && 'closeAllConnections' in server) server.closeAllConnections();
    mail?.close();
    await sink?.close();
    store.close();
  });

  it('subscribes, confirms, is told within seconds, and leaves', async () => {
    const tab = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'ja-JP' });
    await tab.goto(origin);
    await tab.getByRole('link', { name: '通知を受け取る' }).click();
    await tab.getByLabel('メールアドレス').fill('buyer@example.test');
    await tab.getByRole('button', { name: '登録する' }).first().click();
    await tab.getByText('メールをお送りしました').waitFor();
    const asked = decoded((await sink.letter(({ to }) => to === 'buyer@example.test')).data);
    await tab.goto(/http:\S+\/confirm\S+/.exec(asked)![0]);
    await tab.getByRole('button', { name: '確定する' }).click();
    await tab.getByText('登録が確定しました').waitFor();

    const fromMs = performance.now();
    expect((await announce('Payments fail')).status).toBe(201);
    const told = decoded(
      (await sink.letter(({ to, data }) => to === 'buyer@example.test' && data.includes('List-Unsubscribe'))).data,
    );
    expect(performance.now() - fromMs).toBeLessThan(boundMs);
    expect(told).toContain('Payments fail（障害）');
    await tab.goto(/http:\S+\/unsubscribe\S+/.exec(told.slice(told.indexOf('配信を停止')))![0]);
    await tab.getByRole('button', { name: '配信を停止する' }).click();
    await tab.getByText('配信を停止しました').waitFor();
    expect(store.count()).toEqual({ asked: 0, confirmed: 0, bounced: 0 });
    await tab.close();
  });

  it('shows what changed on a page that is open, without a reload', async () => {
    const tab = await browser.newPage({ locale: 'en-GB' });
    await tab.goto(`${origin}/?lang=en`);
    await tab.evaluate('globalThis.notReloaded = true');
    await announce('Live update');
    await tab.getByRole('link', { name: 'Live update' }).waitFor();
    expect(await tab.evaluate('globalThis.notReloaded')).toBe(true);
    await tab.close();
  });

  it('learns from the server that an address is gone, and stops writing to it', async () => {
    store.put({
      id: 'full',
      channel: 'mail',
      target: 'full@example.test',
      lang: 'en',
      state: 'confirmed',
      askedAtMs: 0,
      failures: 40,
    });
    store.put({
      id: 'next',
      channel: 'mail',
      target: 'next@example.test',
      lang: 'en',
      state: 'confirmed',
      askedAtMs: 0,
      failures: 40,
    });
    await announce('Another');
    await sink.letter(({ to }) => to === 'next@example.test');
    await expect.poll(() => store.find('full')?.state).toBe('bounced');
    await expect.poll(() => store.find('next')?.failures).toBe(0);
  });

  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  for (const path of ['/', '/subscribe', '/history'])
    for (const lang of ['ja', 'en'] as const)
      for (const [width, scheme] of [
        [360, 'dark'],
        [1280, 'light'],
      ] as const)
        it(`has no violation of WCAG 2.2 AA on ${path} (${lang}, ${width} px, ${scheme})`, async () => {
          const context = await browser.newContext({
            viewport: { width, height: 900 },
            colorScheme: scheme,
            bypassCSP: true,
          });
          const tab = await context.newPage();
          await tab.goto(`${origin}${path}${lang === 'en' ? '?lang=en' : ''}`);
          await tab.screenshot({
            path: `${screenshots}/${path.slice(1) || 'home'}-${lang}-${width}-${scheme}.png`,
            fullPage: true,
          });
          await tab.addScriptTag({ path: axe });
          const violations = await tab.evaluate(async () => {
            const run = (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe;
            const found = await run.run({
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            });
            return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
          });
          expect(violations).toEqual([]);
          await context.close();
        });
});

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}
