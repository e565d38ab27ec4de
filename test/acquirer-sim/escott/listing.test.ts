import { describe, expect, it } from 'vitest';
import type { World } from '../world.ts';
import { createEscottWorld, type Fields, followUp, listing, newPayment, OAUT, OLST } from './card.ts';

interface Page {
  readonly head: string;
  readonly lines: readonly string[][];
}

const read = async (world: World, changes: Fields = {}): Promise<Page> => {
  const { text } = await world.post(OLST, listing(changes));
  const [head = '', ...lines] = text.trimEnd().split('\n');
  return { head, lines: lines.map((line) => line.split(',')) };
};

describe('the transaction listing', () => {
  it('finds, by reference alone, the handle that a caller never received', async () => {
    const world = createEscottWorld();
    const auth = await world.post(OAUT, newPayment('1Auth', 'lost-1'));
    await world.post(OAUT, newPayment('1Auth', 'other'));
    await world.clock.advance(60_000);
    const { head, lines } = await read(world, { MerchantFree1: 'lost-1' });
    expect(head).toBe('ResponseCd=OK&Count=1&Next=');
    expect(lines).toEqual([
      [
        auth.pairs.TransactionId,
        expect.stringMatching(/^201707122100\d\d$/),
        '1Auth',
        auth.pairs.ProcessId,
        auth.pairs.ProcessPass,
        'lost-1',
        '1000',
        'OK',
        'authorised',
      ],
    ]);
  });

  it('has a line per decision, in order, under the reference that opened the transaction, declines without a handle', async () => {
    const world = createEscottWorld();
    const auth = await world.post(OAUT, newPayment('1Auth', 'a'));
    await world.post(OAUT, followUp('1Change', auth, { Amount: '500' }));
    await world.post(OAUT, followUp('1Capture', auth, { MerchantFree1: 'capture-1' }));
    await world.post(OAUT, followUp('1Change', auth, { Amount: '200' }));
    await world.post(OAUT, followUp('1Delete', auth));
    await world.post(OAUT, newPayment('1Auth', 'b', { CardNo: '4000000000080319' }));
    await world.clock.advance(60_000);
    const { lines } = await read(world);
    expect(lines.map((line) => [line[2], ...line.slice(5)])).toEqual([
      ['1Auth', 'a', '1000', 'OK', 'authorised'],
      ['1Change', 'a', '500', 'OK', 'authorised'],
      ['1Capture', 'a', '500', 'OK', 'captured'],
      ['1Change', 'a', '200', 'OK', 'captured'],
      ['1Delete', 'a', '200', 'OK', 'refunded'],
      ['1Auth', 'b', '1000', 'G12', 'declined'],
    ]);
    expect(lines[5]?.slice(3, 5)).toEqual(['', '']);
  });

  it('lags behind by a time of each row, up to the configured one', async () => {
    const constant = { mean: 1, sigma: 0 };
    const world = createEscottWorld({
      capacity: { workers: 50, queueMax: 100, serviceMs: { authorise: constant, search: constant } },
    });
    for (let nth = 0; nth < 40; nth += 1) void world.send(OAUT, newPayment('1Auth', `ref-${nth}`));
    const counts: number[] = [];
    for (let tick = 0; tick < 3; tick += 1) {
      // Each look takes 30 s of the clock.
      const looked = world.send(OLST, listing());
      await world.clock.advance(30_000);
      counts.push((await looked).text.split('\n').length - 2);
    }
    expect(counts[0]).toBeLessThan(5);
    expect(counts[1]).toBeGreaterThan(10);
    expect(counts[1]).toBeLessThan(30);
    expect(counts[2]).toBe(40);
  });

  it('comes in pages', async () => {
    const world = createEscottWorld({ capacity: { workers: 10, queueMax: 100, listingPageRows: 2 } });
    for (const reference of ['a', 'b', 'c']) await world.post(OAUT, newPayment('1Check', reference));
    await world.clock.advance(60_000);
    const first = await read(world);
    const second = await read(world, { Page: '2' });
    const third = await read(world, { Page: '3' });
    expect([first.head, second.head, third.head]).toEqual([
      'ResponseCd=OK&Count=2&Next=2',
      'ResponseCd=OK&Count=1&Next=',
      'ResponseCd=OK&Count=0&Next=',
    ]);
    expect([...first.lines, ...second.lines].map((line) => line[5])).toEqual(['a', 'b', 'c']);
  });

  it('shows only the rows of the time asked for, both ends included, and of the tenant that asks', async () => {
    const world = createEscottWorld();
    await world.post(OAUT, newPayment('1Check', 'early'));
    await world.clock.advance(60_000);
    const from = '20170712210130';
    await world.post(OAUT, newPayment('1Check', 'late'));
    await world.clock.advance(60_000);
    expect((await read(world, { From: from })).lines.map((line) => line[5])).toEqual(['late']);
    expect((await read(world, { To: from })).lines.map((line) => line[5])).toEqual(['early', 'late']);
    expect((await read(world, { To: '20170712210129' })).lines.map((line) => line[5])).toEqual(['early']);
    const other = { MerchantId: 'M0002', MerchantPass: 'secret2' };
    expect((await read(world, other)).lines).toEqual([]);
  });

  it.each<[string, Fields]>([
    ['K02', { MerchantId: 'nobody' }],
    ['K03', { MerchantPass: 'wrong' }],
    ['K04', { TenantId: '0009' }],
    ['K05', { From: '20170230000000' }],
    ['K05', { From: '20170713000000', To: '20170712000000' }],
    ['K06', { OperateId: '1Search' }],
    ['K07', { MerchantFree1: 'x'.repeat(28) }],
    ['K01', { Page: '0' }],
  ])('answers %s to %j', async (code, changes) => {
    expect((await read(createEscottWorld(), changes)).head).toBe(`ResponseCd=${code}&Count=0&Next=`);
  });

  it('is turned away like everything else while the main queue is full', async () => {
    const world = createEscottWorld({ capacity: { workers: 1, queueMax: 1 } });
    const waiting = [1, 2].map((nth) => world.send(OAUT, newPayment('1Auth', `ref-${nth}`)));
    const refused = world.send(OLST, listing());
    await world.clock.advance(30_000);
    expect(await refused).toMatchObject({ status: 503, decidedBy: 'acquirer-queue' });
    await Promise.all(waiting);
  });

  it('has workers of its own: it does not wait behind card operations', async () => {
    const world = createEscottWorld({ capacity: { workers: 0, queueMax: 10 } });
    void world.send(OAUT, newPayment('1Auth', 'stuck'));
    expect((await read(world)).head).toBe('ResponseCd=OK&Count=0&Next=');
  });
});
