/**
 * Where a card number and a security code must never be: the database's pages, the log, events,
 * webhooks, answers. The number is one that nothing else could spell by chance.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loseReply, on } from '../acquirers.ts';
import { openShop, type Told } from '../world.ts';

/** Luhn-valid, Visa, and no test card. */
const number = '4539578763621486';
const cvc = '7391';
const card = { card: { number, exp_month: 12, exp_year: 2030, cvc } };

describe('a card number', () => {
  it('leaves the gateway only towards an acquirer', async () => {
    const world = await openShop({}, { webhookUrl: 'http://hooks.test/hook' });
    const hooks: string[] = [];
    world.stage.addProgram({
      program: 'hooks',
      host: 'hooks.test',
      create: () => ({
        app: {
          async fetch(request) {
            hooks.push(await request.text());
            return new Response('ok');
          },
        },
      }),
    });
    const answers: Told[] = await world.play(async () => {
      const { shop } = world;
      const told: Told[] = [];
      const tokenOf = async (): Promise<string> => {
        const made = await shop.post('/v1/tokens', card, { as: 'pk', key: `token ${told.length}` });
        told.push(made);
        return made.json.id;
      };
      told.push(await shop.post('/v1/customers', { id: 'alice', card: await tokenOf() }));
      told.push(await shop.post('/v1/charges', { amount: 500, currency: 'jpy', customer: 'alice' }, { key: 'a' }));
      world.acquirers.escott.hand = on('1Auth', loseReply);
      told.push(await shop.post('/v1/charges', { amount: 600, currency: 'jpy', card: await tokenOf() }, { key: 'b' }));
      world.acquirers.escott.hand = null;
      // Wrong in every way that might repeat what was sent.
      told.push(await shop.post('/v1/tokens', { card: { ...card.card, number: `${number}0` } }));
      told.push(await shop.post('/v1/tokens', { card: { ...card.card, [number]: number } }));
      told.push(await shop.post('/v1/tokens', JSON.stringify(card)));
      told.push(await shop.post('/v1/tokens', `card=${number}`));
      told.push(await shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: number }));
      told.push(await shop.get(`/v1/charges?customer=${number}`));
      return told;
    });
    await world.pass(600_000);
    expect(world.acquirers.escott.calls.filter(({ fields }) => fields.CardNo === number).length).toBeGreaterThan(3);
    expect(hooks.length).toBeGreaterThan(2);

    const folder = mkdtempSync(join(tmpdir(), 'breakwater-pages-'));
    const file = join(folder, 'copy.sqlite');
    expect([...world.store.inspect(`vacuum into '${file}'`)]).toEqual([]);
    const pages = readFileSync(file);
    rmSync(folder, { recursive: true });
    const places: Record<string, Buffer> = {
      pages,
      log: Buffer.from(JSON.stringify(world.log)),
      hooks: Buffer.from(hooks.join('\n')),
      answers: Buffer.from(answers.map(({ text }) => text).join('\n')),
    };
    // The search itself finds what is there.
    expect(places.pages?.includes('alice')).toBe(true);
    const spellings = [
      number,
      Buffer.from(number).toString('base64').slice(0, 20),
      Buffer.from(number).toString('hex'),
      number.split('').toReversed().join(''),
    ];
    const found = Object.entries(places).flatMap(([place, bytes]) =>
      spellings.filter((spelling) => bytes.includes(spelling)).map((spelling) => `${place}: ${spelling}`),
    );
    expect(found).toEqual([]);
    for (const [place, bytes] of Object.entries(places))
      expect([place, bytes.includes(`"${cvc}"`)]).toEqual([place, false]);
  });
});
