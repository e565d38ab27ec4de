import { describe, expect, it } from 'vitest';
import { areqOf, cards, createTdsWorld, creqOf, freshId, leavingOf } from './world.ts';

describe('an authentication', () => {
  it('passes a small payment without a question, with a value of 28 characters', async () => {
    const world = createTdsWorld();
    const request = areqOf() as { threeDSServerTransID: string };
    const ares = await world.areq(request);
    expect(ares).toMatchObject({
      messageType: 'ARes',
      messageVersion: '2.2.0',
      threeDSServerTransID: request.threeDSServerTransID,
      transStatus: 'Y',
      eci: '05',
    });
    expect(ares.authenticationValue).toHaveLength(28);
    expect(ares).not.toHaveProperty('acsURL');
  });

  it('asks the cardholder of a larger one: RReq, RRes, and only then the CRes', async () => {
    const world = createTdsWorld();
    const { ares, page, at } = await world.challenge({ acctNumber: '4242424242424242', purchaseAmount: '30000' });
    expect(ares).toMatchObject({ transStatus: 'C', acsURL: 'http://tds.test/acs/creq', authenticationType: '02' });
    expect(page.text).toContain('ワンタイムパスワード');
    expect(world.reported).toEqual([]);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.answerWith(async (rreq) => {
      await held;
      return { status: 200, body: JSON.stringify({ ...rreq, messageType: 'RRes', resultsStatus: '01' }) };
    });
    const answered = world.post(`${at}/code`, { code: '123456' });
    let isBack = false;
    void answered.then(() => {
      isBack = true;
    });
    await world.clock.advance(100);
    expect(world.reported[0]?.message).toMatchObject({
      messageType: 'RReq',
      transStatus: 'Y',
      eci: '05',
      interactionCounter: '01',
      authenticationType: '02',
      messageCategory: '01',
      acsTransID: ares.acsTransID,
    });
    expect(world.reported[0]?.message).not.toHaveProperty('authenticationMethod');
    expect(isBack).toBe(false);
    release();
    expect(leavingOf(await answered)).toMatchObject({
      url: 'http://shop.test/3ds/result',
      session: 'c2Vzc2lvbg',
      cres: { messageType: 'CRes', transStatus: 'Y', acsTransID: ares.acsTransID, challengeCompletionInd: 'Y' },
    });
  });

  it('ends as the card number says, for the four brands', async () => {
    const world = createTdsWorld();
    const table = [
      ['4100000000000100', 'Y', '05', undefined],
      ['5100000000000107', 'Y', '02', undefined],
      ['4100000000100009', 'A', '06', undefined],
      ['5100000000100006', 'A', '01', undefined],
      ['3528000000300001', 'N', '07', '01'],
      ['340000000400001', 'U', '07', '22'],
      ['5100000000500007', 'R', '00', '11'],
      ['4100007900000000', 'A', '06', undefined],
    ] as const;
    for (const [acctNumber, transStatus, eci, transStatusReason] of table) {
      const ares = await world.areq(areqOf({ acctNumber }));
      expect([acctNumber, ares.transStatus, ares.eci, ares.transStatusReason]).toEqual([
        acctNumber,
        transStatus,
        eci,
        transStatusReason,
      ]);
      expect(ares.authenticationValue !== undefined).toBe(transStatus === 'Y' || transStatus === 'A');
    }
  });

  it('gives three tries, counts them, and ends with reason 19', async () => {
    const world = createTdsWorld();
    const { at } = await world.challenge();
    expect((await world.post(`${at}/code`, { code: '000000' })).text).toContain('あと2回');
    expect((await world.post(`${at}/resend`, {})).text).toContain('送信しました');
    expect((await world.post(`${at}/code`, { code: '000000' })).text).toContain('あと1回');
    const last = await world.post(`${at}/code`, { code: '000000' });
    expect(world.reported[0]?.message).toMatchObject({
      transStatus: 'N',
      transStatusReason: '19',
      interactionCounter: '03',
    });
    expect(leavingOf(last)?.cres.transStatus).toBe('N');
  });

  it('takes a code of wide digits with spaces', async () => {
    const world = createTdsWorld();
    const { at } = await world.challenge();
    expect(leavingOf(await world.post(`${at}/code`, { code: ' １２３ ４５６ ' }))?.cres.transStatus).toBe('Y');
  });

  it('tells a cancelled challenge by challengeCancel 01, to the 3DS server alone', async () => {
    const world = createTdsWorld();
    const { at } = await world.challenge();
    const { cres } = leavingOf(await world.post(`${at}/cancel`, {})) ?? {};
    expect(world.reported[0]?.message).toMatchObject({ transStatus: 'N', challengeCancel: '01' });
    expect(world.reported[0]?.message).not.toHaveProperty('authenticationValue');
    expect(cres).not.toHaveProperty('challengeCancel');
  });

  it('says once what a double click asked twice', async () => {
    const world = createTdsWorld();
    const { at } = await world.challenge();
    const both = await Promise.all([
      world.post(`${at}/code`, { code: '123456' }),
      world.post(`${at}/code`, { code: '000000' }),
    ]);
    expect(world.reported).toHaveLength(1);
    expect(both.map((page) => leavingOf(page)?.cres.transStatus)).toEqual(['Y', 'Y']);
  });

  it('waits for the app, and goes on once it was approved there', async () => {
    const world = createTdsWorld();
    const { ares, page, at } = await world.challenge({ acctNumber: cards.app });
    expect(ares.authenticationType).toBe('03');
    expect(page.text).toContain('http-equiv="refresh"');
    expect(leavingOf(await world.get(at))).toBeNull();
    await world.control('POST', `/transactions/${ares.acsTransID}/answer`, { as: 'pass' });
    expect(leavingOf(await world.get(at))?.cres.transStatus).toBe('Y');
  });

  it('answers a challenge without a browser, and hands out what the browser would have posted', async () => {
    const world = createTdsWorld();
    for (const [as, transStatus] of [
      ['pass', 'Y'],
      ['fail', 'N'],
      ['cancel', 'N'],
    ] as const) {
      const ares = await world.areq(areqOf({ acctNumber: cards.challenge }));
      const path = `/transactions/${ares.threeDSServerTransID}/answer`;
      const { status, json } = await world.control('POST', path, { as });
      expect(status).toBe(200);
      expect(json).toMatchObject({ state: 'ended', transStatus, rreq: { status: 'answered', deliveries: 1 } });
      expect(json.notificationURL).toBe('http://shop.test/3ds/result');
      expect(JSON.parse(Buffer.from(json.cres, 'base64url').toString()).transStatus).toBe(transStatus);
      expect((await world.control('POST', path, { as })).status).toBe(409);
    }
  });

  it('reports a decoupled one by a single RReq and no CRes', async () => {
    const world = createTdsWorld();
    const over = { acctNumber: cards.decoupled, threeDSRequestorDecReqInd: 'Y', threeDSRequestorDecMaxTime: '00005' };
    const ares = await world.areq(areqOf(over));
    expect(ares).toMatchObject({ transStatus: 'D', acsDecConInd: 'Y', authenticationType: '04' });
    await world.clock.advance(10_000);
    expect(world.reported.map(({ message }) => message)).toMatchObject([
      { transStatus: 'Y', authenticationType: '04' },
    ]);
    const { json } = await world.control('GET', `/transactions/${ares.acsTransID}`);
    expect(json.cres).toBeNull();
    const unasked = await world.areq(areqOf({ acctNumber: cards.decoupled }));
    expect(unasked).toMatchObject({ transStatus: 'U', transStatusReason: '23' });
  });

  it('ends a decoupled one whose time is over by cancel 03 and reason 24', async () => {
    const world = createTdsWorld({ timers: { decoupledMs: 3_600_000 } });
    const over = { acctNumber: cards.decoupled, threeDSRequestorDecReqInd: 'Y', threeDSRequestorDecMaxTime: '00005' };
    await world.areq(areqOf(over));
    await world.clock.advance(299_000);
    expect(world.reported).toEqual([]);
    await world.clock.advance(1_500);
    expect(world.reported[0]?.message).toMatchObject({
      transStatus: 'N',
      transStatusReason: '24',
      challengeCancel: '03',
    });
  });

  it('speaks 2.1 where a range does, and no reason that 2.1 lacks', async () => {
    const world = createTdsWorld();
    const old = { messageVersion: '2.1.0', browserJavascriptEnabled: undefined };
    expect((await world.areq(areqOf({ ...old, acctNumber: '4100002100000000' }))).messageVersion).toBe('2.1.0');
    expect(await world.areq(areqOf({ acctNumber: '4100002100000000' }))).toMatchObject({
      errorCode: '102',
      errorDetail: '2.1.0',
    });
    expect(await world.areq(areqOf({ ...old, acctNumber: '4100000000400003' }))).toMatchObject({
      transStatus: 'U',
      transStatusReason: '07',
    });
  });

  it('is decided by what it is and not by when it came', async () => {
    const requests = [areqOf(), areqOf({ acctNumber: cards.challenge }), areqOf({ acctNumber: '5555555555554444' })];
    const [one, other] = [createTdsWorld(), createTdsWorld()];
    const said = new Map<string, unknown>();
    for (const request of requests) {
      const ares = await one.areq(request);
      said.set(ares.threeDSServerTransID, ares);
    }
    for (const request of requests.toReversed()) {
      const ares = await other.areq(request);
      expect(ares).toEqual(said.get(ares.threeDSServerTransID));
    }
  });
});

describe('the card ranges of a PRes', () => {
  const preq = (over: object = {}) => ({
    messageType: 'PReq',
    messageVersion: '2.2.0',
    threeDSServerTransID: freshId(),
    threeDSServerOperatorID: 'op-1',
    ...over,
  });

  it('do not overlap, leave out who takes no part, and name a method where there is one', async () => {
    const { cardRangeData } = await createTdsWorld().preq(preq());
    type Range = { startRange: string; endRange: string };
    const ranges: Range[] = cardRangeData;
    expect(ranges.every(({ startRange, endRange }) => startRange <= endRange)).toBe(true);
    expect(ranges.slice(1).every(({ startRange }, nth) => (ranges[nth]?.endRange ?? '') < startRange)).toBe(true);
    const of = (number: string) =>
      cardRangeData.find(
        (range: { startRange: string; endRange: string }) => range.startRange <= number && number <= range.endRange,
      );
    expect(of('4100007900000000')).toBeUndefined();
    expect(of('4242424242424242')).toMatchObject({ acsEndProtocolVersion: '2.2.0' });
    expect(of('4242424242424242')).not.toHaveProperty('threeDSMethodURL');
    expect(of('4100000000600008')).toMatchObject({ threeDSMethodURL: 'http://tds.test/acs/method/sakura' });
    expect(of('4100002100000000')).toMatchObject({ acsEndProtocolVersion: '2.1.0' });
  });

  it('are given out once an hour to one 3DS server', async () => {
    const world = createTdsWorld();
    expect((await world.preq(preq())).messageType).toBe('PRes');
    expect(await world.preq(preq())).toMatchObject({ messageType: 'Erro', errorCode: '103', errorComponent: 'D' });
    expect((await world.preq(preq({ threeDSServerOperatorID: 'op-2' }))).messageType).toBe('PRes');
    await world.clock.advance(3_600_000);
    expect((await world.preq(preq())).messageType).toBe('PRes');
  });
});

describe('the 3DS Method', () => {
  it('calls back the address in its data, with the id of the transaction', async () => {
    const world = createTdsWorld();
    const threeDSServerTransID = freshId();
    const data = { threeDSServerTransID, threeDSMethodNotificationURL: 'http://shop.test/3ds/method' };
    const coded = Buffer.from(JSON.stringify(data)).toString('base64url');
    const { text } = await world.post('/acs/method/sakura', { threeDSMethodData: coded });
    expect(text).toContain('action="http://shop.test/3ds/method"');
    const back = /name="threeDSMethodData" value="([^"]+)"/.exec(text)?.[1] ?? '';
    expect(JSON.parse(Buffer.from(back, 'base64url').toString())).toEqual({ threeDSServerTransID });
    expect((await world.post('/acs/method/nagi', { threeDSMethodData: coded })).text).not.toContain('<form');
  });

  it('counts when it should have completed and did not', async () => {
    const world = createTdsWorld();
    const over = { acctNumber: '4100000006000000', purchaseAmount: '20000', threeDSRequestorChallengeInd: '02' };
    // 40 for the amount, 10 for a new card, 20 off by wish.
    expect((await world.areq(areqOf({ ...over, threeDSCompInd: 'N' }))).transStatus).toBe('Y');
    const { ares } = await world.challenge({ acctNumber: '4100000006000018', purchaseAmount: '20000' });
    expect(creqOf(ares)).not.toContain('=');
  });
});
