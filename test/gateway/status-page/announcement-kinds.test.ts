import { describe, expect, it } from 'vitest';
import { createBench } from './bench.ts';

const both = (ja: string, en: string) => ({ ja, en });
const holiday = {
  kind: 'holiday',
  title: both('年末年始の休業', 'New Year holidays'),
  text: both('お問い合わせへの回答は1月5日以降になります。', 'Answers come from 5 January on.'),
  fromDay: '2017-12-29',
  toDay: '2018-01-04',
};
const ended = {
  kind: 'end_of_support',
  title: both('EC-CUBE 2 系プラグイン', 'Plugin for EC-CUBE 2'),
  text: both('サポートを終了します。', 'Its support ends.'),
  fromDay: '2018-03-31',
};
const feature = {
  kind: 'feature',
  title: both('カード情報の非通過化', 'Card numbers no longer pass merchants'),
  text: both('サーバーからのカード番号の送信を終了します。', 'Numbers from servers are no longer taken.'),
};

const told = async () => {
  const bench = createBench();
  for (const body of [holiday, ended, feature]) expect((await bench.write(body)).status).toBe(201);
  return { bench, text: async (path: string) => (await bench.app.request(path)).text() };
};

describe('announcements of a kind', () => {
  it('say on the page what they are about, and which days', async () => {
    const { text } = await told();
    const ja = await text('/');
    for (const said of ['休業日', 'サポート終了', '機能・仕様の変更', '2017年12月29日 – 2018年1月4日', '2018年3月31日'])
      expect(ja).toContain(said);
    const en = await text('/history?lang=en');
    for (const said of ['Days off', 'End of support', 'Changes', '29 Dec 2017 – 4 Jan 2018'])
      expect(en).toContain(said);
  });

  it('are in the feeds with their kind as category', async () => {
    const { text } = await told();
    const atom = await text('/feed.atom?lang=en');
    expect(atom).toContain('term="holiday"');
    expect(atom).toContain('End of support: Plugin for EC-CUBE 2');
    expect(await text('/feed.rss?lang=en')).toContain('<category>Days off</category>');
  });

  it('are whole days in the calendar when they name days, and not in it otherwise', async () => {
    const { text } = await told();
    const calendar = await text('/calendar.ics');
    expect(calendar).toContain('DTSTART;VALUE=DATE:20171229');
    expect(calendar).toContain('DTEND;VALUE=DATE:20180105');
    expect(calendar).toContain('DTSTART;VALUE=DATE:20180331');
    expect(calendar).toContain('DTEND;VALUE=DATE:20180401');
    expect(calendar.match(/BEGIN:VEVENT/g)).toHaveLength(2);
  });

  it('are in the JSON, and news where nobody said otherwise', async () => {
    const { bench } = await told();
    await bench.write({ title: both('新着', 'New'), text: both('本文', 'Text') });
    const json = (await bench.json()) as unknown as { announcements: { kind: string; fromDay?: string }[] };
    expect(json.announcements.map(({ kind }) => kind).toSorted()).toEqual([
      'end_of_support',
      'feature',
      'holiday',
      'news',
    ]);
  });

  it.each([
    ['days off without days', { ...holiday, fromDay: undefined, toDay: undefined }],
    ['a last day before the first', { ...holiday, toDay: '2017-12-28' }],
    ['half a year of days off', { ...holiday, toDay: '2018-06-30' }],
    ['a day that is none', { ...holiday, fromDay: '2017-02-30' }],
    ['a kind for an incident', { ...feature, stage: 'investigating' }],
    ['a kind that is none', { ...feature, kind: 'rumour' }],
  ])('are refused: %s', async (_what, body) => {
    expect((await createBench().write(body)).status).toBe(400);
  });
});
