/**
 * A day on which acquirers lose answers, answer nonsense and are slow: once everything is settled the
 * three books agree. Late approvals, reversals and deferred captures are all in it.
 */
import { describe, expect, it } from 'vitest';
import type { Hand } from '../acquirers.ts';
import { adminToken, createWorld, type Json } from '../world.ts';

const seeds = [1, 2, 3];
const hourMs = 3_600_000;
const trouble = new Set(['1Auth', '1Capture', '1Change', '1Delete', 'ExecTran', 'AlterTran', 'ChangeTran']);

describe.each(seeds)('a stormy day (seed %i)', (seed) => {
  it('agrees in all three books once it is settled', async () => {
    const world = createWorld({ seed });
    const shop = await world.enrol('shop-1');
    let state = seed;
    /** 0 to 99, evenly. */
    const draw = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >>> 8) % 100;
    };
    const lost = { carriedOut: 0, notCarriedOut: 0 };
    const stormy: Hand = async (call, carryOut) => {
      if (!trouble.has(call.operation)) return carryOut();
      const weather = draw();
      if (weather < 15) {
        lost.carriedOut += 1;
        await carryOut();
        return new Response('<html>sorry</html>', { status: 502 });
      }
      if (weather < 25) {
        lost.notCarriedOut += 1;
        return new Response('', { status: 500 });
      }
      return carryOut();
    };
    await world.play(async () => {
      const tokens: string[] = [];
      for (let nth = 0; nth < 60; nth += 1) tokens.push(await shop.token());
      for (const acquirer of Object.values(world.acquirers)) acquirer.hand = stormy;
      for (let nth = 0; nth < 60; nth += 1) {
        const held = draw() < 40;
        const made = await shop.post('/v1/charges', {
          amount: 1_000 + nth,
          currency: 'jpy',
          card: tokens[nth]!,
          ...(held ? { capture: 'false' } : {}),
        });
        await world.stage.clock.sleep(20_000);
        if (made.status !== 200) continue;
        const path = `/v1/charges/${made.json.id}`;
        const next = draw();
        if (held && next < 70) await shop.post(`${path}/capture`, next < 30 ? { amount: 500 } : {});
        if (next > 40) await shop.post(`${path}/refund`, next > 80 && !held ? { amount: 100 } : {});
        await world.stage.clock.sleep(20_000);
      }
    });
    for (const acquirer of Object.values(world.acquirers)) acquirer.hand = null;
    await world.pass(18 * hourMs);
    expect(Math.min(lost.carriedOut, lost.notCarriedOut)).toBeGreaterThan(5);
    const headers = { Authorization: `Bearer ${adminToken}` };
    const runs: Json[] = [];
    for (const acquirer of ['escott', 'gmo']) {
      const body = JSON.stringify({ acquirer, date: '20170712' });
      const { id } = (await world.play(() => world.send('POST', '/admin/v1/reconciliations', headers, body))).json;
      await world.pass(hourMs);
      runs.push((await world.play(() => world.send('GET', `/admin/v1/reconciliations/${id}`, headers))).json);
    }
    for (const run of runs) {
      expect(run.report?.discrepancies).toEqual([]);
      expect(run).toMatchObject({ state: 'done', clean: true, report: { balances: true } });
    }
    expect(runs.reduce((lines, { report }) => lines + report.counted.fileLines, 0)).toBeGreaterThan(20);
  });
});
