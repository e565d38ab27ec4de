import { describe, expect, it } from 'vitest';
import { addReceivers } from '../receivers.ts';
import { adminToken, type Json, openShop, visa } from '../world.ts';

const operator = { Authorization: `Bearer ${adminToken}` };
const card = { number: visa, exp_month: '12', exp_year: '2030', cvc: '123' };
const eccube = { 'User-Agent': 'Payjp/v1 PhpBindings/0.0.4 EC-CUBE/3.0.15' };
const curl = { 'User-Agent': 'curl/7.88.1' };

/** Two shops that pass numbers in December 2017, and one that does not. */
const openMarket = async () => {
  const notices: Json[] = [];
  const world = await openShop(
    { startWallMs: Date.parse('2017-12-01T12:00:00+09:00') },
    { noticeUrl: 'http://merchants.test/shop-1/notices' },
  );
  addReceivers(world, (path, body) => notices.push({ path, ...body }));
  const silent = await world.enrol('shop-2');
  const good = await world.enrol('shop-3');
  const { shop, play } = world;
  await play(async () => {
    for (let times = 0; times < 3; times += 1) await shop.post('/v1/tokens', { card }, { headers: eccube });
    await silent.post('/v1/charges', { card, amount: 500, currency: 'jpy' }, { headers: curl });
    await good.post('/v1/charges', { card: await good.token(), amount: 500, currency: 'jpy' });
  });
  const ask = (query = '') => play(() => world.send('GET', `/admin/v1/non-retention${query}`, operator));
  const tell = (body: object) =>
    play(() => world.send('POST', '/admin/v1/non-retention/notices', operator, JSON.stringify(body)));
  const page = (query: string) =>
    play(async () => {
      const { fetch } = world.stage.castMember('operator');
      const reply = await fetch(`http://gateway.test/admin/v1/non-retention${query}`, {
        method: 'GET',
        headers: operator,
        timeoutMs: 10_000,
      });
      return { status: reply.status, text: await reply.text(), type: reply.headers.get('Content-Type') };
    });
  return { ...world, notices, silent, ask, tell, page };
};

describe('the report of passthrough merchants', () => {
  it('lists who still passes card numbers, by call, parameters and integration', async () => {
    const { ask } = await openMarket();
    const { json } = await ask();
    expect(json.merchants.map((one: Json) => one.merchant)).toEqual(['shop-1', 'shop-2']);
    expect(json.merchants[0]).toMatchObject({
      reachable: true,
      toldMs: null,
      uses: [
        {
          endpoint: 'tokens',
          mode: 'live',
          parameters: ['card[number]', 'card[exp_month]', 'card[exp_year]', 'card[cvc]'],
          integration: { name: 'EC-CUBE plugin', version: '3.0.15', supportEnded: '2017-10-31' },
          accepted: 3,
          refused: 0,
          stage: 'deprecated',
        },
      ],
    });
    expect(json.merchants[1]).toMatchObject({
      reachable: false,
      uses: [{ endpoint: 'charges', integration: { name: 'curl', version: '7.88.1' }, accepted: 1 }],
    });
  });

  it('is read as text and as a page, which hold no number', async () => {
    const { page } = await openMarket();
    const [text, html] = [await page('?format=text'), await page('?format=html')];
    expect(text.text).toContain('by EC-CUBE plugin 3.0.15 (support ended 2017-10-31): card[number]');
    expect(html.type).toContain('text/html');
    expect(html.text).toContain('support ended 2017-10-31');
    for (const { text: read } of [text, html]) expect(read).not.toContain(visa);
  });

  it('forgets no merchant in a crash, and counts on afterwards', async () => {
    const { gateway, play, shop, ask } = await openMarket();
    gateway.kill();
    await gateway.restart();
    await play(() => shop.post('/v1/tokens', { card }, { headers: eccube }));
    const { json } = await ask();
    // The first sight was written at once; what was only counted since is lost.
    expect(json.merchants[0].uses).toHaveLength(1);
    expect(json.merchants[0].uses[0].accepted).toBeGreaterThanOrEqual(2);
  });

  it('tells each of them once, in both languages, with what to do and until when', async () => {
    const { tell, notices, pass } = await openMarket();
    expect((await tell({})).json).toEqual({ told: ['shop-1'], toldBefore: [], unreachable: ['shop-2'] });
    await pass(1_000);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({ path: '/shop-1/notices', type: 'card_numbers' });
    expect(notices[0].text.en).toContain('2018-08-01');
    expect(notices[0].text.en).toContain('EC-CUBE plugin, whose support ended on 2017-10-31');
    expect(notices[0].text.ja).toContain('payjp.js');
    expect(JSON.stringify(notices)).not.toContain(visa);
    expect((await tell({})).json).toMatchObject({ told: [], toldBefore: ['shop-1'] });
    expect((await tell({ again: true })).json).toMatchObject({ told: ['shop-1'] });
  });

  it('refuses a form, a span and a merchant that it does not know', async () => {
    const { ask, tell } = await openMarket();
    expect((await ask('?format=pdf')).status).toBe(400);
    expect((await ask('?days=0')).status).toBe(400);
    expect((await tell({ merchant: 'shop-3' })).status).toBe(404);
    expect((await tell({ everybody: true })).status).toBe(400);
  });
});

describe('a call with a number in it', () => {
  it('is done once, however often it is repeated under its key', async () => {
    const world = await openShop({ startWallMs: Date.parse('2017-12-01T12:00:00+09:00') });
    const { play, shop, rows } = world;
    const pay = () => shop.post('/v1/charges', { card, amount: 500, currency: 'jpy' }, { key: 'order-1' });
    const [first, again] = await play(async () => [await pay(), await pay()]);
    expect(again!.text).toBe(first!.text);
    expect(rows('select id from charges')).toHaveLength(1);
    expect(rows('select id from tokens')).toHaveLength(1);
    const other = await play(() =>
      shop.post('/v1/charges', { card, amount: 501, currency: 'jpy' }, { key: 'order-1' }),
    );
    expect(other).toMatchObject({ status: 422, json: { error: { code: 'idempotency_key_reused' } } });
    expect(await play(() => shop.post('/v1/customers', {}, { key: 'passthrough/x' }))).toMatchObject({ status: 400 });
  });

  it('is told what is wrong with its card like a token is, and nothing is charged', async () => {
    const world = await openShop({ startWallMs: Date.parse('2017-12-01T12:00:00+09:00') });
    const { play, shop, rows } = world;
    const bad = await play(() =>
      shop.post('/v1/charges', { card: { ...card, number: '4242424242424241' }, amount: 500, currency: 'jpy' }),
    );
    expect(bad).toMatchObject({ status: 402, json: { error: { code: 'invalid_number', param: 'card[number]' } } });
    expect(rows('select id from charges')).toHaveLength(0);
  });

  it('stores its number nowhere but in the vault', async () => {
    const world = await openShop({ startWallMs: Date.parse('2017-12-01T12:00:00+09:00') });
    const { play, shop, rows } = world;
    await play(() => shop.post('/v1/charges', { card, amount: 500, currency: 'jpy' }, { key: 'k', headers: curl }));
    for (const { name } of rows("select name from sqlite_master where type = 'table'"))
      expect(JSON.stringify(rows(`select * from ${name}`)), name).not.toContain(visa);
    expect(JSON.stringify(world.log)).not.toContain(visa);
  });
});
