/** What programs subscribe to: Atom, RSS and a calendar, read here by parsers that are not ours. */
import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { createBench, story } from './bench.ts';

const both = (ja: string, en: string) => ({ ja, en });
const hostile = `<script>alert(1)</script> & "x" ]]> ja`;

const plan = (fromMs: number, more: object = {}) => ({
  title: both('データベースの更新', 'Database upgrade'),
  text: both('数分間、応答が遅くなります。', 'A few minutes of slow answers.'),
  components: ['api'],
  fromMs,
  toMs: fromMs + 3_600_000,
  ...more,
});

const parse = (xml: string) => {
  const faults: string[] = [];
  const document = new DOMParser({ onError: (_, message) => void faults.push(message) }).parseFromString(
    xml,
    'text/xml',
  );
  expect(faults).toEqual([]);
  const textsOf = (tag: string): (string | null)[] =>
    [...document.getElementsByTagName(tag)].map((element) => element.textContent);
  const linksOf = (tag: string): (string | null)[] =>
    [...document.getElementsByTagName(tag)].map((element) => element.getAttribute('href'));
  return { textsOf, linksOf };
};

const filled = async () => {
  const bench = createBench({ config: { publicUrl: 'https://status.example/' } });
  const atMs = bench.clock.wallMs();
  await bench.feed({ kind: 'incident', instance: 'gateway-1', atMs, incident: story(atMs, ['investigating']) });
  await bench.clock.run(60_000);
  await bench.write({ title: both(hostile, 'News'), text: both(hostile, 'Text') });
  await bench.clock.run(60_000);
  await bench.admin('POST', '/admin/v1/maintenances', plan(atMs + 86_400_000));
  const text = async (path: string) => (await bench.app.request(path)).text();
  return { bench, atMs, text };
};

describe('/feed.atom', () => {
  it('has an entry for each thing that happened, the latest change first, under ids that stay', async () => {
    const { bench, atMs, text } = await filled();
    const before = parse(await text('/feed.atom'));
    expect(before.textsOf('title')).toEqual([
      'Breakwater システム稼働状況',
      '計画メンテナンス: データベースの更新',
      hostile,
      expect.stringMatching(/^調査中: /),
    ]);
    expect(before.textsOf('updated').slice(1)).toEqual([
      '2017-07-12T12:02:00.000Z',
      '2017-07-12T12:01:00.000Z',
      '2017-07-12T12:00:00.000Z',
    ]);
    const ids = before.textsOf('id').slice(1);
    await bench.clock.run(60_000);
    await bench.feed({
      kind: 'incident',
      instance: 'gateway-1',
      atMs: bench.clock.wallMs(),
      incident: story(atMs, ['investigating', 'resolved']),
    });
    const after = parse(await text('/feed.atom'));
    expect(new Set(after.textsOf('id').slice(1))).toEqual(new Set(ids));
    expect(after.textsOf('title')).toContainEqual(expect.stringMatching(/^復旧: /));
  });

  it('names the address readers know, in their language', async () => {
    const { text } = await filled();
    const links = parse(await text('/feed.atom?lang=en')).linksOf('link');
    expect(links).toContain('https://status.example/incidents/inc-1?lang=en');
    expect(links.filter((link) => !link?.startsWith('https://status.example/'))).toEqual([]);
  });

  it('carries what people wrote as text, never as markup', async () => {
    const { text } = await filled();
    for (const path of ['/feed.atom', '/feed.rss']) {
      const xml = await text(path);
      const [content] = parse(xml)
        .textsOf(path === '/feed.atom' ? 'content' : 'content:encoded')
        .slice(1);
      expect(content).toBe('<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; ]]&gt; ja</p>');
    }
  });
});

describe('/feed.rss', () => {
  it('says the same as the Atom feed', async () => {
    const { text } = await filled();
    const [atom, rss] = [parse(await text('/feed.atom')), parse(await text('/feed.rss'))];
    expect(rss.textsOf('guid')).toEqual(atom.textsOf('id').slice(1));
    expect(rss.textsOf('title')).toEqual(atom.textsOf('title'));
  });
});

/** Unfolded content lines of a calendar (RFC 5545 section 3.1). */
const linesOf = (calendar: string): string[] => calendar.replaceAll('\r\n ', '').trimEnd().split('\r\n');

describe('/calendar.ics', () => {
  it('has planned maintenance in UTC, with its description and a stable id', async () => {
    const { text } = await filled();
    const calendar = await text('/calendar.ics');
    expect(linesOf(calendar)).toEqual(
      expect.arrayContaining([
        'BEGIN:VCALENDAR',
        'UID:maintenance-20170712-210200@breakwater',
        'SEQUENCE:0',
        'DTSTART:20170713T120000Z',
        'DTEND:20170713T130000Z',
        'SUMMARY:データベースの更新',
        'STATUS:CONFIRMED',
        'END:VCALENDAR',
      ]),
    );
    // Lines are folded by octets, not by characters.
    for (const line of calendar.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });

  it('keeps a cancelled one as cancelled, in a newer version', async () => {
    const { bench, text } = await filled();
    const cancelled = await bench.admin('DELETE', '/admin/v1/maintenances/maintenance-20170712-210200');
    expect(cancelled.status).toBe(200);
    expect(linesOf(await text('/calendar.ics'))).toEqual(expect.arrayContaining(['STATUS:CANCELLED', 'SEQUENCE:1']));
    expect((await bench.json()).maintenances).toEqual([]);
    expect(parse(await text('/feed.atom')).textsOf('title')).toContain('メンテナンス中止: データベースの更新');
  });
});

describe('planned maintenance', () => {
  it('is ahead, then under way, then gone from the page, while nobody touches it', async () => {
    const { bench, atMs } = await filled();
    expect(await bench.html('/')).toContain('データベースの更新');
    expect(await bench.html('/')).not.toContain('実施中');
    await bench.clock.run(atMs + 86_400_000 + 60_000 - bench.clock.wallMs());
    expect(await bench.html('/')).toContain('実施中');
    await bench.clock.run(3_600_000);
    expect(await bench.html('/')).not.toContain('データベースの更新');
    expect((await bench.json()).maintenances).toEqual([]);
  });

  it.each([
    ['an end before its beginning', { toMs: 1 }, 'toMs'],
    ['eight days', { toMs: Date.parse('2017-07-30') }, 'toMs'],
    ['a function that does not exist', { components: ['coffee'] }, 'components.0'],
    ['no title', { title: undefined }, 'title'],
    ['an unknown member', { colour: 'red' }, ''],
  ])('is refused with %s, and nothing is shown', async (_, wrong, path) => {
    const bench = createBench();
    const reply = await bench.admin('POST', '/admin/v1/maintenances', plan(bench.clock.wallMs() + 1, wrong));
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { path } });
    expect((await bench.json()).maintenances).toEqual([]);
  });

  it('is for the people who may write', async () => {
    const bench = createBench();
    const planned = plan(bench.clock.wallMs() + 1);
    expect((await bench.admin('POST', '/admin/v1/maintenances', planned, 'another-token-of-16')).status).toBe(401);
    expect((await bench.admin('DELETE', '/admin/v1/maintenances/x', undefined, 'another-token-of-16')).status).toBe(
      401,
    );
    expect((await bench.admin('DELETE', '/admin/v1/maintenances/x')).status).toBe(404);
  });
});
