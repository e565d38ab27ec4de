import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { letterOf } from '../../../gateway/notices/letters.ts';
import { isMailAddress } from '../../../gateway/notices/mail-address.ts';
import { createNotices } from '../../../gateway/notices/notices.ts';
import { createLiveEntropy } from '../../../gateway/random.ts';
import { createManualClock } from '../manual-clock.ts';

const title = { ja: '決済が失敗しています', en: 'Payments fail' };
const text = { ja: '調査しています。', en: 'We are looking into it.' };

describe('a letter', () => {
  it('says it in the merchant’s language, and where to read on', () => {
    const content = { type: 'incident', text, title, incident: 'inc_1' };
    const ja = letterOf(content, 'ja', 'https://status.test/');
    expect(ja.subject).toBe('【Breakwater】障害のお知らせ 決済が失敗しています');
    expect(ja.text).toContain('調査しています。\n\nhttps://status.test/incidents/inc_1\n');
    const en = letterOf(content, 'en', 'https://status.test');
    expect(en.subject).toBe('Breakwater: Incident - Payments fail');
    expect(en.text).toContain('https://status.test/incidents/inc_1?lang=en');
    expect(letterOf(content, 'en', null).text).not.toContain('http');
  });

  it('has a subject of one line, whatever operators write (seed 11)', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('a', '\r', '\n', '\u0000', '\u2028', '\u0085', 'Bcc: x@evil.test', '障'),
    });
    fc.assert(
      fc.property(hostile, hostile, (ja, en) => {
        for (const language of ['ja', 'en'] as const) {
          const { subject } = letterOf({ type: 'incident', text, title: { ja, en } }, language, null);
          expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
          expect(subject.length).toBeLessThanOrEqual(150);
        }
      }),
      { seed: 11 },
    );
  });
});

describe('a mail address', () => {
  it.each(['ops@shop.co.jp', "o'neil+pay@a-b.example", 'x@sub.domain.example.com'])('is taken: %s', (address) => {
    expect(isMailAddress(address)).toBe(true);
  });
  it.each([
    'ops@shop.test\r\nBcc: all@evil.test',
    'ops@shop.test, other@evil.test',
    'Ops <ops@shop.test>',
    '"ops"@shop.test',
    'ops@[127.0.0.1]',
    'ops@localhost',
    'ops..x@shop.test',
    '.ops@shop.test',
    'ops@-shop.test',
    `${'a'.repeat(65)}@shop.test`,
    'ops@shop.test\u0000',
    '',
  ])('is refused: %j', (address) => {
    expect(isMailAddress(address)).toBe(false);
  });
});

describe('a notice to a merchant with a mail address', () => {
  it('goes by letter and by call, or by letter alone', async () => {
    const sent: { kind: string; url: string; merchantId: string | null }[] = [];
    const notices = createNotices({
      clock: createManualClock(),
      entropy: createLiveEntropy(),
      merchants: {
        findOrRecall: async (id: string) => ({
          id,
          noticeUrl: id === 'both' ? 'http://both.test/notices' : null,
          noticeMail: id === 'none' ? null : { address: `${id}@shop.test`, language: 'ja' },
          webhookToken: 'whook',
        }),
      } as never,
      deliveries: { send: async (delivery: (typeof sent)[number]) => void sent.push(delivery) } as never,
      acquirers: [],
    });
    await notices.incident(
      { id: 'inc_1', title, stage: 'investigating', cause: 'unknown', components: [], startedAtMs: 0, updates: [] },
      ['both', 'letter', 'none'],
    );
    expect(sent.map(({ kind, url }) => `${kind} ${url}`).toSorted()).toEqual([
      'mail mailto:both@shop.test',
      'mail mailto:letter@shop.test',
      'notice http://both.test/notices',
    ]);
  });
});
