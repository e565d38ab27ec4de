/**
 * What a browser, or anybody on the network, may try. Nothing of it moves money: it is refused with the
 * protocol's own code, and no authorisation is sent.
 */
import { describe, expect, it } from 'vitest';
import { formsOf, type Page } from '../../../scenarios/cast/browser.ts';
import type { Json } from '../world.ts';
import { cards, openTdsShop, type TdsShop } from './visit.ts';

const base64url = (message: object): string => Buffer.from(JSON.stringify(message)).toString('base64url');

const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();
const urlencoded = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** A charge whose card holder stands before the issuer's page. */
const atTheIssuer = async (world: TdsShop): Promise<{ id: string; row: Json; page: Page }> => {
  const { id } = await world.charge(cards.challenge);
  const start = await world.browser.get(
    `http://gateway.test/v1/tds/${id}/start?publickey=${world.shop.keys.live.public}`,
  );
  const page = await world.browser.submit(formsOf(start).find((one) => one.id === 'go')!, { depth: '24' });
  const [row] = world.rows(`select * from three_d_secure_flows where id = '${id}'`);
  expect(row.state).toBe('challenged');
  return { id, row, page };
};

const cresOf = (row: Json, over: object = {}): string =>
  base64url({
    messageType: 'CRes',
    messageVersion: '2.2.0',
    threeDSServerTransID: row.server_trans_id,
    acsTransID: row.acs_trans_id,
    challengeCompletionInd: 'Y',
    transStatus: 'Y',
    ...over,
  });

const rreqOf = (row: Json, over: object = {}): object => ({
  messageType: 'RReq',
  messageVersion: '2.2.0',
  messageCategory: '01',
  threeDSServerTransID: row.server_trans_id,
  dsTransID: row.ds_trans_id,
  acsTransID: row.acs_trans_id,
  transStatus: 'Y',
  eci: '05',
  authenticationValue: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  interactionCounter: '01',
  authenticationType: '02',
  ...over,
});

/** The address that the directory server was told for this transaction. */
const serverAddress = async (world: TdsShop, row: Json): Promise<string> => {
  const { createProofs } = await import('../../../gateway/three-d-secure/ids.ts');
  const { createHash } = await import('node:crypto');
  const hashKey = new Uint8Array(createHash('sha256').update('hash').digest());
  expect(world).toBeDefined();
  return `/3ds/rreq?key=${createProofs(hashKey).serverKey(row.server_trans_id)}`;
};

const post = (world: TdsShop, path: string, message: object | string) =>
  world.send(
    'POST',
    path,
    { 'Content-Type': 'application/json' },
    typeof message === 'string' ? message : JSON.stringify(message),
  );

const returned = (world: TdsShop, cres: string, session = '') =>
  world.browser.submit({
    id: null,
    target: null,
    action: 'http://gateway.test/3ds/result',
    fields: { cres, threeDSSessionData: session },
  });

const unpaid = async (world: TdsShop, id: string, code: string): Promise<void> => {
  const before = world.authorisations();
  const finished = await world.finish(id);
  expect(finished.json.error?.code).toBe(code);
  expect(world.authorisations()).toBe(before);
  expect((await world.read(id)).paid).toBe(false);
};

describe('whoever tries to be paid without being authenticated', () => {
  it('a forged CRes is refused, and no authorisation is sent', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id, row } = await atTheIssuer(world);
      const page = await returned(world, cresOf(row));
      // It is told to wait, since no server said anything.
      expect(page.html).toContain('http-equiv="refresh"');
      expect((await world.read(id)).three_d_secure_status).toBe('unverified');
      await unpaid(world, id, 'three_d_secure_incompleted');
      // And against a result that the issuer did report it changes nothing.
      const rreq = rreqOf(row, {
        transStatus: 'N',
        transStatusReason: '01',
        eci: '07',
        authenticationValue: undefined,
      });
      expect((await post(world, await serverAddress(world, row), rreq)).json.messageType).toBe('RRes');
      await returned(world, cresOf(row));
      expect((await world.read(id)).three_d_secure_status).toBe('failed');
      await unpaid(world, id, 'three_d_secure_failed');
    });
  });

  it('a replayed RReq is acknowledged without effect when it is the same, and refused with 301 when it says something else', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id, row } = await atTheIssuer(world);
      const address = await serverAddress(world, row);
      const no = rreqOf(row, { transStatus: 'N', transStatusReason: '01', eci: '07', authenticationValue: undefined });
      const first = await post(world, address, no);
      expect(first.json).toMatchObject({ messageType: 'RRes', resultsStatus: '01' });
      expect((await post(world, address, no)).text).toBe(first.text);
      const yes = await post(world, address, rreqOf(row));
      expect(yes.json).toMatchObject({
        messageType: 'Erro',
        errorCode: '301',
        errorComponent: 'S',
        errorMessageType: 'RReq',
      });
      expect((await world.read(id)).three_d_secure_status).toBe('failed');
      await unpaid(world, id, 'three_d_secure_failed');
    });
  });

  it("another transaction's RReq is refused with 301, 303 without its address, and no authorisation is sent", async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const mine = await atTheIssuer(world);
      const other = await atTheIssuer(world);
      const address = await serverAddress(world, mine.row);
      const foreign = '7d1f1f8e-0000-4000-8000-000000000001';
      for (const [over, to, code] of [
        [{ threeDSServerTransID: foreign }, address, '301'],
        [{ acsTransID: other.row.acs_trans_id }, address, '301'],
        [{ dsTransID: other.row.ds_trans_id }, address, '301'],
        [{}, '/3ds/rreq', '303'],
        [{}, await serverAddress(world, other.row), '303'],
      ] as const) {
        const told = await post(world, to, rreqOf(mine.row, over));
        expect(told.json, JSON.stringify(over)).toMatchObject({ messageType: 'Erro', errorCode: code });
      }
      await unpaid(world, mine.id, 'three_d_secure_incompleted');
      await unpaid(world, other.id, 'three_d_secure_incompleted');
    });
  });

  it('a foreign CRes ends nobody else’s authentication, and is refused with 301', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const mine = await atTheIssuer(world);
      const other = await atTheIssuer(world);
      for (const over of [
        { threeDSServerTransID: '7d1f1f8e-0000-4000-8000-000000000001' },
        { acsTransID: other.row.acs_trans_id },
      ]) {
        const told = await world.send('POST', '/3ds/result', urlencoded, form({ cres: cresOf(mine.row, over) }));
        expect([told.status, told.json.errorCode]).toEqual([400, '301']);
      }
      await unpaid(world, mine.id, 'three_d_secure_incompleted');
    });
  });

  it('an amount changed after authentication is refused, and no authorisation is sent', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id } = await world.charge(cards.frictionless);
      await world.authenticate(id);
      expect((await world.shop.post(`/v1/charges/${id}`, { amount: 9_000_000 })).json.error.code).toBe(
        'invalid_param_key',
      );
      expect((await world.shop.post(`/v1/charges/${id}/tds_finish`, { amount: 9_000_000 })).json.error.code).toBe(
        'invalid_param_key',
      );
      // Even somebody who writes in the books.
      await world.store.unit((tx) =>
        tx.run(
          { sql: 'update charges set amount = ? where id = ?', parameters: [{ arg: 'amount' }, { arg: 'id' }] },
          { amount: 9_000_000, id },
        ),
      );
      await unpaid(world, id, 'three_d_secure_failed');
    });
  });

  it('an expired flow is refused, a late RReq is written down and pays nothing', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id, row } = await atTheIssuer(world);
      const ready = await world.charge(cards.frictionless);
      await world.authenticate(ready.id);
      await world.stage.clock.sleep(30 * 60_000);
      await unpaid(world, ready.id, 'three_d_secure_expired');
      // The issuer's own timer said no meanwhile; without that, a late yes would be recorded just so.
      expect((await world.read(id)).three_d_secure_status).toBe('failed');
      await unpaid(world, id, 'three_d_secure_expired');
      const told = await post(world, await serverAddress(world, row), rreqOf(row));
      expect(told.json.errorCode).toBe('301');
      const visit = await world.authenticate((await world.charge(cards.challenge)).id, { answer: 'leave' });
      expect(visit.challenged).toBe(true);
    });
  });

  it('what anybody sends is refused in the words of the protocol', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id, row } = await atTheIssuer(world);
      const address = await serverAddress(world, row);
      const twice = JSON.stringify(rreqOf(row)).replace('"transStatus":"Y"', '"transStatus":"N","transStatus":"Y"');
      const cases: readonly (readonly [string, object | string, string])[] = [
        ['no JSON', 'creq=1', '101'],
        ['a list', '[]', '101'],
        ['nothing', '', '101'],
        ['too long', JSON.stringify({ ...rreqOf(row), padding: 'x'.repeat(70_000) }), '101'],
        ['another message', { ...rreqOf(row), messageType: 'ARes' }, '101'],
        ['an old version', rreqOf(row, { messageVersion: '1.0.2' }), '102'],
        ['an element twice', twice, '204'],
        ['no status', rreqOf(row, { transStatus: undefined }), '201'],
        ['a status that ends nothing', rreqOf(row, { transStatus: 'C' }), '203'],
        ['an id that is none', rreqOf(row, { acsTransID: 'x' }), '203'],
        [
          'an extension that must be understood',
          rreqOf(row, { messageExtension: [{ id: 'A000', name: 'x', criticalityIndicator: true, data: {} }] }),
          '202',
        ],
      ];
      for (const [what, message, code] of cases) {
        const told = await post(world, address, message);
        expect([what, told.json.messageType, told.json.errorCode]).toEqual([what, 'Erro', code]);
        expect((await world.read(id)).three_d_secure_status, what).toBe('unverified');
      }
      for (const [fields, code] of [
        [{ cres: '' }, '101'],
        [{ cres: '%%%' }, '101'],
        [{ cres: base64url([]) }, '101'],
        [{ cres: cresOf(row, { transStatus: 'A' }) }, '203'],
        [{ cres: cresOf(row, { messageType: 'RReq' }) }, '101'],
        [{ cres: cresOf(row), threeDSSessionData: 'bm90IG91cnM' }, '303'],
      ] as const) {
        const told = await world.send('POST', '/3ds/result', urlencoded, form(fields));
        expect([told.status, told.json.errorCode], JSON.stringify(fields)).toEqual([400, code]);
      }
      const method = await world.send('POST', '/3ds/method', urlencoded, form({ threeDSMethodData: base64url({}) }));
      expect(method.json.errorCode).toBe('201');
      expect(world.authorisations()).toBe(0);
    });
  });

  it('an RReq against the rules is refused to its sender and leaves the transaction in error', async () => {
    for (const [over, code] of [
      [{ authenticationValue: undefined }, '201'],
      [{ authenticationValue: 'AAAAAAAAAAAAAAAAAAAAAAAAA==' }, '203'],
      [{ eci: '02' }, '203'],
      [{ messageCategory: '02' }, '203'],
      // Another version than was asked in.
      [{ messageVersion: '2.1.0' }, '203'],
    ] as const) {
      const world = await openTdsShop();
      await world.play(async () => {
        const { id, row } = await atTheIssuer(world);
        const told = await post(world, await serverAddress(world, row), rreqOf(row, over));
        expect([told.json.messageType, told.json.errorCode]).toEqual(['Erro', code]);
        expect((await world.read(id)).three_d_secure_status).toBe('error');
        await unpaid(world, id, 'three_d_secure_failed');
      });
    }
  });

  it("nobody's public key opens another merchant's authentication", async () => {
    const world = await openTdsShop();
    const other = await world.enrol('shop-2');
    await world.play(async () => {
      const { id } = await world.charge(cards.frictionless);
      const visit = (key: string) => world.browser.get(`http://gateway.test/v1/tds/${id}/start?publickey=${key}`);
      expect((await visit(other.keys.live.public)).status).toBe(404);
      expect((await visit(world.shop.keys.test.public)).status).toBe(404);
      expect((await visit(world.shop.keys.live.secret)).status).toBe(401);
      expect((await visit('')).status).toBe(401);
      const [row] = world.rows(`select * from three_d_secure_flows where id = '${id}'`);
      expect(row.state).toBe('created');
    });
  });

  it('a browser without the ticket of its visit asks nobody anything', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id } = await world.charge(cards.frictionless);
      await world.browser.get(`http://gateway.test/v1/tds/${id}/start?publickey=${world.shop.keys.live.public}`);
      const go = { id: 'go', target: null, action: `http://gateway.test/v1/tds/${id}/authenticate`, fields: {} };
      expect((await world.browser.submit(go, { ticket: 'x.y' })).status).toBe(404);
      expect((await world.browser.get(`http://gateway.test/v1/tds/${id}/finish`)).status).toBe(404);
      expect((await world.read(id)).three_d_secure_status).toBe('unverified');
    });
  });
});
