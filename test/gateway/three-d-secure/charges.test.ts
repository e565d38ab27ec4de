/** 3-D Secure when a charge is created: what is told, what is paid, and what the merchant's own rules say. */
import { describe, expect, it } from 'vitest';
import { adminToken } from '../world.ts';
import { cards, openTdsShop, type TdsShop } from './visit.ts';

const settings = async (world: TdsShop, json: object) =>
  world.send(
    'POST',
    `/admin/v1/merchants/${world.shop.id}/three-d-secure`,
    { Authorization: `Bearer ${adminToken}` },
    JSON.stringify(json),
  );

describe('a charge with 3-D Secure', () => {
  it('waits unpaid until its card holder was authenticated and the merchant finishes it', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const charge = await world.charge(cards.frictionless);
      expect(charge).toMatchObject({
        paid: false,
        captured: false,
        captured_at: null,
        expired_at: null,
        three_d_secure_status: 'unverified',
      });
      expect(charge.outcome).toBeUndefined();
      expect(world.authorisations()).toBe(0);
      const visit = await world.authenticate(charge.id);
      expect(visit).toMatchObject({ end: 'finished', challenged: false });
      expect(visit.at).toContain(`/v1/tds/${charge.id}/finish`);
      expect((await world.read(charge.id)).three_d_secure_status).toBe('verified');
      expect(world.authorisations()).toBe(0);
      const paid = await world.finish(charge.id);
      expect(paid.json).toMatchObject({ id: charge.id, paid: true, captured: true, three_d_secure_status: 'verified' });
      expect(world.authorisations()).toBe(1);
    });
  });

  it('is verified by a challenge that was passed, and not paid by one that was failed or cancelled', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      for (const [answer, status] of [
        ['pass', 'verified'],
        ['fail', 'failed'],
        ['cancel', 'failed'],
      ] as const) {
        const before = world.authorisations();
        const charge = await world.charge(cards.challenge);
        // Three wrong codes are needed before the issuer gives up.
        const visit = await world.authenticate(charge.id, { answer });
        expect(visit, answer).toMatchObject({ end: 'finished', challenged: true });
        expect((await world.read(charge.id)).three_d_secure_status, answer).toBe(status);
        const finished = await world.finish(charge.id);
        const { paid = null, error = null } = finished.json;
        expect({ paid, code: error?.code ?? null, charge: error?.charge ?? null }, answer).toEqual(
          status === 'verified'
            ? { paid: true, code: null, charge: null }
            : { paid: null, code: 'three_d_secure_failed', charge: charge.id },
        );
        expect(world.authorisations() - before).toBe(status === 'verified' ? 1 : 0);
      }
    });
  });

  it.each([
    ['attempted', cards.attempted, 'attempted', 200],
    ['not enrolled', cards.notEnrolled, 'attempted', 200],
    ['failed without a screen', cards.failed, 'failed', 402],
    ['rejected by the issuer', cards.rejected, 'failed', 402],
    ['not possible', cards.unavailable, 'error', 402],
    ['answered with an Erro', cards.answersErro, 'error', 402],
    ['answered without a proof', cards.noValue, 'error', 402],
    ["answered with another scheme's ECI", cards.foreignEci, 'error', 402],
  ])('whose authentication is %s ends as it should', async (_what, number, status, http) => {
    const world = await openTdsShop();
    await world.play(async () => {
      const charge = await world.charge(number);
      await world.authenticate(charge.id);
      expect((await world.read(charge.id)).three_d_secure_status).toBe(status);
      const finished = await world.finish(charge.id);
      expect(finished.status).toBe(http);
      expect(world.authorisations()).toBe(http === 200 ? 1 : 0);
    });
  });

  it('follows what the merchant says of attempts and of authentications that could not be performed', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      expect((await settings(world, { attempted: 'refuse', unavailable: 'proceed' })).status).toBe(200);
      const attempted = await world.charge(cards.attempted);
      await world.authenticate(attempted.id);
      expect((await world.finish(attempted.id)).json.error.code).toBe('three_d_secure_failed');
      expect(world.authorisations()).toBe(0);
      const unavailable = await world.charge(cards.unavailable);
      await world.authenticate(unavailable.id);
      expect((await world.finish(unavailable.id)).json).toMatchObject({ paid: true, three_d_secure_status: 'error' });
      const sent = world.calls().filter(({ operation }) => operation === '1Auth' || operation === 'ExecTran');
      expect(sent.at(-1)!.fields.CAVV3D).toBeUndefined();
      // A card holder who failed pays under no setting.
      const failed = await world.charge(cards.failed);
      await world.authenticate(failed.id);
      expect((await world.finish(failed.id)).json.error.code).toBe('three_d_secure_failed');
      expect(world.authorisations()).toBe(1);
    });
  });

  it('carries its proof to the acquirer in the words of each', async () => {
    for (const [order, words] of [
      [
        ['escott', 'gmo'],
        {
          version: 'MessageVersionNo3D',
          status: 'TransactionStatus3D',
          cavv: 'CAVV3D',
          eci: 'ECI3D',
          ds: 'DSTransactionId',
        },
      ],
      [
        ['gmo', 'escott'],
        { version: 'Tds2Version', status: 'Tds2TransResult', cavv: 'Tds2Cavv', eci: 'Tds2Eci', ds: 'Tds2DsTransId' },
      ],
    ] as const) {
      const world = await openTdsShop({
        adjust: (policy) => ({ ...policy, routing: { ...policy.routing, order: [...order] } }),
      });
      await world.play(async () => {
        const charge = await world.charge(cards.challenge);
        await world.authenticate(charge.id);
        expect((await world.finish(charge.id)).status).toBe(200);
        const operation = order[0] === 'escott' ? '1Auth' : 'ExecTran';
        const { fields } = world
          .calls()
          .filter((call) => call.operation === operation)
          .at(-1)!;
        const [row] = world.rows('select result from three_d_secure_flows');
        const stored = JSON.parse(row.result);
        expect(stored).toMatchObject({ transStatus: 'Y', eci: '05', version: '2.2.0', challenged: true });
        expect(fields[words.version]).toBe('2.2.0');
        expect(fields[words.status]).toBe('Y');
        expect(fields[words.cavv]).toMatch(/^[A-Za-z0-9+/]{27}=$/);
        expect(fields[words.cavv]).toBe(stored.cavv);
        expect(fields[words.eci]).toBe('05');
        expect(fields[words.ds]).toBe(stored.dsTransId);
      });
    }
  });

  it('counts the days of its authorisation from when it is finished', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const charge = await world.charge(cards.frictionless, { capture: false, expiry_days: 2 });
      await world.authenticate(charge.id);
      const paid = await world.finish(charge.id);
      expect(paid.json).toMatchObject({ paid: true, captured: false });
      // 2017-07-12 12:00 JST: until the end of the 13th.
      expect(paid.json.expired_at).toBe(Date.parse('2017-07-13T23:59:59+09:00') / 1000);
      expect((await world.shop.post(`/v1/charges/${charge.id}/capture`)).json.captured).toBe(true);
    });
  });

  it('is finished once, whatever is asked again', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const charge = await world.charge(cards.frictionless);
      expect((await world.finish(charge.id)).json.error.code).toBe('three_d_secure_incompleted');
      await world.authenticate(charge.id);
      const [one, other] = await Promise.all([world.finish(charge.id), world.finish(charge.id)]);
      expect([one.status, other.status].toSorted((a, b) => a - b)).toEqual([200, 400]);
      expect((await world.finish(charge.id)).json.error.code).toBe('invalid_three_d_secure_state');
      expect(world.authorisations()).toBe(1);
    });
  });

  it('is finished once under one key, which gets the same bytes again', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const charge = await world.charge(cards.frictionless);
      await world.authenticate(charge.id);
      const first = await world.finish(charge.id, { key: 'finish-1' });
      const again = await world.finish(charge.id, { key: 'finish-1' });
      expect(first.status).toBe(200);
      expect(again.text).toBe(first.text);
      expect(world.authorisations()).toBe(1);
    });
  });

  it('tells a decline of the issuer like any charge, and is over', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const charge = await world.charge('4000000000080319');
      await world.authenticate(charge.id);
      const finished = await world.finish(charge.id);
      expect([finished.status, finished.json.error.code, finished.json.error.charge]).toEqual([
        402,
        'card_declined',
        charge.id,
      ]);
      expect((await world.read(charge.id)).failure_code).toBe('card_declined');
    });
  });

  it('takes nothing that only a paid charge can give', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const charge = await world.charge(cards.frictionless);
      for (const call of ['capture', 'refund', 'reauth'])
        expect((await world.shop.post(`/v1/charges/${charge.id}/${call}`)).json.error.code).toBe(
          'three_d_secure_incompleted',
        );
      const { id } = (
        await world.shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: await world.shop.token() })
      ).json;
      expect((await world.finish(id)).json.error.code).toBe('not_in_three_d_secure_flow');
      expect((await world.finish('ch_nobody')).json.error.code).toBe('invalid_id');
    });
  });

  it('may be finished again when no acquirer could be asked', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const charge = await world.charge(cards.frictionless);
      await world.authenticate(charge.id);
      const tokens = await Promise.all(Array.from({ length: 24 }, () => world.shop.token()));
      for (const id of ['escott', 'gmo'] as const)
        world.acquirers[id].hand = () => new Response('busy', { status: 503 });
      // Enough failures for both breakers to open.
      for (const card of tokens) await world.shop.post('/v1/charges', { amount: 500, currency: 'jpy', card });
      const refused = await world.finish(charge.id);
      expect(refused.status).toBe(503);
      expect((await world.read(charge.id)).three_d_secure_status).toBe('verified');
      for (const id of ['escott', 'gmo'] as const) world.acquirers[id].hand = null;
      await world.stage.clock.sleep(300_000);
      expect((await world.finish(charge.id)).json.paid).toBe(true);
    });
  });

  it('is refused by its parameter where no directory server is configured', async () => {
    const world = await openTdsShop({ threeDSecure: undefined } as never);
    await world.play(async () => {
      const card = await world.shop.token();
      const told = await world.shop.post('/v1/charges', { amount: 500, currency: 'jpy', card, three_d_secure: true });
      expect([told.json.error.code, told.json.error.param]).toEqual(['invalid_param_key', 'three_d_secure']);
    });
  });
});
