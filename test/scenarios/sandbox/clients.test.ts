/** The three npm clients against a sandbox, with only the base address changed. */
import { createRequire } from 'node:module';
import type * as GmoService from '@motionpicture/gmo-service';
import type GmoPg from 'gmopg';
import type Payjp from 'payjp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../scenarios/sandbox/sandbox.ts';
import { broken, good, open } from './open.ts';

const require = createRequire(import.meta.url);
const payjp = require('payjp') as typeof Payjp;
const gmopg = require('gmopg') as typeof GmoPg;
const { service, utils } = require('@motionpicture/gmo-service') as typeof GmoService;

describe('with the base address changed and nothing else', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await open();
  });
  afterAll(async () => {
    await sandbox.close();
    expect(broken).toEqual([]);
  });

  it('npm payjp 3.1.2 makes a token, a customer, a charge and a refund', async () => {
    const { keys, payjp: api } = sandbox.world;
    const client = payjp(keys.secret, { apibase: api.apiBase });
    const card = {
      number: good['card[number]'],
      exp_month: good['card[exp_month]'],
      exp_year: good['card[exp_year]'],
      cvc: good['card[cvc]'],
    };
    const token = await client.tokens.create({ card }, { 'X-Payjp-Direct-Token-Generate': 'true' });
    const customer = await client.customers.create({ card: token.id, email: 'buyer@example.jp' });
    const charge = await client.charges.create({ amount: 3_500, currency: 'jpy', customer: customer.id });
    expect(charge).toMatchObject({ paid: true, captured: true, livemode: false });
    expect(await client.charges.refund(charge.id, { amount: 500 })).toMatchObject({ amount_refunded: 500 });
    const declined = client.tokens.create({ card: { ...card, number: '4000000000000002' } });
    await expect(declined).rejects.toMatchObject({ status: 402, body: { error: { code: 'card_declined' } } });
  });

  it('npm gmopg 6.0.0 keeps a member, and enters, executes, sells and searches', async () => {
    const { baseUrl, shopId: ShopID, shopPass: ShopPass, siteId: SiteID, sitePass: SitePass } = sandbox.world.gmoPg;
    const client = new gmopg.default({ baseUrl, ShopID, ShopPass, SiteID, SitePass });
    const { JobCd, Method } = gmopg.ENUMS;
    expect(await client.saveMember({ MemberID: 'm1', MemberName: '坂田 銀時' })).toEqual({ MemberID: 'm1' });
    const OrderID = 'gmopg-1';
    const { AccessID, AccessPass } = await client.entryTran({ OrderID, JobCd: JobCd.Auth, Amount: 1_234 });
    const card = { CardNo: '4111111111111111', Expire: '4012' };
    await client.execTran({ AccessID, AccessPass, OrderID, Method: Method.Lump, ...card });
    await client.alterTran({ AccessID, AccessPass, JobCd: JobCd.Sales, Amount: 1_234 });
    expect(await client.searchTrade({ OrderID })).toMatchObject({ Status: 'SALES', Amount: '1234' });
  });

  it('npm @motionpicture/gmo-service 5.3.0 enters, executes and reads a decline', async () => {
    const { baseUrl, shopId, shopPass } = sandbox.world.gmoPg;
    const credit = new service.Credit({ endpoint: baseUrl, useFetch: true });
    const { JobCd, Method, Status } = utils.util;
    const enter = (orderId: string) =>
      credit.entryTran({ shopId, shopPass, orderId, jobCd: JobCd.Capture, amount: 900 });
    const card = { cardNo: '4111111111111111', expire: '4012' };
    const keys = await enter('service-1');
    await credit.execTran({ ...keys, orderId: 'service-1', method: Method.Lump, ...card });
    const found = await credit.searchTrade({ shopId, shopPass, orderId: 'service-1' });
    expect(found).toMatchObject({ status: Status.Capture });
    const refused = await enter('service-2');
    const declined = { ...refused, orderId: 'service-2', method: Method.Lump, ...card, cardNo: '4999000000000002' };
    await expect(credit.execTran(declined)).rejects.toMatchObject({ errors: [{ code: 'G02' }] });
  });
});
