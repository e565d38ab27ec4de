import { describe, expect, it } from 'vitest';
import { cardOf, openShop } from '../world.ts';

const make = async (number: string, more: object = {}) => {
  const world = await openShop();
  const told = await world.play(() =>
    world.shop.post('/v1/tokens', { card: { ...(cardOf(number).card as object), ...more } }, { as: 'pk' }),
  );
  return { ...world, told };
};

describe('a card token', () => {
  it('holds the card as the API shows it, and nothing of the number but its last four digits', async () => {
    const { told, shop, ...world } = await make('4242424242424242', {
      email: 'taro@example.com',
      phone: '+819012345678',
      address_zip: '1000001',
    });
    expect(told).toMatchObject({ status: 200, acquirer: 'escott', decidedBy: 'gateway' });
    expect(told.json).toEqual({
      id: expect.stringMatching(/^tok_[0-9a-f]{28}$/),
      object: 'token',
      livemode: true,
      created: 1_499_828_400,
      used: false,
      card: {
        id: expect.stringMatching(/^car_[0-9a-f]{28}$/),
        object: 'card',
        livemode: true,
        created: 1_499_828_400,
        name: 'TARO YAMADA',
        last4: '4242',
        exp_month: 12,
        exp_year: 2030,
        brand: 'Visa',
        cvc_check: 'passed',
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
        country: null,
        address_state: null,
        address_city: null,
        address_line1: null,
        address_line2: null,
        address_zip: '1000001',
        address_zip_check: 'unchecked',
        customer: null,
        metadata: {},
        three_d_secure_status: null,
        email: 'taro@example.com',
        phone: '+819012345678',
        is_jp: true,
      },
    });
    const read = await world.play(() => shop.get(`/v1/tokens/${told.json.id}`));
    expect(read.text).toBe(told.text);
  });

  it('of the same number has the same fingerprint, whatever else differs', async () => {
    const world = await openShop();
    const other = await world.enrol('shop-2');
    const prints = await world.play(async () => {
      const of = async (shop: typeof other, form: object) =>
        (await shop.post('/v1/tokens', form as Record<string, string>)).json.card.fingerprint as string;
      return [
        await of(world.shop, cardOf()),
        await of(world.shop, { card: { number: '4242 4242 4242 4242', exp_month: 1, exp_year: 2031 } }),
        await of(other, cardOf()),
        await of(world.shop, cardOf('5555555555554444')),
      ];
    });
    expect(new Set(prints.slice(0, 3)).size).toBe(1);
    expect(prints[3]).not.toBe(prints[0]);
  });

  // payjp-api section 5.
  it.each([
    ['4000000000000002', 'card_declined', 'issuer'],
    ['4000000000000069', 'expired_card', 'issuer'],
    ['4000000000000127', 'incorrect_card_data', 'issuer'],
    ['4000003720000278', 'incorrect_card_data', 'issuer'],
    ['4000000000000119', 'processing_error', 'acquirer'],
    ['36227206271667', 'unacceptable_brand', 'acquirer'],
  ])('is refused for the test card %s with %s', async (number, code, decidedBy) => {
    const { told, ...world } = await make(number);
    expect(told).toMatchObject({ status: 402, decidedBy, acquirer: 'escott' });
    expect(told.json.error).toMatchObject({ code, type: 'card_error', status: 402 });
    expect(told.json.error).not.toHaveProperty('charge');
    for (const table of ['tokens', 'cards', 'vault', 'charges'])
      expect(world.rows(`select * from ${table}`)).toEqual([]);
  });

  it.each([
    ['4242424242424242', 'Visa'],
    ['4012888888881881', 'Visa'],
    ['5555555555554444', 'MasterCard'],
    ['5105105105105100', 'MasterCard'],
    ['3530111333300000', 'JCB'],
    ['3566002020360505', 'JCB'],
    ['378282246310005', 'American Express'],
    ['371449635398431', 'American Express'],
    ['38520000023237', 'Diners Club'],
    ['30569309025904', 'Diners Club'],
    ['6011111111111117', 'Discover'],
    ['6011000990139424', 'Discover'],
  ])('is made of the test card %s of %s', async (number, brand) => {
    const { told } = await make(number);
    expect([told.status, told.json.card.brand, told.json.card.last4]).toEqual([200, brand, number.slice(-4)]);
  });

  it('without a security code says that none was checked', async () => {
    const { told } = await make('4242424242424242', { cvc: '' });
    expect(told.json.card.cvc_check).toBe('unchecked');
  });

  it('keeps no security code anywhere', async () => {
    const { told, ...world } = await make('4242424242424242', { cvc: '731' });
    expect(told.status).toBe(200);
    for (const { name } of world.rows("select name from sqlite_schema where type = 'table'"))
      for (const row of world.rows(`select * from ${name}`))
        expect(Object.values(row).filter((value) => value === '731' || value === 731)).toEqual([]);
  });
});
