import { describe, expect, it } from 'vitest';
import { createEscottWorld, newPayment, OAUT } from './escott/card.ts';
import type { Json } from './world.ts';

/** Two merchants send payments in turn; `who` says which of them takes part. */
const day = async (who: readonly string[], seed: number): Promise<Json[]> => {
  const world = createEscottWorld({ capacity: { workers: 100, queueMax: 100 } }, { seed });
  for (let nth = 0; nth < 30; nth += 1) {
    for (const merchant of who) void world.send(OAUT, newPayment('1Auth', `${merchant}-${nth}`));
    await world.clock.advance(100);
  }
  await world.clock.advance(60_000);
  return (await world.control('GET', '/ledger')).json.rows;
};

const drawsOf = (rows: readonly Json[], merchant: string) =>
  rows
    .filter(({ reference }) => reference.startsWith(`${merchant}-`))
    .map(({ reference, transactionId, serviceUs }) => ({ reference, transactionId, serviceUs }));

describe('draws at the acquirer (seeds 1 and 2)', () => {
  it('of one merchant stay the same when another merchant is removed', async () => {
    const both = await day(['a', 'b'], 1);
    const alone = await day(['a'], 1);
    expect(drawsOf(both, 'a')).toHaveLength(30);
    expect(drawsOf(both, 'a')).toEqual(drawsOf(alone, 'a'));
  });

  it('are others with another seed', async () => {
    expect(drawsOf(await day(['a'], 1), 'a')).not.toEqual(drawsOf(await day(['a'], 2), 'a'));
  });
});
