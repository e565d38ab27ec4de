/**
 * The two flows of a public slide deck that explains GMO-PG to developers (October 2024), with the
 * parameter names as its slides have them.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GOOD, openPage } from '../acquirer-sim/tokens/checkout.ts';
import { SHOP, SITE, type Simulator, startSimulator } from './gmo-simulator.ts';

describe('the deck’s flows, over a socket', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());

  const call = async (api: string, body: string): Promise<URLSearchParams> =>
    new URLSearchParams(await (await simulator.post(`/payment/${api}.idPass`, body)).text());

  /** The page gets the token: the card number never passes through the shop's server. */
  const tokenFromPage = async (): Promise<string> => {
    const script = await (await fetch(`${simulator.url}/ext/js/token.js`)).text();
    const page = openPage(script, simulator.url);
    page.window.Multipayment.init(SHOP.ShopID);
    const { cardNo: cardno, securityCode: securitycode } = GOOD;
    page.window.Multipayment.getToken({ cardno, expire: '2512', securitycode }, 'saveToken');
    const said = await (await fetch(await page.added())).text();
    return JSON.parse(said.replace(/^saveToken\(|\);$/g, '')).tokenObject.token;
  };

  it('save a member, make a token in the browser and bind the card to the member', async () => {
    const site = `SiteID=${SITE.SiteID}&SitePass=${SITE.SitePass}&MemberID=gintoki1010`;
    const member = await call('SaveMember', `${site}&MemberName=gintoki_sakata`);
    expect(Object.fromEntries(member)).toEqual({ MemberID: 'gintoki1010' });
    const token = await tokenFromPage();
    expect(token).toMatch(/^[0-9a-z]{64}$/);
    const card = await call('SaveCard', `${site}&token=${token}`);
    expect(card.get('CardNo')).toBe('************1111');
    const listed = await call('SearchCard', `${site}&SeqMode=0`);
    expect([listed.get('CardSeq'), listed.get('Expire')]).toEqual(['0', '2512']);
  });

  it('enter an order, execute it, and are sent to 3-D Secure', async () => {
    const shop = `ShopID=${SHOP.ShopID}&ShopPass=${SHOP.ShopPass}`;
    const entered = await call('EntryTran', `${shop}&OrderID=Order810&JobCd=Check&TdFlag=2`);
    expect([...entered.keys()]).toEqual(['AccessID', 'AccessPass']);
    const keys = `AccessID=${entered.get('AccessID')}&AccessPass=${entered.get('AccessPass')}&OrderID=Order810`;
    // The deck leaves the address to come back to out; the protocol wants one.
    const executed = await call('ExecTran', `${keys}&Token=${await tokenFromPage()}&RetUrl=http%3A%2F%2Fshop.test%2F`);
    expect([...executed.keys()].slice(0, 2)).toEqual(['ACS', 'RedirectUrl']);
    expect(executed.get('ACS')).toBe('2');
    expect(executed.get('RedirectUrl')).toContain('/api/v2/brw/callback?transId=');
    const found = await call('SearchTrade', `${shop}&OrderID=Order810`);
    expect(found.get('Status')).toBe('UNPROCESSED');
  });

  it('are understood in Windows-31J as it is, percent-encoded or not', async () => {
    const site = `SiteID=${SITE.SiteID}&SitePass=${SITE.SitePass}&MemberID=`;
    const sakata = [0x8d, 0xe2, 0x93, 0x63];
    const raw = Buffer.concat([Buffer.from(`${site}raw&MemberName=`), Buffer.from(sakata)]);
    await simulator.post('/payment/SaveMember.idPass', Uint8Array.from(raw));
    const escaped = sakata.map((byte) => `%${byte.toString(16)}`).join('');
    await simulator.post('/payment/SaveMember.idPass', `${site}escaped&MemberName=${escaped}`);
    for (const id of ['raw', 'escaped']) {
      const reply = await simulator.post('/payment/SearchMember.idPass', site + id);
      expect(reply.headers.get('content-type')).toBe('text/plain;charset=Windows-31J');
      const text = new TextDecoder('shift_jis').decode(await reply.arrayBuffer());
      expect(text).toBe(`MemberID=${id}&MemberName=坂田&DeleteFlag=0`);
    }
  });
});
