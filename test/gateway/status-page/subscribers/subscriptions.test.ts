import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTargets } from '../../../../gateway/deliveries/targets.ts';
import type { Letter, LogFields, OutboundRequest } from '../../../../gateway/ports.ts';
import {
  createMemoryPageStore,
  createMemorySubscriberStore,
  createStatusPage,
} from '../../../../gateway/status-page/app.ts';
import { createManualClock } from '../../manual-clock.ts';
import { adminToken, feedSecret } from '../bench.ts';

const origin = 'https://status.example';

/** A page with subscriptions, a mailbox that keeps every letter, and one host that takes calls. */
const openPage = () => {
  const clock = createManualClock();
  const letters: Letter[] = [];
  const calls: { url: string; request: OutboundRequest }[] = [];
  const log: LogFields[] = [];
  const note = (fields: LogFields): void => void log.push(fields);
  let ids = 0;
  const targets = createTargets({ resolve: () => ['203.0.113.9'], targets: 'public', own: [] });
  // 203.0.113.0/24 is for documentation; 8.8.8.8 stands for a public host.
  const known = createTargets({ resolve: () => ['8.8.8.8'], targets: 'public', own: [] });
  const page = createStatusPage({
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    store: createMemoryPageStore(),
    fetch: async (url, request) => {
      calls.push({ url, request });
      return { status: 200, headers: new Headers(), text: async () => '' };
    },
    config: {
      title: 'Breakwater',
      publicUrl: origin,
      feedSecret,
      adminToken,
      probeUrl: 'http://gateway.test/healthz',
      subscriptions: { linkKey: 'a-key-of-at-least-32-characters-for-tests', from: 'Status <status@status.example>' },
    },
    subscribers: {
      store: createMemorySubscriberStore(),
      entropy: { bytes: (length) => new Uint8Array(length).fill(++ids) },
      mail: async (letter) => {
        letters.push(letter);
        return 'taken';
      },
      guard: (url) => (url.includes('hooks.example') ? known : targets).check(url, true),
    },
  });
  const post = (path: string, fields: Record<string, string> = {}) =>
    page.app.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
  const announce = (title: string, text = 'Text') =>
    page.app.request('/admin/v1/announcements', {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ title: { ja: title, en: title }, text: { ja: text, en: text } }),
    });
  const linkIn = (text: string): string => /https:\/\/status\.example(\/subscriptions\/\S+)/.exec(text)?.[1] ?? 'none';
  return { clock, page, letters, calls, log, post, announce, linkIn };
};

const subscribed = async () => {
  const world = openPage();
  await world.post('/subscribe', { channel: 'mail', target: 'a@example.test', lang: 'en' });
  await world.clock.run(10);
  await world.post(world.linkIn(world.letters[0]?.text ?? ''));
  return world;
};

describe('subscribing by mail', () => {
  it('sends a letter to confirm, and notices only after the button was pressed', async () => {
    const { clock, post, letters, announce, linkIn, page } = openPage();
    expect((await post('/subscribe', { channel: 'mail', target: 'a@example.test', lang: 'en' })).status).toBe(202);
    await clock.run(10);
    expect(letters).toHaveLength(1);
    await announce('Before');
    const link = linkIn(letters[0]?.text ?? '');
    // Whoever scans mail opens links; that must confirm nothing.
    expect(await (await page.app.request(link)).text()).toContain('Confirm your subscription?');
    await announce('Scanned');
    await clock.run(1_000);
    expect(letters).toHaveLength(1);
    expect(await (await post(link)).text()).toContain('You are subscribed');
    await announce('After');
    await clock.run(1_000);
    expect(letters.map(({ subject }) => subject).at(-1)).toBe('Breakwater: After');
    expect(letters).toHaveLength(2);
  });

  it('lets go by one click of the mail program, as RFC 8058 has it', async () => {
    const { clock, post, letters, announce, linkIn } = await subscribed();
    await announce('One');
    await clock.run(1_000);
    const { headers } = letters.at(-1)!;
    expect(headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
    const link = linkIn(headers['List-Unsubscribe'] ?? '').replace(/>$/, '');
    expect((await post(link, { 'List-Unsubscribe': 'One-Click' })).status).toBe(200);
    await announce('Two');
    await clock.run(1_000);
    expect(letters).toHaveLength(2);
  });

  it('says the same to somebody known and to somebody new', async () => {
    const { clock, post, letters } = await subscribed();
    const again = await post('/subscribe', { channel: 'mail', target: 'a@example.test', lang: 'en' });
    const other = await post('/subscribe', { channel: 'mail', target: 'b@example.test', lang: 'en' });
    await clock.run(10);
    expect([again.status, await again.text()]).toEqual([other.status, await other.text()]);
    expect(letters.map(({ to }) => to)).toEqual(['a@example.test', 'b@example.test']);
  });

  it('refuses forged links, those of a neighbour and of another purpose, and logs it', async () => {
    const { page, post, letters, linkIn, log } = await subscribed();
    const link = linkIn(letters[0]?.text ?? '');
    for (const forged of [
      link.replace(/proof=./, 'proof=_'),
      link.replace('confirm', 'unsubscribe'),
      link.replace(/subscriptions\/../, 'subscriptions/ff'),
      '/subscriptions/x/unsubscribe',
      '/subscriptions/x/delete?proof=1',
    ]) {
      expect((await post(forged)).status).toBe(403);
      expect((await page.app.request(forged)).status).toBe(403);
    }
    expect(log.filter(({ event }) => event === 'subscription.forged').length).toBeGreaterThanOrEqual(6);
    expect(log.some(({ event }) => event === 'subscription.left')).toBe(false);
  });

  it.each([
    'a@example.test\r\nBcc: everybody@example.test',
    'a@example.test, b@example.test',
    'A <a@example.test>',
    'a@example.test\0',
    `${'a'.repeat(250)}@example.test`,
    'nobody',
    '',
  ])('refuses %j and writes to nobody', async (target) => {
    const { clock, post, letters } = openPage();
    expect((await post('/subscribe', { channel: 'mail', target, lang: 'en' })).status).toBe(400);
    await clock.run(1_000);
    expect(letters).toEqual([]);
  });

  it('keeps what operators write in one line of the header, and HTML as text', async () => {
    const { clock, letters, announce } = await subscribed();
    await announce('Hello\r\nBcc: everybody@example.test\u2028<b>bold</b>', '<script>alert(1)</script>');
    await clock.run(1_000);
    expect(letters.at(-1)?.subject).toBe('Breakwater: Hello Bcc: everybody@example.test <b>bold</b>');
    expect(letters.at(-1)?.text).toContain('<script>alert(1)</script>');
    expect(Object.values(letters.at(-1)?.headers ?? {}).join('')).not.toMatch(/[\r\n]/);
  });

  it('writes at most twice an hour to an address that never answers, and stops a flood from one client', async () => {
    const { clock, post, letters } = openPage();
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1)
      statuses.push((await post('/subscribe', { channel: 'mail', target: 'a@example.test' })).status);
    expect(statuses).toEqual([202, 202, 429, 429]);
    for (let n = 0; n < 20; n += 1) await post('/subscribe', { channel: 'mail', target: `b${n}@example.test` });
    await clock.run(10);
    expect(letters).toHaveLength(10);
    await clock.run(3_600_000);
    expect((await post('/subscribe', { channel: 'mail', target: 'a@example.test' })).status).toBe(202);
  });

  it('writes to nobody when a machine filled in what people do not see', async () => {
    const { clock, post, letters } = openPage();
    await post('/subscribe', { channel: 'mail', target: 'a@example.test', website: 'https://spam.example' });
    await clock.run(10);
    expect(letters).toEqual([]);
  });
});

describe('subscribing by webhook', () => {
  it('calls the address to confirm it, and signs what follows with the key that it gave', async () => {
    const { clock, post, calls, announce, linkIn } = openPage();
    const asked = await post('/subscribe', { channel: 'webhook', target: 'https://hooks.example/in', lang: 'en' });
    expect(asked.status).toBe(202);
    await clock.run(10);
    const first = JSON.parse(calls[0]?.request.body ?? '{}') as { confirmUrl: string; secret: string };
    await post(linkIn(first.confirmUrl));
    await announce('Maintenance');
    await clock.run(100);
    const { request } = calls[1]!;
    const key = Buffer.from(first.secret.replace('whsec_', ''), 'base64');
    const signed = `${request.headers['webhook-id']}.${request.headers['webhook-timestamp']}.${request.body}`;
    expect(request.headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
    expect(request.address).toBe('8.8.8.8');
    expect(JSON.parse(request.body ?? '')).toMatchObject({ type: 'status.updated', title: { en: 'Maintenance' } });
  });

  it.each([
    'http://127.0.0.1/x',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]/',
    'https://localhost/',
    'https://user:pass@hooks.example/',
    'https://hooks.example:22/',
    'https://documentation.example/',
    'ftp://hooks.example/',
    'javascript:alert(1)',
  ])('refuses %s and calls nobody', async (target) => {
    const { clock, post, calls } = openPage();
    expect((await post('/subscribe', { channel: 'webhook', target })).status).toBe(400);
    await clock.run(1_000);
    expect(calls).toEqual([]);
  });
});

describe('telling subscribers of an incident', () => {
  it('tells operators how many were told, and how long it took', async () => {
    const { clock, announce, page } = await subscribed();
    const { announcement } = (await (await announce('News')).json()) as { announcement: { id: string } };
    await clock.run(1_000);
    const reply = await page.app.request(`/admin/v1/subscriptions?topic=${announcement.id}`, {
      headers: { authorization: `Bearer ${adminToken}` },
    });
    expect(await reply.json()).toEqual({
      subscribers: { asked: 0, confirmed: 1, bounced: 0 },
      told: { topic: announcement.id, told: 1, p50Ms: 0, p99Ms: 0, lastMs: 0 },
    });
    expect((await page.app.request('/admin/v1/subscriptions')).status).toBe(401);
  });
});
