import { describe, expect, it } from 'vitest';
import type { Reply, World } from '../world.ts';
import { createEscottWorld, type Fields, followUp, newPayment, OAUT, OSTL, settlement } from './card.ts';

const HOUR_MS = 3_600_000;

/** The clock of these tests starts on 2017-07-12 at 21:00 JST. */
const untilTheNextMorning = (world: World) => world.clock.advance(6 * HOUR_MS);

const file = async (world: World, changes: Fields = {}): Promise<{ head: string; lines: string[][] }> => {
  const [head = '', ...lines] = (await world.post(OSTL, settlement(changes))).text.trimEnd().split('\n');
  return { head, lines: lines.map((line) => line.split(',')) };
};

const shape = (line: string[]) => [line[2], line[5], line[6], line[7], line[8], line[9]];

describe('e-SCOTT’s settlement file', () => {
  it('lists approved decisions that moved money on the day, in order, with the day last', async () => {
    const world = createEscottWorld();
    const held = await world.post(OAUT, newPayment('1Auth', 'held'));
    await world.post(OAUT, newPayment('1Check', 'checked'));
    await world.post(OAUT, newPayment('1Gathering', 'refused', { CardNo: '4000000000080319' }));
    const sold = await world.post(OAUT, newPayment('1Gathering', 'sold'));
    const dropped = await world.post(OAUT, newPayment('1Auth', 'dropped'));
    await world.post(OAUT, followUp('1Delete', dropped));
    await world.post(OAUT, followUp('1Capture', held));
    await world.post(OAUT, followUp('1Change', held, { Amount: '1200' }));
    await world.post(OAUT, followUp('1Change', sold, { Amount: '300' }));
    await world.post(OAUT, followUp('1Delete', sold));
    await untilTheNextMorning(world);
    const { head, lines } = await file(world);
    expect(head).toBe('ResponseCd=OK&Count=5&Next=');
    expect(lines.map(shape)).toEqual([
      ['1Gathering', 'sold', '1000', 'OK', 'captured', '20170712'],
      ['1Capture', 'held', '1000', 'OK', 'captured', '20170712'],
      ['1Change', 'held', '1200', 'OK', 'captured', '20170712'],
      ['1Change', 'sold', '300', 'OK', 'captured', '20170712'],
      ['1Delete', 'sold', '300', 'OK', 'refunded', '20170712'],
    ]);
    expect(lines[1]?.slice(0, 5)).toEqual([
      held.pairs.TransactionId,
      expect.stringMatching(/^2017071221\d{4}$/),
      '1Capture',
      held.pairs.ProcessId,
      held.pairs.ProcessPass,
    ]);
  });

  it('is refused with KBY until 03:00 of the next day, and then never changes', async () => {
    const world = createEscottWorld();
    await world.post(OAUT, newPayment('1Gathering', 'early'));
    await world.clock.advance(6 * HOUR_MS - 90_000);
    expect((await file(world)).head).toBe('ResponseCd=KBY&Count=0&Next=');
    await world.clock.advance(60_000);
    const closed = await file(world);
    expect(closed.lines.map(shape)).toEqual([['1Gathering', 'early', '1000', 'OK', 'captured', '20170712']]);
    await world.post(OAUT, newPayment('1Gathering', 'late'));
    expect(await file(world)).toEqual(closed);
  });

  it('keeps the day a sale was dated for while that day is open, and moves it when it has closed', async () => {
    const world = createEscottWorld();
    const [soon, late] = [
      await world.post(OAUT, newPayment('1Auth', 'soon')),
      await world.post(OAUT, newPayment('1Auth', 'late')),
    ];
    await world.clock.advance(5 * HOUR_MS);
    const kept = await world.post(OAUT, followUp('1Capture', soon));
    await world.clock.advance(2 * HOUR_MS);
    const moved = await world.post(OAUT, followUp('1Capture', late));
    expect([kept.pairs.SalesDate, moved.pairs.SalesDate]).toEqual(['20170712', '20170713']);
    await world.clock.advance(24 * HOUR_MS);
    expect((await file(world)).lines.map((line) => line[5])).toEqual(['soon']);
    expect((await file(world, { Date: '20170713' })).lines.map((line) => line[5])).toEqual(['late']);
  });

  it('never gives money back on a day before it was taken', async () => {
    const world = createEscottWorld();
    const held = await world.post(OAUT, newPayment('1Auth', 'ahead'));
    await world.post(OAUT, followUp('1Capture', held, { SalesDate: '20170714' }));
    await world.post(OAUT, followUp('1Delete', held));
    await world.clock.advance(72 * HOUR_MS);
    expect((await file(world)).lines).toEqual([]);
    const { lines } = await file(world, { Date: '20170714' });
    expect(lines.map((line) => [line[2], line[9]])).toEqual([
      ['1Capture', '20170714'],
      ['1Delete', '20170714'],
    ]);
  });

  it('comes in pages, and holds one tenant’s lines only', async () => {
    const world = createEscottWorld({ capacity: { workers: 10, queueMax: 100, listingPageRows: 2 } });
    for (const nth of [1, 2, 3]) await world.post(OAUT, newPayment('1Gathering', `ref-${nth}`));
    await untilTheNextMorning(world);
    const first = await file(world);
    const second = await file(world, { Page: '2' });
    expect([first.head, second.head]).toEqual(['ResponseCd=OK&Count=2&Next=2', 'ResponseCd=OK&Count=1&Next=']);
    expect([...first.lines, ...second.lines].map((line) => line[5])).toEqual(['ref-1', 'ref-2', 'ref-3']);
    const other = await file(world, { MerchantId: 'M0002', MerchantPass: 'secret2' });
    expect(other.head).toBe('ResponseCd=OK&Count=0&Next=');
  });

  it.each([
    ['K03', { MerchantPass: 'wrong' }],
    ['K04', { TenantId: '0009' }],
    ['K06', { OperateId: '9List' }],
    ['K39', { Date: '20170231' }],
    ['K01', { Page: '0' }],
  ])('answers %s to %j', async (code, changes) => {
    const reply: Reply = await createEscottWorld().post(OSTL, settlement(changes));
    expect(reply.text).toBe(`ResponseCd=${code}&Count=0&Next=\n`);
  });
});
