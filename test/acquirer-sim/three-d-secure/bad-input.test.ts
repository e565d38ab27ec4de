import { describe, expect, it } from 'vitest';
import { areqOf, base64url, cards, createTdsWorld, creqOf, freshId, leavingOf, type Message } from './world.ts';

/** The Erro of a page that has nobody to go back to. */
const erroOn = (text: string): Message =>
  JSON.parse(Buffer.from(/name="erro" content="([^"]+)"/.exec(text)?.[1] ?? '', 'base64url').toString());

describe('an AReq that is not in order gets an Erro of the directory server', () => {
  const rows: readonly (readonly [string, string | object, string, string])[] = [
    ['no JSON', '{"messageType":"AReq"', '101', 'Invalid Formatted Message'],
    ['an array', '[]', '101', 'Invalid Formatted Message'],
    ['nothing', '', '101', 'Invalid Formatted Message'],
    [
      'a message far too long',
      `{"messageType":"AReq","x":"${'a'.repeat(140_000)}"}`,
      '101',
      'Invalid Formatted Message',
    ],
    ['an unknown type', areqOf({ messageType: 'XReq' }), '101', 'Invalid Message Type'],
    ['a type of wrong case', areqOf({ messageType: 'areq' }), '101', 'Invalid Message Type'],
    [
      'a message for another component',
      areqOf({ messageType: 'CReq' }),
      '101',
      'Invalid Message for the receiving component',
    ],
    ['a version of the future', areqOf({ messageVersion: '2.3.1' }), '102', '2.1.0,2.2.0'],
    ['two elements missing', areqOf({ mcc: undefined, notificationURL: undefined }), '201', 'notificationURL,mcc'],
    [
      'an unknown critical extension',
      areqOf({ messageExtension: [{ name: 'x', id: 'A1', criticalityIndicator: true, data: {} }] }),
      '202',
      'A1',
    ],
    [
      'an extension without an id',
      areqOf({ messageExtension: [{ criticalityIndicator: false }] }),
      '203',
      'messageExtension',
    ],
    ['an amount as a number', areqOf({ purchaseAmount: 5000 }), '203', 'purchaseAmount'],
    ['a display of 30 bits', areqOf({ browserColorDepth: '30' }), '203', 'browserColorDepth'],
    ['a language of nine characters', areqOf({ browserLanguage: 'ja-JP-x-a' }), '203', 'browserLanguage'],
    ['the 30th of February', areqOf({ purchaseDate: '20250230120000' }), '203', 'purchaseDate'],
    ['an id that is none', areqOf({ threeDSServerTransID: 'abc' }), '203', 'threeDSServerTransID'],
    ['an element of the other leg', areqOf({ dsURL: 'http://ds.test' }), '203', 'dsURL'],
    [
      'an indicator that 2.1 lacks',
      areqOf({ messageVersion: '2.1.0', threeDSRequestorChallengeInd: '05' }),
      '203',
      'threeDSRequestorChallengeInd',
    ],
    ['a country that is none', areqOf({ merchantCountryCode: '999' }), '304', 'merchantCountryCode'],
    ['a currency that is none', areqOf({ purchaseCurrency: '000' }), '304', 'purchaseCurrency'],
    ['a card of no scheme here', areqOf({ acctNumber: '9999999999999999' }), '305', 'acctNumber'],
    ['a category that is none', areqOf({ mcc: '0000' }), '306', 'mcc'],
  ];
  it.each(rows)('%s', async (_, message, errorCode, errorDetail) => {
    const world = createTdsWorld();
    expect(await world.areq(message)).toMatchObject({
      messageType: 'Erro',
      errorComponent: 'D',
      errorCode,
      errorDetail,
    });
    expect((await world.control('GET', '/transactions')).json.rows).toEqual([]);
  });

  it('an element named twice, also by an escape, also inside another', async () => {
    const world = createTdsWorld();
    const text = JSON.stringify(areqOf());
    const again = (extra: string) => `${text.slice(0, -1)},${extra}}`;
    expect(await world.areq(again('"mcc":"5999"'))).toMatchObject({ errorCode: '204', errorDetail: 'mcc' });
    expect(await world.areq(again('"m\\u0063c":"5999"'))).toMatchObject({ errorCode: '204', errorDetail: 'mcc' });
    const nested = '"acctInfo":{"chAccAgeInd":"01","chAccAgeInd":"02"}';
    expect(await world.areq(again(nested))).toMatchObject({ errorCode: '204', errorDetail: 'acctInfo.chAccAgeInd' });
  });

  it('a transaction id that came before', async () => {
    const world = createTdsWorld();
    const request = areqOf();
    const first = await world.areq(request);
    expect(first.transStatus).toBe('Y');
    expect(await world.areq(request)).toMatchObject({
      errorCode: '301',
      threeDSServerTransID: first.threeDSServerTransID,
    });
  });

  it('a complaint is heard and not answered by another', async () => {
    expect(await createTdsWorld().areq({ messageType: 'Erro', errorCode: '203' })).toEqual({});
  });
});

describe('a CReq that is not in order', () => {
  it('leads nowhere when it names no challenge that is known', async () => {
    const world = createTdsWorld();
    const { ares } = await world.challenge();
    const ids = { messageVersion: '2.2.0', threeDSServerTransID: ares.threeDSServerTransID, acsTransID: freshId() };
    for (const [creq, errorCode] of [
      [creqOf(ids), '301'],
      ['%%%', '101'],
      [base64url([]), '101'],
      [creqOf(ares, { messageType: 'CRes' }), '101'],
    ] as const) {
      const page = await world.post('/acs/creq', { creq });
      const erro = leavingOf(page)?.cres ?? erroOn(page.text);
      expect(erro).toMatchObject({ messageType: 'Erro', errorComponent: 'A', errorCode });
    }
    expect(world.reported).toEqual([]);
  });

  it('of somebody else’s transaction opens nothing and shows nothing', async () => {
    const world = createTdsWorld();
    const mine = await world.areq(areqOf({ acctNumber: cards.challenge }));
    const page = await world.post('/acs/creq', { creq: creqOf(mine, { threeDSServerTransID: freshId() }) });
    expect(page.status).toBe(400);
    expect(erroOn(page.text)).toMatchObject({ errorCode: '301' });
    expect(page.text).not.toContain('Breakwater Books');
    expect((await world.get(`/acs/challenge/${mine.acsTransID}`)).status).toBe(400);
  });

  it('posted again by reload or Back is refused with 305, and the challenge stays as it was', async () => {
    const world = createTdsWorld();
    const { ares, at } = await world.challenge();
    const again = leavingOf(await world.post('/acs/creq', { creq: creqOf(ares) }));
    expect(again).toMatchObject({
      url: 'http://shop.test/3ds/result',
      cres: { messageType: 'Erro', errorCode: '305' },
    });
    expect(leavingOf(await world.post(`${at}/code`, { code: '123456' }))?.cres.transStatus).toBe('Y');
    expect(world.reported).toHaveLength(1);
  });

  it('of a transaction that waits for it ends it: Erro to the browser, RReq U with cancel 06', async () => {
    const world = createTdsWorld();
    const ares = await world.areq(areqOf({ acctNumber: cards.challenge }));
    const page = await world.post('/acs/creq', { creq: creqOf(ares, { challengeWindowSize: '09' }) });
    expect(leavingOf(page)?.cres).toMatchObject({ errorCode: '203', errorDetail: 'challengeWindowSize' });
    expect(world.reported[0]?.message).toMatchObject({ transStatus: 'U', challengeCancel: '06' });
  });

  it('may be padded and of the other alphabet', async () => {
    const world = createTdsWorld();
    const ares = await world.areq(areqOf({ acctNumber: cards.challenge }));
    const padded = Buffer.from(Buffer.from(creqOf(ares), 'base64url')).toString('base64');
    expect((await world.post('/acs/creq', { creq: padded })).text).toContain('ワンタイムパスワード');
  });

  it('with session data beyond 1,024 characters is refused, and what it does carry comes back byte for byte', async () => {
    const world = createTdsWorld();
    const ares = await world.areq(areqOf({ acctNumber: cards.challenge }));
    const page = await world.post('/acs/creq', { creq: creqOf(ares), threeDSSessionData: 'x'.repeat(1_025) });
    expect(leavingOf(page)?.cres).toMatchObject({ errorCode: '203', errorDetail: 'threeDSSessionData' });
  });

  it('escapes what the shop called itself', async () => {
    const { page } = await createTdsWorld().challenge({ merchantName: '<script>alert(1)</script>' });
    expect(page.text).not.toContain('<script>');
    expect(page.text).toContain('&lt;script&gt;');
  });
});

describe('the control API', () => {
  it('refuses what is not in order by path and reason', async () => {
    const world = createTdsWorld();
    for (const [method, path, body, at] of [
      ['POST', '/faults', { kind: 'acs-slw' }, 'kind'],
      ['POST', '/faults', { kind: 'acs-slow', issuers: ['nobody'] }, 'issuers.0'],
      ['POST', '/faults', { kind: 'acs-slow', parameters: { delay: 1 } }, 'parameters'],
      ['GET', '/transactions?limit=0', undefined, 'limit'],
    ] as const) {
      const { status, json } = await world.control(method, path, body);
      expect([status, String(json.error.path).slice(0, at.length)]).toEqual([400, at]);
    }
    expect((await world.control('GET', `/transactions/${freshId()}`)).status).toBe(404);
  });

  it('shows no card number', async () => {
    const world = createTdsWorld();
    await world.challenge();
    expect(JSON.stringify((await world.control('GET', '/transactions')).json)).not.toContain(cards.challenge);
  });
});
