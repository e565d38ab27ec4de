import { describe, expect, it } from 'vitest';
import type { NewNotice } from '../../../gateway/deliveries/deliveries.ts';
import type { Merchant } from '../../../gateway/merchants/merchants.ts';
import { createNotices } from '../../../gateway/notices/notices.ts';
import { createLiveEntropy } from '../../../gateway/random.ts';
import type { IncidentView } from '../../../gateway/status-page/facts.ts';
import { accountAt } from '../acquirers.ts';
import { createManualClock } from '../manual-clock.ts';
import { openShop, upstreamToken } from '../world.ts';

const atMs = Date.parse('2017-07-14T07:44:00+09:00');

/** The room with the merchants it may know and what it asks to have delivered. */
const open = (noticeUrls: Readonly<Record<string, string | null>>) => {
  const sent: NewNotice[] = [];
  const merchantOf = (id: string): Merchant | undefined =>
    id in noticeUrls
      ? {
          id,
          name: id,
          noticeUrl: noticeUrls[id] ?? null,
          noticeMail: null,
          webhooks: [],
          webhookToken: `whook_${id}`,
          deferral: 'accept',
          pausedReason: null,
          threeDSecure: { returnUrls: {}, frameOrigins: [], attempted: 'accept', unavailable: 'refuse' },
        }
      : undefined;
  const notices = createNotices({
    clock: createManualClock(atMs),
    entropy: createLiveEntropy(),
    merchants: { findOrRecall: async (id: string) => merchantOf(id) } as never,
    deliveries: { send: async (delivery: NewNotice) => void sent.push(delivery) } as never,
    acquirers: [accountAt('escott'), { ...accountAt('gmo'), contactUrl: null }],
  });
  return { notices, sent, bodies: () => sent.map(({ body }) => JSON.parse(body)) };
};

const incident: IncidentView = {
  id: 'inc_1',
  title: { en: 'Payments fail', ja: '決済エラー' },
  stage: 'identified',
  cause: 'upstream_down',
  components: ['create_charge'],
  startedAtMs: atMs,
  updates: [
    { stage: 'investigating', atMs, text: { en: 'first', ja: '第一報' } },
    { stage: 'identified', atMs, text: { en: 'second', ja: '第二報' } },
  ],
};

describe('a notice about an incident', () => {
  it('goes to the merchants it hurts that have an address, with the latest words and their token', async () => {
    const { notices, sent, bodies } = open({ a: 'http://a.test/notices', b: null, c: 'http://c.test/notices' });
    await notices.incident(incident, ['a', 'b', 'c', 'unknown']);
    expect(sent.map(({ merchantId, kind, subject, url, token }) => [merchantId, kind, subject, url, token])).toEqual([
      ['a', 'notice', 'incident', 'http://a.test/notices', 'whook_a'],
      ['c', 'notice', 'incident', 'http://c.test/notices', 'whook_c'],
    ]);
    expect(bodies()[0]).toEqual({
      id: expect.stringMatching(/^ntc_[0-9a-f]{28}$/),
      type: 'incident',
      atMs,
      incident: 'inc_1',
      text: { en: 'second', ja: '第二報' },
    });
    expect(new Set(bodies().map(({ id }) => id)).size).toBe(2);
  });

  it('says that it is over when it is', async () => {
    const { notices, bodies } = open({ a: 'http://a.test/notices' });
    await notices.incident({ ...incident, stage: 'resolved' }, ['a']);
    expect(bodies()[0]).toMatchObject({ type: 'incident_resolved', incident: 'inc_1' });
  });

  it('has its title to say while there is no update', async () => {
    const { notices, bodies } = open({ a: 'http://a.test/notices' });
    await notices.incident({ ...incident, updates: [] }, ['a']);
    expect(bodies()[0]).toMatchObject({ text: incident.title });
  });
});

describe('a notice about abuse', () => {
  it('tells the merchant what was refused, in both languages', async () => {
    const { notices, sent, bodies } = open({ a: 'http://a.test/notices' });
    const facts = { refusals: 23, bad: 0, good: 4, share: 1, windowMs: 60_000, foundAtMs: atMs };
    await notices.abuse('a', { ...facts, stage: 'told' });
    expect(sent).toMatchObject([{ merchantId: 'a', kind: 'notice', subject: 'abuse' }]);
    expect(bodies()[0]).toMatchObject({ type: 'abuse', foundAtMs: atMs });
    expect(bodies()[0].text.en).toMatch(/23 of your requests .* 60 seconds/);
    expect(bodies()[0].text.ja).toMatch(/60秒間.*23件/);
  });

  it.each([
    ['throttled', 0.25, /41 of your last 45 requests .* 25 %/, /45件.*41件.*25%/],
    ['paused', 0, /paused; it is resumed step by step/, /一時停止.*段階的に再開/],
    ['ramping', 0.1, /step by step; your rate is 10 %/, /段階的に再開.*10%/],
    ['clear', 1, /usual rate again/, /通常に戻しました/],
  ] as const)('says what is done to it: %s', async (stage, share, en, ja) => {
    const { notices, bodies } = open({ a: 'http://a.test/notices' });
    await notices.abuse('a', { stage, share, refusals: 3, bad: 41, good: 4, windowMs: 60_000, foundAtMs: atMs });
    expect(bodies()[0]).toMatchObject({ stage, rateShare: share });
    expect(bodies()[0].text.en).toMatch(en);
    expect(bodies()[0].text.ja).toMatch(ja);
  });
});

describe("a message to an acquirer's operators", () => {
  const counts = { merchantId: 'a', foundAtMs: atMs, windowMs: 60_000, requestsPerMerchant: { a: 300, others: 12 } };

  it('says who sends how much, under our name there', async () => {
    const { notices, sent, bodies } = open({});
    await notices.upstream({ acquirer: 'escott', ...counts });
    expect(sent).toMatchObject([
      { merchantId: null, kind: 'upstream', subject: 'escott', url: 'http://escott.test/contact', token: '' },
    ]);
    expect(bodies()[0]).toMatchObject({
      tenant: 'ours',
      kind: 'abuse_contained',
      atMs,
      requestsPerMerchant: { a: 300, others: 12 },
    });
  });

  it.each(['gmo', 'nobody'])('is not sent where there is no address: %s', async (acquirer) => {
    const { notices, sent } = open({});
    await notices.upstream({ acquirer, ...counts });
    expect(sent).toEqual([]);
  });
});

describe("what an acquirer's operators tell us", () => {
  const told = (body: string, token = upstreamToken) =>
    openShop().then((world) =>
      world
        .play(() => world.send('POST', '/upstream/notices', { Authorization: `Bearer ${token}` }, body))
        .then((answer) => ({ answer, log: world.log })),
    );
  const notice = { acquirer: 'escott', kind: 'restricting_you', atMs, message: 'too many' };

  it('is taken and written down', async () => {
    const { answer, log } = await told(JSON.stringify(notice));
    expect([answer.status, answer.json]).toEqual([200, { received: true }]);
    expect(log).toContainEqual({ event: 'upstream.noticed', acquirer: 'escott', kind: 'restricting_you' });
  });

  it('may say more than we read', async () => {
    const { answer } = await told(JSON.stringify({ ...notice, kind: 'maintenance', ticket: 7 }));
    expect(answer.status).toBe(200);
  });

  it('is refused from anybody else, and that is written down', async () => {
    const { answer, log } = await told(JSON.stringify(notice), 'wrong');
    expect(answer).toMatchObject({ status: 401, decidedBy: 'gateway' });
    expect(log).toEqual([{ event: 'upstream.forged' }]);
  });

  it.each<[string, string, string]>([
    ['no JSON', 'x', 'JSON'],
    ['another acquirer', JSON.stringify({ ...notice, acquirer: 'other' }), 'acquirer'],
    ['another kind', JSON.stringify({ ...notice, kind: 'hello' }), 'kind'],
    ['no time', JSON.stringify({ ...notice, atMs: 'now' }), 'atMs'],
  ])('is refused with %s, naming it', async (_, body, named) => {
    const { answer, log } = await told(body);
    expect(answer).toMatchObject({ status: 400, decidedBy: 'gateway' });
    expect(answer.json.error.message).toContain(named);
    expect(log).toEqual([]);
  });
});
