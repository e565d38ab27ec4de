import { describe, expect, it } from 'vitest';
import { CARD, createShop, type Fields, type Shop } from './trade.ts';

const CHALLENGE = { ...CARD, CardNo: '4100000000005000' };
const BACK = { RetUrl: 'http://shop.test/back' };

/** Enters an order with 3-D Secure and executes it up to there. */
const sent = async (shop: Shop, orderId: string, card: Fields, more: Fields = {}) => {
  const keys = await shop.enter(orderId, 'AUTH', { TdFlag: '2', Tds2Type: '2' });
  const { text } = await shop.call('ExecTran', { ...keys, OrderID: orderId, ...card, ...BACK, ...more });
  const url = /^ACS=2&RedirectUrl=(\S+)$/.exec(text)?.[1] ?? '';
  return { keys, text, path: url.replace(/^https?:\/\/[^/]+/, '') };
};

const browse = async (shop: Shop, path: string, form?: Fields) => {
  const sent = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form).toString() };
  const response = await shop.world.acquirer.app.request(path, sent);
  return { status: response.status, text: await response.text(), location: response.headers.get('location') };
};

/** What the page posts to the shop. */
const posted = (text: string): Fields | null =>
  text.includes('action="http://shop.test/back"')
    ? Object.fromEntries(
        [...text.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
      )
    : null;

const screenPath = (path: string, act: string): string => path.replace('/callback', `/challenge${act}`);

describe('GMO-PG with 3-D Secure', () => {
  it('answers ExecTran with two pairs, sends the browser back with the AccessID, and pays by SecureTran2', async () => {
    const shop = createShop();
    const { keys, text, path } = await sent(shop, 'o-1', CARD);
    expect(text).toMatch(
      /^ACS=2&RedirectUrl=http:\/\/[^/]+\/api\/v2\/brw\/callback\?transId=[0-9a-f-]{36}&t=[0-9a-f]{32}$/,
    );
    expect((await shop.call('SecureTran2', keys)).pairs.ErrInfo).toBe('E01E50004');
    expect(posted((await browse(shop, path)).text)).toEqual({ AccessID: keys.AccessID });
    expect(await shop.status('o-1')).toMatchObject({ Status: 'AUTHENTICATED', JobCd: 'AUTH' });
    const paid = await shop.call('SecureTran2', keys);
    expect(Object.keys(paid.pairs)).toEqual(
      'OrderID Forward Method PayTimes Approve TranID TranDate CheckString'.split(' '),
    );
    expect(await shop.status('o-1')).toMatchObject({ Status: 'AUTH' });
    expect((await shop.call('SecureTran2', keys)).pairs.ErrInfo).toBe('E01050004|M01004014');
    expect((await shop.world.control('GET', '/ledger')).json.rows).toHaveLength(1);
  });

  it('shows the challenge, takes the code, and refuses the payment after a failure', async () => {
    const shop = createShop();
    const good = await sent(shop, 'o-1', CHALLENGE);
    expect((await browse(shop, good.path)).text).toContain('ワンタイムパスワード');
    const wrong = await browse(shop, screenPath(good.path, '/code'), { code: '000000' });
    expect([posted(wrong.text), wrong.text.includes('あと2回')]).toEqual([null, true]);
    expect(posted((await browse(shop, screenPath(good.path, '/code'), { code: '123456' })).text)).not.toBeNull();
    expect((await shop.call('SecureTran2', good.keys)).pairs.ErrInfo).toBeUndefined();

    const bad = await sent(shop, 'o-2', CHALLENGE);
    await browse(shop, bad.path);
    expect(posted((await browse(shop, screenPath(bad.path, '/cancel'), {})).text)).not.toBeNull();
    expect((await shop.call('SecureTran2', bad.keys)).pairs.ErrInfo).toBe('E21030007');
    expect(await shop.status('o-2')).toMatchObject({ Status: 'UNPROCESSED' });
    expect((await shop.world.control('GET', '/ledger')).json.rows).toHaveLength(1);
  });

  it('goes in two steps with CallbackType 2: Tds2Auth, ChallengeUrl, Tds2Result', async () => {
    const shop = createShop();
    const { keys, path } = await sent(shop, 'o-1', CHALLENGE, { CallbackType: '2' });
    expect((await shop.call('Tds2Auth', { ...keys, Tds2Param: 'x' })).pairs.ErrInfo).toBe('E01E50004');
    const first = posted((await browse(shop, path)).text);
    expect(first).toMatchObject({ MD: keys.AccessID, event: '3DSMethodFinished' });
    expect((await shop.call('Tds2Auth', keys)).pairs.ErrInfo).toBe('E01EB0001');
    expect((await shop.call('Tds2Auth', { ...keys, Tds2Param: 'x' })).pairs.ErrInfo).toBe('E01EB0010');
    const { text } = await shop.call('Tds2Auth', { ...keys, Tds2Param: first?.param ?? '' });
    expect(text).toMatch(/^Tds2TransResult=C&Tds2TransResultReason=&ChallengeUrl=http/);
    expect((await shop.call('Tds2Result', keys)).pairs.ErrInfo).toBe('E01E50004');
    const challenge = screenPath(path, '');
    expect((await browse(shop, challenge)).text).toContain('ワンタイムパスワード');
    const second = posted((await browse(shop, screenPath(path, '/code'), { code: '123456' })).text);
    expect(second).toMatchObject({ MD: keys.AccessID, event: 'AuthResultReady' });
    expect((await shop.call('Tds2Result', keys)).pairs).toEqual({ Tds2TransResult: 'Y', Tds2TransResultReason: '' });
    expect((await shop.call('SecureTran2', keys)).pairs.TranID).toHaveLength(28);
  });

  it('comes back by GET with CallbackType 3', async () => {
    const shop = createShop();
    const { keys, path } = await sent(shop, 'o-1', CARD, { CallbackType: '3' });
    expect(await browse(shop, path)).toMatchObject({
      status: 302,
      location: `http://shop.test/back?AccessID=${keys.AccessID}`,
    });
  });

  it('ends by the card number: A pays, N and R and U do not', async () => {
    const shop = createShop();
    for (const [nth, [number, errInfo]] of Object.entries([
      ['4100000000100009', undefined],
      ['4100000000300005', 'E21030007'],
      ['4100000000500000', 'E21030007'],
      ['4100000000400003', 'E21030007'],
    ] as const)) {
      const { keys, path } = await sent(shop, `o-${nth}`, { ...CARD, CardNo: number });
      await browse(shop, path);
      expect([number, (await shop.call('SecureTran2', keys)).pairs.ErrInfo]).toEqual([number, errInfo]);
    }
  });

  it('refuses what is not in order', async () => {
    const shop = createShop();
    const keys = await shop.enter('o-1', 'AUTH', { TdFlag: '2' });
    const exec = (more: Fields) => shop.call('ExecTran', { ...keys, ...CARD, ...more });
    expect((await exec({})).pairs.ErrInfo).toBe('E01E30001');
    expect((await exec({ RetUrl: 'javascript:alert(1)' })).pairs.ErrInfo).toBe('E01E30008');
    expect((await exec({ RetUrl: `http://shop.test/${'x'.repeat(1_024)}` })).pairs.ErrInfo).toBe('E01E30005');
    expect((await exec({ ...BACK, CallbackType: '4' })).pairs.ErrInfo).toBe('E01EA0007');
    for (const api of ['SecureTran2', 'Tds2Auth', 'Tds2Result'])
      expect((await shop.call(api, { ...keys, Tds2Param: 'x' })).pairs.ErrInfo).toBe('E01E50004');
    expect((await shop.call('Tds2AuthApp', keys)).pairs.ErrInfo).toBe('E61030001');
    const unknown = { AccessID: 'a'.repeat(32), AccessPass: 'a'.repeat(32) };
    expect((await shop.call('SecureTran2', unknown)).pairs.ErrInfo).toBe('E01110002');
    expect((await shop.call('SecureTran', { PaRes: 'x', MD: 'x' })).pairs.ErrInfo).toBe('E21040002');
    expect(await shop.status('o-1')).toMatchObject({ Status: 'UNPROCESSED' });
  });

  it('shows nothing to whoever knows the transId alone', async () => {
    const shop = createShop();
    const { path } = await sent(shop, 'o-1', CHALLENGE);
    const forged = path.replace(/t=[0-9a-f]+$/, `t=${'0'.repeat(32)}`);
    expect((await browse(shop, forged)).status).toBe(404);
    expect((await browse(shop, screenPath(forged, '/code'), { code: '123456' })).status).toBe(404);
  });
});
