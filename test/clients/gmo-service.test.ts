import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type * as GmoService from '@motionpicture/gmo-service';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inParallel, SHOP, SITE, type Simulator, startSimulator } from './gmo-simulator.ts';

const require = createRequire(import.meta.url);
const { service, utils } = require('@motionpicture/gmo-service') as typeof GmoService;
/** What the client offers to a shop's notification program. */
const { createFromRequestBody } = require('@motionpicture/gmo-service/lib/factory/resultNotification/creditCard');
const { JobCd, Method, SeqMode, Status } = utils.util;

interface KnownError {
  readonly code: string;
  readonly info: string;
}
/** Every error the client has a text for. Some of its codes begin with a full-width letter, which no host sends. */
const known: readonly KnownError[] = require('@motionpicture/gmo-service/lib/error/errors').errors.list.filter(
  ({ code }: KnownError) => /^[0-9A-Z]+$/.test(code),
);

const shop = { shopId: SHOP.ShopID, shopPass: SHOP.ShopPass };
const site = { siteId: SITE.SiteID, sitePass: SITE.SitePass };
const card = { cardNo: '4111111111111111', expire: '3012' };

describe('npm @motionpicture/gmo-service 5.3.0, unmodified, over a socket', () => {
  let simulator: Simulator;
  let cards: InstanceType<typeof service.Card>;
  let credit: InstanceType<typeof service.Credit>;
  let orders = 0;

  /** The shop's notification program: keeps what it is told, and says so. */
  const results: Record<string, string>[] = [];
  const receiver = createServer((posted, reply) => {
    void text(posted).then((body) => {
      results.push(Object.fromEntries(new URLSearchParams(body)));
      reply.end('0');
    });
  });

  beforeAll(async () => {
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    const { port } = receiver.address() as AddressInfo;
    simulator = await startSimulator(`http://127.0.0.1:${port}/result`);
    cards = new service.Card({ endpoint: simulator.url, useFetch: true });
    credit = new service.Credit({ endpoint: simulator.url, useFetch: true });
  });
  afterAll(async () => {
    await simulator.close();
    receiver.close();
    receiver.closeAllConnections();
  });

  const enter = async (jobCd: GmoService.utils.util.JobCd = JobCd.Capture) => {
    orders += 1;
    const orderId = `order-${orders}`;
    return { orderId, keys: await credit.entryTran({ ...shop, orderId, jobCd, amount: 1_234 }) };
  };
  const execute = async (jobCd: GmoService.utils.util.JobCd = JobCd.Capture) => {
    const { orderId, keys } = await enter(jobCd);
    const done = await credit.execTran({ ...keys, orderId, method: Method.Lump, ...card });
    return { orderId, keys, done };
  };
  const errorsOf = (call: Promise<unknown>): Promise<readonly KnownError[]> =>
    call.then(
      () => [],
      (error: { errors: readonly KnownError[] }) => error.errors,
    );

  it('keeps members, Japanese names as they were written', async () => {
    const member = { ...site, memberId: 'gintoki@example.jp' };
    expect(await cards.saveMember({ ...member, memberName: '坂田 銀時' })).toEqual({ memberId: member.memberId });
    expect(await cards.searchMember(member)).toMatchObject({ memberName: '坂田 銀時', deleteFlag: '0' });
    await cards.updateMember({ ...member, memberName: '神楽&定春' });
    expect(await cards.searchMember(member)).toMatchObject({ memberName: '神楽 定春' });
    await cards.deleteMember(member);
    expect(await errorsOf(cards.deleteMember(member))).toMatchObject([{ code: 'E01', info: 'E01390002' }]);
  });

  it('stores, lists, describes, charges and deletes cards', async () => {
    const member = { ...site, memberId: 'cards', seqMode: SeqMode.Physics };
    await cards.saveMember(member);
    const saved = await cards.saveCard({ ...member, ...card, holderName: 'SAKATA' });
    expect(saved).toEqual({ cardSeq: '0', cardNo: '************1111', forward: '2a99662' });
    await cards.saveCard({ ...member, cardNo: '375987000000088', expire: '3111', defaultFlag: '1' });
    expect(await cards.searchCard(member)).toMatchObject([
      { cardSeq: '0', holderName: 'SAKATA', defaultFlag: '0' },
      { cardSeq: '1', expire: '3111', defaultFlag: '1' },
    ]);
    expect(await credit.searchCardDetail({ ...shop, ...member, cardSeq: 1 })).toMatchObject({ brand: 'AMEX' });
    const { orderId, keys } = await enter();
    await credit.execTran({ ...keys, orderId, method: Method.Lump, ...member, cardSeq: 1 });
    expect(await credit.searchTrade({ ...shop, orderId })).toMatchObject({ memberId: 'cards', expire: '3111' });
    await cards.deleteCard({ ...member, cardSeq: '0' });
    expect(await cards.searchCard(member)).toMatchObject([{ deleteFlag: '1' }, { deleteFlag: '0' }]);
  });

  it('enters, executes, sells, changes, cancels and authorises anew', async () => {
    const { orderId, keys, done } = await execute(JobCd.Auth);
    expect(done).toMatchObject({ acs: '0', orderId, forward: '2a99662', method: '1', payTimes: '' });
    const status = () => credit.searchTrade({ ...shop, orderId });
    await credit.changeTran({ ...shop, ...keys, jobCd: JobCd.Auth, amount: 1_000 });
    await credit.alterTran({ ...shop, ...keys, jobCd: JobCd.Sales, amount: 1_000 });
    expect(await status()).toMatchObject({ status: Status.Sales, amount: '1000' });
    await credit.alterTran({ ...shop, ...keys, jobCd: JobCd.Void });
    expect(await status()).toMatchObject({ status: Status.Void });
    await credit.alterTran({ ...shop, ...keys, jobCd: JobCd.Capture, amount: 500, method: Method.Lump });
    expect(await status()).toMatchObject({ status: Status.Capture, amount: '500' });
  });

  it('reads a decline as one of its own errors', async () => {
    const { orderId, keys } = await enter();
    const declined = credit.execTran({ ...keys, orderId, method: Method.Lump, ...card, cardNo: '4999000000000002' });
    expect(await errorsOf(declined)).toMatchObject([{ code: 'G02', info: '42G020000' }]);
  });

  it('takes every error it knows from an order that asks for it', async () => {
    expect(known).toHaveLength(1_550);
    await inParallel(known, 32, async ({ code, info }) => {
      const entry = { ...shop, orderId: `sim-EntryTran-${info}`, jobCd: JobCd.Auth, amount: 1 };
      expect(await errorsOf(credit.entryTran(entry))).toMatchObject([{ code, info }]);
    });
  });

  it('sends a browser through 3-D Secure and pays after it', async () => {
    orders += 1;
    const orderId = `order-${orders}`;
    const entry = { ...shop, orderId, jobCd: JobCd.Auth, amount: 1_000, tdFlag: utils.util.TdFlag.Version2 };
    const keys = await credit.entryTran(entry);
    const exec = { ...keys, orderId, method: Method.Lump, ...card, retUrl: 'http://shop.test/back' };
    const { acs, redirectUrl } = await credit.execTran3ds(exec);
    expect(acs).toBe('2');
    expect(redirectUrl).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/api\/v2\/brw\/callback\?transId=[0-9a-f-]{36}&t=[0-9a-f]{32}$/,
    );
    expect(await errorsOf(credit.secureTran2(keys))).toMatchObject([{ code: 'E01', info: 'E01E50004' }]);
    const page = await (await fetch(String(redirectUrl))).text();
    expect(page).toContain('action="http://shop.test/back"');
    expect(page).toContain(`name="AccessID" value="${keys.accessId}"`);
    expect((await credit.searchTrade({ ...shop, orderId })).status).toBe('AUTHENTICATED');
    expect(await credit.secureTran2(keys)).toMatchObject({ orderID: orderId, method: '1' });
    expect((await credit.searchTrade({ ...shop, orderId })).status).toBe(Status.Auth);
  });

  it('reads the results that are posted to the shop', async () => {
    const { orderId, keys } = await execute();
    const { tranId, approve } = await credit.searchTrade({ ...shop, orderId });
    // It left before the answer did, on a connection of its own.
    const told = await vi.waitUntil(() => results.find(({ OrderID }) => OrderID === orderId));
    expect(createFromRequestBody(told)).toMatchObject({
      shopId: SHOP.ShopID,
      accessId: keys.accessId,
      orderId,
      status: Status.Capture,
      jobCd: JobCd.Capture,
      amount: 1_234,
      tranId,
      approve,
      errCode: '',
      payType: '0',
    });
  });
});
