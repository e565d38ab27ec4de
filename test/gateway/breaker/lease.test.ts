import { describe, expect, it } from 'vitest';
import { createBreakerBoard } from '../../../gateway/breaker/board.ts';
import { createLiveRandom } from '../../../gateway/random.ts';
import { createInProcessShared } from '../../../gateway/shared/in-process.ts';
import { createManualClock } from '../manual-clock.ts';
import { breakerPolicy } from './rules.ts';

/** Two instances of one gateway on one clock, with a lease between them unless told. */
const createPair = ({ shares = true, broken = false } = {}) => {
  const clock = createManualClock();
  const shared = createInProcessShared({ clock });
  const world = { sick: true };
  const probes: { readonly by: string; readonly atMs: number }[] = [];
  const boards = ['one', 'two'].map((name, index) =>
    createBreakerBoard({
      clock,
      random: createLiveRandom(index + 1),
      policy: { breaker: breakerPolicy({ probeJitter: 0.5 }) },
      acquirers: ['escott'],
      probe: () => {
        probes.push({ by: name, atMs: clock.monotonicMs() });
        return Promise.resolve(!world.sick);
      },
      ...(shares
        ? {
            lease: {
              take: (key, ttlMs) =>
                broken ? Promise.reject(new Error('away')) : Promise.resolve(shared.lease(key, name, ttlMs)),
              end: (key) => shared.release(key, name),
            },
          }
        : {}),
    }),
  );
  const open = (brands: readonly string[] = ['Visa'], of = boards): void => {
    for (const board of of)
      for (let count = 0; count < 12; count += 1) {
        const brand = brands[count % brands.length] ?? '-';
        const call = board.begin({ acquirer: 'escott', brand, operation: 'authorise' });
        if (call !== 'refused') call.end('failure');
      }
  };
  return { clock, world, probes, boards, open };
};

describe('instances that share a lease on probing', () => {
  it('send no more probes together than one alone', async () => {
    const { clock, probes, open } = createPair();
    open();
    await clock.run(60_000);
    expect(new Set(probes.map(({ by }) => by)).size).toBe(1);
    // One every 5 s, more or less half of that.
    expect(probes.length).toBeGreaterThan(8);
    expect(probes.length).toBeLessThan(20);
  });

  it('come back one after the other, within seconds', async () => {
    const { clock, world, probes, boards, open } = createPair();
    open();
    await clock.run(20_000);
    world.sick = false;
    await clock.run(20_000);
    expect(boards.map((board) => board.worst('escott'))).not.toContain('open');
    expect(new Set(probes.map(({ by }) => by)).size).toBe(2);
    await clock.run(20_000);
    expect(boards.map((board) => board.worst('escott'))).toEqual(['closed', 'closed']);
    expect(clock.pending()).toBe(0);
  });

  // Found by the explorer: each kept some brands' leases and waited for the others', and probed them for ever.
  it.each([3, 40, 700, 2_000])(
    'do not wait for each other when both probe several brands, opened %i ms apart',
    async (apartMs) => {
      const { clock, world, boards, open } = createPair();
      const brands = ['Visa', 'MasterCard', 'JCB', 'American Express'];
      open(brands, boards.slice(0, 1));
      await clock.run(apartMs);
      open(brands.toReversed(), boards.slice(1));
      await clock.run(20_000);
      world.sick = false;
      await clock.run(120_000);
      expect(boards.map((board) => board.worst('escott'))).toEqual(['closed', 'closed']);
    },
  );

  it('take over from one that is gone', async () => {
    const { clock, world, probes, boards, open } = createPair();
    open();
    await clock.run(20_000);
    const holder = probes[0]?.by === 'one' ? 0 : 1;
    boards[holder]?.close();
    world.sick = false;
    await clock.run(45_000);
    expect(boards[1 - holder]?.worst('escott')).toBe('closed');
  });

  it('probe each for itself while the shared place cannot be asked', async () => {
    const { clock, probes, open } = createPair({ broken: true });
    open();
    await clock.run(30_000);
    expect(new Set(probes.map(({ by }) => by)).size).toBe(2);
  });
});
