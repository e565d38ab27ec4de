import { describe, expect, it } from 'vitest';
import { createMemoryPageStore, type PageStore } from '../../../gateway/status-page/app.ts';
import type { AfterAction } from '../../../gateway/status-page/facts.ts';
import { createRenderCache } from '../../../gateway/status-page/render/cache.ts';
import { createBench, report, story } from './bench.ts';

const both = (en: string, ja: string) => ({ en, ja });

/** The page's one script. */
const liveTag = '<script src="/live.js" defer></script>';

const withIncident = async (...stages: Parameters<typeof story>[1]) => {
  const bench = createBench();
  const incident = story(Date.parse('2017-07-12T21:02:00+09:00'), stages);
  await bench.feed({ kind: 'incident', instance: 'gateway-1', atMs: bench.clock.wallMs(), incident });
  return bench;
};

describe('the page', () => {
  it('says in Japanese first that everything works', async () => {
    const bench = createBench();
    const page = await bench.html('/');
    expect(page).toContain('<html lang="ja">');
    expect(page).toContain('すべて正常に稼働しています');
    expect(page).toContain('href="/?lang=en"');
  });

  it('says the same in English when asked', async () => {
    const bench = createBench();
    const page = await bench.html('/?lang=en');
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('All systems operational');
    expect(page).not.toContain('すべて');
  });

  it.each(['/', '/history', '/incidents/inc-1'])('shows the open incident on %s in both languages', async (path) => {
    const bench = await withIncident('investigating', 'identified');
    expect(await bench.html(path)).toContain('上流接続先で障害が発生しています');
    const english = await bench.html(`${path}?lang=en`);
    expect(english).toContain('Payments fail at an upstream provider');
    expect(english).not.toContain('undefined');
  });

  it('tells the latest update first, in Japan time', async () => {
    const bench = await withIncident('investigating', 'identified');
    const page = await bench.html('/incidents/inc-1?lang=en');
    expect(page.indexOf('Update 2.')).toBeLessThan(page.indexOf('Update 1.'));
    expect(page).toContain('<time datetime="2017-07-12T21:02:00+09:00">12 Jul 2017 21:02</time>');
    expect(page).toContain('Failure at an upstream provider');
  });

  it('does not say that all is well while an incident is still being watched', async () => {
    const bench = await withIncident('investigating', 'monitoring');
    const page = await bench.html('/?lang=en');
    expect(page).not.toContain('All systems operational');
    expect(page).toContain('we are watching closely');
  });

  it('shows how long a resolved incident lasted', async () => {
    const bench = await withIncident('investigating', 'identified', 'resolved');
    expect(await bench.html('/incidents/inc-1')).toContain('2分');
    expect(await bench.html('/?lang=en')).toContain('12 Jul 2017 21:02–21:04');
  });

  it('answers 404 for an incident that does not exist, in the language asked for', async () => {
    const bench = createBench();
    const reply = await bench.app.request('/incidents/none?lang=en');
    expect(reply.status).toBe(404);
    expect(await reply.text()).toContain('Page not found');
    expect((await bench.app.request('/nothing-here')).status).toBe(404);
  });

  it('escapes HTML in whatever operators and gateways write', async () => {
    const hostile = `<script>alert(1)</script><img src=x onerror="alert('2')"> & "q"`;
    const bench = createBench({ config: { title: '<b>Title</b>' } });
    await bench.write({ title: both(hostile, hostile), text: both(hostile, hostile) });
    await bench.write({ stage: 'resolved', title: both(hostile, hostile), text: both(hostile, hostile) });
    const atMs = bench.clock.wallMs();
    const incident = story(atMs, ['investigating'], { title: both(hostile, hostile) });
    await bench.feed({ kind: 'incident', instance: 'gateway-1', atMs, incident });
    for (const path of ['/', '/?lang=en', '/history', '/history?lang=en', '/incidents/inc-1']) {
      const page = await bench.html(path);
      expect(page.replace(liveTag, '')).not.toMatch(/<script|<img|<b>Title/);
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    }
  });

  it('runs its own one script, asks only itself, and allows only its own stylesheet', async () => {
    const bench = createBench();
    const reply = await bench.app.request('/');
    const policy = reply.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='/);
    expect(policy).toContain("script-src 'self'; connect-src 'self'");
    expect(policy).not.toContain('unsafe');
    const page = await reply.text();
    expect(page).toContain(liveTag);
    expect(page.replace(liveTag, '')).not.toMatch(/ (src|style|on[a-z]+)="/);
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('the report after an incident', () => {
  const startedAtMs = Date.parse('2017-07-12T21:02:00+09:00');

  it('says when, what, how many and why, minute by minute, in both languages', async () => {
    const bench = await withIncident('investigating', 'resolved');
    expect((await bench.app.request('/incidents/inc-1/report')).status).toBe(404);
    expect(await bench.html('/incidents/inc-1?lang=en')).not.toContain('Read the incident report');
    await bench.feed({
      kind: 'after_action',
      instance: 'gateway-1',
      atMs: bench.clock.wallMs(),
      record: report(startedAtMs),
    });
    expect(await bench.html('/incidents/inc-1?lang=en')).toContain('Read the incident report');
    const english = await bench.html('/incidents/inc-1/report?lang=en');
    for (const text of ['12,345', '9.7 %', '99.7 %', '1 h 10 min', 'First failure', '42', '&lt;b&gt;The acquirer'])
      expect(english).toContain(text);
    expect(await bench.html('/incidents/inc-1/report')).toContain('接続先が応答しませんでした。');
  });

  it('takes the newest version, and none of an incident that it does not know', async () => {
    const bench = await withIncident('investigating', 'resolved');
    const told = async (atMs: number, over: Partial<AfterAction>) =>
      (await (
        await bench.feed({ kind: 'after_action', instance: 'gateway-1', atMs, record: report(startedAtMs, over) })
      ).json()) as unknown;
    const nowMs = bench.clock.wallMs();
    expect(await told(nowMs, { merchantsAffected: 7 })).toEqual({ applied: true });
    expect(await told(nowMs - 1, { merchantsAffected: 8 })).toEqual({ applied: false });
    expect(await told(nowMs, { incident: 'inc-9' })).toEqual({ applied: false });
    expect(await bench.html('/incidents/inc-1/report?lang=en')).toContain('<dd>7</dd>');
    // The story goes on after the report, and the report stays.
    expect(bench.stages('inc-1')).toHaveLength(1);
  });
});

describe('status.json', () => {
  it('has the documented shape', async () => {
    const bench = await withIncident('investigating');
    const reply = await bench.app.request('/api/v1/status.json');
    expect(reply.headers.get('content-type')).toContain('application/json');
    const status = (await reply.json()) as object;
    expect(Object.keys(status)).toEqual([
      'status',
      'updatedAt',
      'components',
      'works',
      'incidents',
      'announcements',
      'maintenances',
    ]);
    expect(status).toMatchObject({
      status: 'degraded',
      updatedAt: '2017-07-12T21:00:00+09:00',
      incidents: [story(Date.parse('2017-07-12T21:02:00+09:00'), ['investigating'])],
      announcements: [],
    });
    expect((status as { components: unknown[] }).components).toEqual([
      { id: 'create_charge', level: 'degraded', title: both('Creating charges', '支払いの作成') },
      { id: 'capture', level: 'degraded', title: both('Capturing charges', '支払いの確定') },
      { id: 'refund', level: 'operational', title: both('Refunds', '返金') },
      { id: 'card_registration', level: 'operational', title: both('Card registration', 'カードの登録') },
      { id: 'three_d_secure', level: 'operational', title: both('3-D Secure', '3Dセキュア') },
      { id: 'subscriptions', level: 'operational', title: both('Subscriptions', '定期課金') },
      { id: 'webhooks', level: 'operational', title: both('Webhook delivery', 'Webhook の配信') },
      { id: 'api', level: 'operational', title: both('API access', 'API への接続') },
    ]);
  });

  it('lists open incidents first, then the newest resolved ones', async () => {
    const bench = createBench();
    const tell = (id: string, startedAtMs: number, stage: 'resolved' | 'investigating') =>
      bench.feed({
        kind: 'incident',
        instance: 'gateway-1',
        atMs: bench.clock.wallMs(),
        incident: story(startedAtMs, [stage], { id }),
      });
    await tell('old-open', 1_000, 'investigating');
    await tell('past', 2_000, 'resolved');
    await tell('newer-past', 3_000, 'resolved');
    await tell('new-open', 4_000, 'investigating');
    expect((await bench.json()).incidents.map((incident) => incident.id)).toEqual([
      'new-open',
      'old-open',
      'newer-past',
      'past',
    ]);
  });

  it('does not change while only beats and good probes arrive', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beat();
    const before = await (await bench.app.request('/api/v1/status.json')).text();
    await bench.beatFor(600_000);
    expect(await (await bench.app.request('/api/v1/status.json')).text()).toBe(before);
  });
});

describe('caching', () => {
  it('renders anew after a change, in both languages', async () => {
    const bench = createBench();
    for (const path of ['/', '/?lang=en', '/history']) expect(await bench.html(path)).not.toContain('XYZ');
    await bench.write({ title: both('XYZ', 'XYZ'), text: both('t', 't') });
    for (const path of ['/', '/?lang=en', '/history']) expect(await bench.html(path)).toContain('XYZ');
  });

  it('renders each text once per change however many read it', () => {
    let revision = 0;
    let rendered = 0;
    const cached = createRenderCache(() => `${revision}`);
    const read = (key: string) =>
      cached(key, () => {
        rendered += 1;
        return `${key} at ${revision}`;
      });
    for (let reader = 0; reader < 100; reader += 1) expect([read('ja'), read('en')]).toEqual(['ja at 0', 'en at 0']);
    expect(rendered).toBe(2);
    revision = 1;
    expect([read('ja'), read('ja')]).toEqual(['ja at 1', 'ja at 1']);
    expect(rendered).toBe(3);
  });
});

describe('a store that fails', () => {
  it('does not keep a notice from readers', async () => {
    const broken: PageStore = {
      ...createMemoryPageStore(),
      putIncident: async () => {
        throw new Error('disk full');
      },
    };
    const bench = createBench({ store: broken });
    const reply = await bench.write({ stage: 'investigating', title: both('Down', '停止'), text: both('t', 't') });
    expect(reply.status).toBe(201);
    expect((await bench.json()).incidents).toHaveLength(1);
    expect(bench.log).toContainEqual({ event: 'page.save-failed', what: 'incident', reason: 'disk full' });
  });
});
