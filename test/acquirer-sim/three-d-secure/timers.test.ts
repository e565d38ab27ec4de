import { describe, expect, it } from 'vitest';
import { areqOf, cards, createTdsWorld, creqOf, leavingOf, rResTo } from './world.ts';

const erro402 = { messageType: 'Erro', errorCode: '402' };

describe('the timers of a challenge', () => {
  it('30 s without a first CReq: RReq N, reason 14, cancel 05, and a late CReq gets 402', async () => {
    const world = createTdsWorld();
    const ares = await world.areq(areqOf({ acctNumber: cards.challenge }));
    await world.clock.advance(29_000);
    expect(world.reported).toEqual([]);
    await world.clock.advance(1_100);
    expect(world.reported[0]?.message).toMatchObject({
      transStatus: 'N',
      transStatusReason: '14',
      challengeCancel: '05',
    });
    const { json } = await world.control('GET', `/transactions/${ares.acsTransID}`);
    expect(json.rreq.resultsStatus).toBe('02');
    expect(leavingOf(await world.post('/acs/creq', { creq: creqOf(ares) }))?.cres).toMatchObject({
      ...erro402,
      errorComponent: 'A',
    });
  });

  it('10 minutes for each screen, begun anew by each', async () => {
    const world = createTdsWorld();
    const { at } = await world.challenge();
    await world.clock.advance(590_000);
    await world.post(`${at}/code`, { code: '000000' });
    await world.clock.advance(590_000);
    expect(world.reported).toEqual([]);
    await world.clock.advance(11_000);
    expect(world.reported[0]?.message).toMatchObject({
      transStatus: 'N',
      transStatusReason: '14',
      challengeCancel: '04',
    });
    expect(leavingOf(await world.post(`${at}/code`, { code: '123456' }))?.cres.transStatus).toBe('N');
  });
});

describe('the delivery of an RReq', () => {
  it('waits 3 s for its RRes, complains, and tells the browser of no success', async () => {
    const world = createTdsWorld();
    const { at, ares } = await world.challenge();
    world.answerWith(() => new Promise(() => undefined));
    const answered = world.post(`${at}/code`, { code: '123456' });
    await world.clock.advance(3_100);
    expect(leavingOf(await answered)?.cres.transStatus).toBe('N');
    expect(world.reported.map(({ message }) => message)).toMatchObject([
      { messageType: 'RReq', transStatus: 'Y' },
      { ...erro402, errorComponent: 'D', acsTransID: ares.acsTransID },
    ]);
  });

  it('is tried again at once and then every 10 s until it arrives', async () => {
    const world = createTdsWorld();
    const { at, ares } = await world.challenge();
    let isAway = true;
    world.answerWith(async (rreq) => {
      if (isAway) throw new TypeError('fetch failed');
      return { status: 200, body: JSON.stringify(rResTo(rreq)) };
    });
    const page = await world.post(`${at}/code`, { code: '123456' });
    expect(world.reported).toHaveLength(2);
    expect(leavingOf(page)?.cres.transStatus).toBe('N');
    await world.clock.advance(10_000);
    expect(world.reported).toHaveLength(3);
    isAway = false;
    await world.clock.advance(30_000);
    expect(world.reported).toHaveLength(4);
    const { json } = await world.control('GET', `/transactions/${ares.acsTransID}`);
    expect(json.rreq).toEqual({ status: 'answered', deliveries: 4, resultsStatus: '01' });
  });

  it('takes no RRes of another transaction', async () => {
    const world = createTdsWorld();
    const { at, ares } = await world.challenge();
    world.answerWith(async (rreq) => ({
      status: 200,
      body: JSON.stringify({ ...rResTo(rreq), dsTransID: ares.acsTransID }),
    }));
    expect(leavingOf(await world.post(`${at}/code`, { code: '123456' }))?.cres.transStatus).toBe('N');
    expect((await world.control('GET', `/transactions/${ares.acsTransID}`)).json.rreq.status).toBe('refused');
  });
});

describe('an ACS that does not answer', () => {
  it('is stood in for after 10 s: A for Visa, 402 for JCB', async () => {
    const world = createTdsWorld();
    await world.control('POST', '/faults', { kind: 'acs-timeout' });
    const before = world.clock.wallMs();
    const ares = await world.areq(areqOf());
    expect(world.clock.wallMs() - before).toBe(10_000);
    expect(ares).toMatchObject({ transStatus: 'A', eci: '06' });
    expect(ares.authenticationValue).toHaveLength(28);
    expect(await world.areq(areqOf({ acctNumber: '3530111333300000' }))).toMatchObject({
      ...erro402,
      errorComponent: 'D',
    });
  });

  it('is one issuer’s alone when its rule names it, until the rule ends', async () => {
    const world = createTdsWorld();
    const rule = { id: 'kaede-away', kind: 'acs-error', issuers: ['kaede'], ttlMs: 60_000 };
    expect((await world.control('POST', '/faults', rule)).status).toBe(201);
    expect(await world.areq(areqOf())).toMatchObject({ messageType: 'Erro', errorCode: '404' });
    expect((await world.areq(areqOf({ acctNumber: '5555555555554444' }))).transStatus).toBe('Y');
    await world.clock.advance(60_000);
    expect((await world.areq(areqOf())).transStatus).toBe('Y');
    expect((await world.control('GET', '/faults')).json.rows).toMatchObject([
      { id: 'kaede-away', intended: 1, injected: 1, ended: true },
    ]);
  });

  it('that is slow answers late, and beyond 10 s not at all', async () => {
    const world = createTdsWorld();
    await world.control('POST', '/faults', { id: 'slow', kind: 'acs-slow', parameters: { delayMs: 5_000 } });
    expect((await world.areq(areqOf())).transStatus).toBe('Y');
    await world.control('POST', '/faults', { id: 'slow', kind: 'acs-slow', parameters: { delayMs: 15_000 } });
    expect((await world.areq(areqOf())).transStatus).toBe('A');
  });
});

describe('faults of a challenge', () => {
  const passedWith = async (rule: object) => {
    const world = createTdsWorld();
    await world.control('POST', '/faults', rule);
    const { ares, page, at } = await world.challenge();
    return { world, ares, page, answered: () => world.post(`${at}/code`, { code: '123456' }) };
  };

  it('challenge-never-returns: the result is there and the browser is not', async () => {
    const { world, answered } = await passedWith({ kind: 'challenge-never-returns' });
    expect(leavingOf(await answered())).toBeNull();
    expect(world.reported[0]?.message.transStatus).toBe('Y');
  });

  it('challenge-never-opens: no page, and a time-out after ten minutes', async () => {
    const { world } = await passedWith({ kind: 'challenge-never-opens' });
    await world.clock.advance(601_000);
    expect(world.reported[0]?.message).toMatchObject({ transStatus: 'N', challengeCancel: '04' });
  });

  it('returns-first: the CRes is out 5 s before the RReq', async () => {
    const { world, answered } = await passedWith({ kind: 'returns-first' });
    expect(leavingOf(await answered())?.cres.transStatus).toBe('Y');
    expect(world.reported).toEqual([]);
    await world.clock.advance(5_000);
    expect(world.reported).toHaveLength(1);
  });

  it('returns-late: both come after the shop has given up', async () => {
    const { world, answered } = await passedWith({ kind: 'returns-late', parameters: { delayMs: 1_900_000 } });
    const page = answered();
    await world.clock.advance(1_899_000);
    expect(world.reported).toEqual([]);
    await world.clock.advance(2_000);
    expect(leavingOf(await page)?.cres.transStatus).toBe('Y');
  });

  it('reported-twice: the same RReq, byte for byte', async () => {
    const { world, answered } = await passedWith({ kind: 'reported-twice' });
    await answered();
    expect(world.reported).toHaveLength(2);
    expect(world.reported[0]?.message).toEqual(world.reported[1]?.message);
  });

  it('wrong-status, replayed-cres, no-value, foreign-eci: messages that nobody may believe', async () => {
    const wrong = await passedWith({ kind: 'wrong-status', parameters: { status: 'A' } });
    expect(leavingOf(await wrong.answered())?.cres.transStatus).toBe('A');
    const replayed = await passedWith({ kind: 'replayed-cres' });
    await replayed.answered();
    const { ares, at } = await replayed.world.challenge();
    const page = await replayed.world.post(`${at}/code`, { code: '123456' });
    expect(leavingOf(page)?.cres.acsTransID).toBe(replayed.ares.acsTransID);
    expect(ares.acsTransID).not.toBe(replayed.ares.acsTransID);
    const valueless = await passedWith({ kind: 'no-value' });
    await valueless.answered();
    expect(valueless.world.reported[0]?.message).not.toHaveProperty('authenticationValue');
    const foreign = await passedWith({ kind: 'foreign-eci' });
    await foreign.answered();
    expect(foreign.world.reported[0]?.message.eci).toBe('02');
  });
});
