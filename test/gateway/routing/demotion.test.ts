import { describe, expect, it } from 'vitest';
import { createBreakerBoard } from '../../../gateway/breaker/board.ts';
import { createLiveRandom } from '../../../gateway/random.ts';
import { createDemotion } from '../../../gateway/routing/demotion.ts';
import { createManualClock } from '../manual-clock.ts';
import { protectedPolicy } from '../upstream/scripted.ts';

const order = ['escott', 'gmo'];
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A board and what judges beside it; calls to e-SCOTT, five a second, fail as told. */
const open = (seed = 1) => {
  const clock = createManualClock();
  const random = createLiveRandom(seed);
  const policy = protectedPolicy();
  const told: string[] = [];
  const health = { probes: true };
  const probe = () => Promise.resolve(health.probes);
  const demotion = createDemotion({
    clock,
    random: random.fork('demotion'),
    log: {
      debug: () => {},
      info: ({ brand, share }) => void told.push(`${String(brand)} ${String(share)}`),
      warn: () => {},
      error: () => {},
    },
    policy,
    acquirers: order,
    probe,
  });
  const board = createBreakerBoard({
    clock,
    random: random.fork('board'),
    policy,
    acquirers: order,
    probe,
    alsoJudges: demotion,
  });
  const dice = random.fork('calls');
  const calls = async (count: number, failing: (brand: string) => number, acquirer = 'escott'): Promise<void> => {
    const brands = ['Visa', 'Visa', 'MasterCard', 'JCB'];
    for (let at = 0; at < count; at += 1) {
      const brand = brands[Math.floor(dice.float() * brands.length)]!;
      const call = board.begin({ acquirer, brand, operation: 'authorise' });
      const fails = dice.float() < failing(brand);
      if (call !== 'refused') call.end(fails ? 'failure' : 'ok');
      clock.advance(200);
      await turn();
    }
  };
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100);
      await turn();
    }
  };
  const share = (brand = 'Visa'): number => {
    let preferred = 0;
    for (let card = 0; card < 400; card += 1)
      if (demotion.ordered(order, brand, `shop/${card}`)[0] === 'escott') preferred += 1;
    return preferred / 400;
  };
  return { clock, demotion, board, told, health, calls, pass, share };
};

describe('an acquirer that fails a little (seed 1)', () => {
  it('is asked last within some two hundred calls of which a tenth fail, and no breaker opens for it', async () => {
    const world = open();
    await world.calls(60, () => 0.005);
    expect(world.share()).toBe(1);
    await world.calls(220, () => 0.12);
    expect(world.told).toEqual(['* 0']);
    expect(world.share()).toBe(0);
    expect(world.demotion.ordered(order, 'Visa', 'shop/1')).toEqual(['gmo', 'escott']);
    expect(world.board.worst('escott')).toBe('closed');
  });

  it('is not demoted by what healthy acquirers do in an hour', async () => {
    const world = open();
    await world.calls(18_000, () => 0.01);
    expect(world.told).toEqual([]);
  }, 20_000);

  it('loses only the brand that fails', async () => {
    const world = open();
    await world.calls(300, (brand) => (brand === 'Visa' ? 0.13 : 0));
    expect(world.told).toEqual(['Visa 0']);
    expect([world.share('Visa'), world.share('JCB')]).toEqual([0, 1]);
  });

  it('comes back by ramp after a run of good probes, the same cards first', async () => {
    const world = open();
    await world.calls(250, () => 0.12);
    expect(world.share()).toBe(0);
    await world.pass(30_000);
    const first = Array.from({ length: 400 }, (_, card) => card).filter(
      (card) => world.demotion.ordered(order, 'Visa', `shop/${card}`)[0] === 'escott',
    );
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(400);
    await world.pass(5_000);
    expect(first.every((card) => world.demotion.ordered(order, 'Visa', `shop/${card}`)[0] === 'escott')).toBe(true);
    await world.pass(20_000);
    expect(world.share()).toBe(1);
    expect(world.told.at(-1)).toBe('* 1');
  });

  it('stays last while its probes, or the payments it still has, fail now and then', async () => {
    const world = open();
    await world.calls(250, () => 0.12);
    for (let round = 0; round < 6; round += 1) {
      await world.pass(10_000);
      const call = world.board.begin({ acquirer: 'escott', brand: 'Visa', operation: 'capture' });
      if (call !== 'refused') call.end('failure');
    }
    expect(world.share()).toBe(0);
  });

  it('is not judged for what a breaker explains: a dead acquirer is back with its breaker', async () => {
    const world = open();
    world.health.probes = false;
    await world.calls(40, () => 1);
    expect(world.board.worst('escott')).toBe('open');
    expect(world.told).toEqual([]);
  });

  it('is judged by a breaker that opens again from its ramp', async () => {
    const world = open();
    await world.calls(20, () => 1);
    while (world.board.worst('escott') === 'open') await world.pass(500);
    await world.calls(20, () => 1);
    expect(world.told[0]?.endsWith(' 0')).toBe(true);
  });

  it('is asked before another one that fails more', async () => {
    const world = open();
    await world.calls(260, () => 0.12);
    await world.calls(260, () => 0.3, 'gmo');
    expect(world.demotion.ordered(order, 'Visa', 'shop/1')).toEqual(['escott', 'gmo']);
    world.demotion.close();
    world.board.close();
    expect(world.clock.pending()).toBe(0);
  });
});
