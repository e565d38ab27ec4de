import { describe, expect, it } from 'vitest';
import { brands, createWorld, operations, type World } from './world.ts';

const visa = { brand: 'visa', operation: 'authorise' };
const jcb = { brand: 'jcb', operation: 'authorise' };

/** Failures over all brands and operations, until the acquirer's breaker opens. */
const breakAcquirer = (world: World): void => {
  for (let index = 0; index < 8; index += 1) {
    world.call({ brand: brands[index % 4] as string, operation: operations[(index >> 1) % 4] as string }, 'failure');
    world.clock.advance(1);
  }
  expect(world.open()).toEqual(['escott/*/*']);
};

describe('what opens', () => {
  it('opens one kind of call after five straight failures of that kind', () => {
    const world = createWorld();
    world.calls(4, visa, 'failure');
    expect(world.open()).toEqual([]);
    world.calls(1, visa, 'failure');
    expect(world.open()).toEqual(['escott/visa/authorise']);
    expect(world.call(visa, 'ok')).toBe(false);
    expect(world.call({ ...visa, operation: 'capture' }, 'ok')).toBe(true);
    expect(world.call({ ...visa, acquirer: 'gmo' }, 'ok')).toBe(true);
  });

  it('opens a brand when its failures are spread over operations', () => {
    const world = createWorld();
    for (const operation of [...operations, 'authorise']) world.call({ brand: 'visa', operation }, 'failure');
    expect(world.open()).toEqual(['escott/visa/*']);
    expect(world.call(jcb, 'ok')).toBe(true);
  });

  it('opens an operation when its failures are spread over brands', () => {
    const world = createWorld();
    for (const brand of [...brands, 'visa']) world.call({ brand, operation: 'capture' }, 'failure');
    expect(world.open()).toEqual(['escott/*/capture']);
    expect(world.call(visa, 'ok')).toBe(true);
  });

  it('does not open an operation for one bad brand and one stray failure of another', () => {
    const world = createWorld();
    world.call(jcb, 'failure');
    world.calls(4, visa, 'failure');
    expect(world.open()).toEqual([]);
    world.calls(1, visa, 'failure');
    expect(world.open()).toEqual(['escott/visa/authorise']);
    expect(world.call(jcb, 'ok')).toBe(true);
  });

  it('opens the acquirer when brands and operations fail alike', () => {
    const world = createWorld();
    breakAcquirer(world);
    expect(world.call({ brand: 'diners', operation: 'void' }, 'ok')).toBe(false);
    expect(world.call({ ...visa, acquirer: 'gmo' }, 'ok')).toBe(true);
    expect(world.board.isAway('escott')).toBe(true);
    expect(world.board.isAway('gmo')).toBe(false);
  });

  it('does not open the acquirer for one bad brand and one stray failure of another', () => {
    const world = createWorld();
    for (const operation of ['authorise', 'capture', 'refund', 'check'])
      world.call({ brand: 'visa', operation }, 'failure');
    world.call(jcb, 'failure');
    expect(world.open()).toEqual([]);
    world.call(visa, 'failure');
    expect(world.open()).toEqual(['escott/visa/*']);
  });

  it('takes what one brand explains out of the acquirer, and keeps what it does not', () => {
    const world = createWorld();
    world.call(jcb, 'failure');
    world.calls(5, visa, 'failure');
    const evidence = world.board.snapshot().find((reading) => reading.key === 'escott/*/*')?.evidence;
    expect(evidence).toBeLessThanOrEqual(3.913);
    world.call({ brand: 'mastercard', operation: 'capture' }, 'failure');
    expect(world.open()).toEqual(['escott/visa/authorise']);
  });

  it('widens an opening by two straight failures beyond it, within ten seconds', () => {
    const cases: readonly [
      waitMs: number,
      beyond: readonly { brand: string; operation: string }[],
      opens: string | null,
    ][] = [
      [
        0,
        [
          { brand: 'jcb', operation: 'authorise' },
          { brand: 'amex', operation: 'authorise' },
        ],
        'escott/*/authorise',
      ],
      [
        0,
        [
          { brand: 'visa', operation: 'capture' },
          { brand: 'visa', operation: 'refund' },
        ],
        'escott/visa/*',
      ],
      [
        0,
        [
          { brand: 'jcb', operation: 'capture' },
          { brand: 'jcb', operation: 'authorise' },
        ],
        'escott/*/*',
      ],
      [9_999, [jcb, { brand: 'amex', operation: 'check' }], 'escott/*/*'],
      [10_001, [jcb, { brand: 'amex', operation: 'check' }], null],
      [0, [{ brand: 'visa', operation: 'capture' }, jcb], null],
      [
        0,
        [
          { brand: '-', operation: 'capture' },
          { brand: '-', operation: 'refund' },
        ],
        null,
      ],
    ];
    for (const [waitMs, beyond, opens] of cases) {
      const world = createWorld({ probeEveryMs: 60_000 });
      for (const kind of [...beyond, visa]) world.call(kind, 'ok');
      world.calls(5, visa, 'failure');
      world.clock.advance(waitMs - 1);
      for (const kind of beyond) world.call(kind, 'failure');
      expect(world.open().filter((key) => key !== 'escott/visa/authorise')).toEqual(opens === null ? [] : [opens]);
    }
  });

  it('does not widen an opening when its neighbours succeed in between', () => {
    const world = createWorld();
    world.calls(5, visa, 'failure');
    for (const outcome of ['failure', 'ok', 'failure'] as const) world.call(jcb, outcome);
    expect(world.open()).toEqual(['escott/visa/authorise']);
  });

  it('never lets calls of an unknown brand stand for a second brand', () => {
    const world = createWorld();
    for (let index = 0; index < 9 && world.open().length < 2; index += 1) {
      world.call({ brand: 'visa', operation: operations[index % 4] as string }, 'failure');
      world.call({ brand: '-', operation: operations[(index + 1) % 4] as string }, 'failure');
    }
    expect(world.open().toSorted()).toEqual(['escott/-/*', 'escott/visa/*']);
    expect(world.call(jcb, 'ok')).toBe(true);
    expect(world.board.isAway('escott')).toBe(false);
  });

  it('calls an acquirer away once none of its known brands is closed', () => {
    const world = createWorld();
    for (const operation of [...operations, 'authorise']) world.call({ brand: 'visa', operation }, 'failure');
    expect(world.board.isAway('escott')).toBe(true);
    expect(world.board.isAway('escott', visa)).toBe(true);
    expect(world.board.isAway('escott', jcb)).toBe(false);
  });

  it('counts neither declines nor what was ignored', () => {
    const world = createWorld();
    for (let index = 0; index < 100; index += 1) {
      world.call(visa, 'ok');
      world.call(visa, 'ignored');
    }
    world.calls(4, visa, 'failure');
    world.calls(50, visa, 'ignored');
    expect(world.open()).toEqual([]);
    world.calls(1, visa, 'failure');
    expect(world.open()).toEqual(['escott/visa/authorise']);
  });
});

describe('slowness', () => {
  it('counts a call as failed the moment its age passes the bound, and its end no more', () => {
    const world = createWorld();
    const begun = [1, 2, 3, 4, 5].map(() => {
      world.clock.advance(100);
      return world.board.begin({ acquirer: 'escott', ...visa });
    });
    world.clock.advance(2_999);
    expect(world.open()).toEqual([]);
    world.clock.advance(1);
    expect(world.open()).toEqual(['escott/visa/authorise']);
    expect(world.changed[0]?.atMs).toBe(3_500);
    for (const call of begun) if (call !== 'refused') call.end('ok');
    expect(world.story()).toEqual(['escott/visa/authorise closed>open']);
  });

  it('counts only the first end of a call', () => {
    const world = createWorld();
    const call = world.board.begin({ acquirer: 'escott', ...visa });
    if (call === 'refused') throw new Error('refused');
    for (let index = 0; index < 10; index += 1) call.end('failure');
    expect(world.board.snapshot().find((reading) => reading.key === 'escott/visa/authorise')?.evidence).toBeCloseTo(
      3.912,
      3,
    );
  });

  it('waits with one timer for any number of calls in flight, and with none for none', () => {
    const world = createWorld();
    const begun = Array.from({ length: 1_000 }, () => world.board.begin({ acquirer: 'escott', ...visa }));
    expect(world.clock.pending()).toBe(1);
    for (const call of begun) if (call !== 'refused') call.end('ok');
    world.clock.advance(3_000);
    expect(world.clock.pending()).toBe(0);
  });

  it('ignores the end of calls begun before the opening, however late it comes', async () => {
    const world = createWorld({ slowMs: 60_000 });
    const late = Array.from({ length: 10 }, () => world.board.begin({ acquirer: 'escott', ...visa }));
    world.calls(5, visa, 'failure');
    await world.clock.run(8_000);
    expect(world.story().at(-1)).toBe('escott/visa/authorise open>ramp');
    for (const call of late) if (call !== 'refused') call.end('failure');
    expect(world.open()).toEqual([]);
  });
});

describe('probes', () => {
  it('come only while something is open: every 5 s, every 0.5 s once one was good', async () => {
    const world = createWorld();
    await world.clock.run(60_000);
    expect(world.probes).toEqual([]);
    world.sick.add('visa');
    world.calls(5, visa, 'failure');
    const openedMs = world.changed[0]?.atMs as number;
    await world.clock.run(12_000);
    world.sick.delete('visa');
    await world.clock.run(60_000);
    expect(world.probes.map(({ atMs }) => atMs - openedMs)).toEqual([
      5_000, 10_000, 15_000, 15_500, 16_000, 16_500, 17_000,
    ]);
    expect(world.story().at(-1)).toBe('escott/visa/authorise ramp>closed');
    expect(world.clock.pending()).toBe(0);
  });

  it('spread over half to one and a half intervals when there is jitter', async () => {
    const world = createWorld({ probeJitter: 0.5 });
    world.sick.add('visa');
    world.calls(5, visa, 'failure');
    await world.clock.run(600_000);
    const gaps = world.probes.slice(1).map(({ atMs }, index) => atMs - (world.probes[index]?.atMs as number));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2_500);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(7_500);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeGreaterThan(3_000);
  });

  it('hurry for all brands of an acquirer as soon as one of them is good', async () => {
    const world = createWorld({ probeJitter: 0.5 });
    for (const brand of brands) world.call({ brand, operation: 'check' }, 'ok');
    breakAcquirer(world);
    await world.clock.run(60_000);
    const first = world.probes[0]?.atMs as number;
    const toRamp = world.changed.find((change) => change.to === 'ramp')?.atMs as number;
    expect(toRamp - first).toBeLessThan(2_501);
    expect(world.story()).toEqual(['escott/*/* closed>open', 'escott/*/* open>ramp', 'escott/*/* ramp>closed']);
  });

  it('hand a brand that stays dead down to a breaker of its own when the others come back', async () => {
    const world = createWorld();
    breakAcquirer(world);
    world.sick.add('visa');
    await world.clock.run(40_000);
    expect(world.story()).toEqual([
      'escott/*/* closed>open',
      'escott/*/* open>ramp',
      'escott/visa/* closed>open',
      'escott/*/* ramp>closed',
    ]);
    expect(world.call(jcb, 'ok')).toBe(true);
    expect(world.call(visa, 'ok')).toBe(false);
    world.sick.delete('visa');
    await world.clock.run(40_000);
    expect(world.open()).toEqual([]);
    expect(world.clock.pending()).toBe(0);
  });

  it('count as bad when they answer later than a call may take', async () => {
    const world = createWorld();
    world.probing.takesMs = 3_001;
    world.calls(5, visa, 'failure');
    await world.clock.run(60_000);
    expect(world.open()).toEqual(['escott/visa/authorise']);
    world.probing.takesMs = 3_000;
    await world.clock.run(30_000);
    expect(world.open()).toEqual([]);
  });

  it('announce the first good one, and again when everything of the acquirer is closed', async () => {
    const world = createWorld();
    world.calls(5, visa, 'failure');
    await world.clock.run(60_000);
    expect(world.firstGood.map((atMs) => atMs - (world.changed[0]?.atMs as number))).toEqual([5_000, 27_000]);
  });

  it('also speak for calls of which no brand is known', async () => {
    const world = createWorld();
    for (const operation of [...operations, 'void']) world.call({ brand: '-', operation }, 'failure');
    expect(world.open()).toEqual(['escott/-/*']);
    await world.clock.run(60_000);
    expect(new Set(world.probes.map((probe) => probe.brand))).toEqual(new Set(['-']));
    expect(world.open()).toEqual([]);
  });
});

describe('the way back', () => {
  it('passes through the four steps of the ramp', async () => {
    const world = createWorld();
    world.calls(5, visa, 'failure');
    await world.clock.run(60_000);
    const openedMs = world.changed[0]?.atMs as number;
    expect(world.shares.map(({ share, atMs }) => [atMs - openedMs, share])).toEqual([
      [0, 0],
      [7_000, 0.1],
      [12_000, 0.25],
      [17_000, 0.5],
      [22_000, 1],
    ]);
    expect(world.changed.at(-1)?.atMs).toBe(openedMs + 27_000);
  });

  it('is cut by three straight failures, and waits longer each time', async () => {
    const world = createWorld();
    world.calls(5, visa, 'failure');
    const waits: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      await world.clock.run(130_000);
      const ramp = world.changed.findLast((change) => change.to === 'ramp');
      const opened = world.changed.findLast((change) => change.to === 'open');
      waits.push(((ramp?.atMs ?? 0) - (opened?.atMs ?? 0)) / 1_000);
      // It has closed again by now, but not for five minutes: still the same trouble.
      world.calls(5, visa, 'failure');
      expect(world.open()).toEqual(['escott/visa/authorise']);
    }
    expect(waits).toEqual([7, 10, 20, 40, 80, 120]);
    await world.clock.run(121_000);
    expect(world.changed.at(-1)?.to).toBe('ramp');
    world.calls(3, visa, 'failure');
    expect(world.open()).toEqual(['escott/visa/authorise']);
  });

  it('gives every merchant the same share, and keeps whom it let in at every greater share', async () => {
    const world = createWorld();
    world.calls(5, visa, 'failure');
    await world.clock.run(7_000);
    const keys = ['big-1', 'small-9'].map((merchant) =>
      Array.from({ length: 2_000 }, (_, ordinal) => `${merchant}/${ordinal}`),
    );
    const admitted = keys.map((ofMerchant) =>
      ofMerchant.filter((key) => world.board.mayUse('escott', 'visa', 'authorise', key)),
    );
    for (const ofMerchant of admitted) {
      expect(ofMerchant.length / 2_000).toBeGreaterThan(0.08);
      expect(ofMerchant.length / 2_000).toBeLessThan(0.12);
    }
    await world.clock.run(5_000);
    for (const key of admitted.flat()) expect(world.board.mayUse('escott', 'visa', 'authorise', key)).toBe(true);
    expect(world.board.mayUse('gmo', 'visa', 'authorise', 'big-1/1')).toBe(true);
  });
});

describe('the board', () => {
  it('refuses nothing and keeps no timer while switched off, but still counts', () => {
    const world = createWorld({ enabled: false });
    for (let index = 0; index < 50; index += 1) {
      expect(world.call(visa, 'failure')).toBe(true);
      world.clock.advance(10);
    }
    const slow = world.board.begin({ acquirer: 'escott', ...jcb });
    expect(world.clock.pending()).toBe(0);
    world.clock.advance(4_000);
    if (slow !== 'refused') slow.end('ok');
    expect(world.board.mayUse('escott', 'visa', 'authorise', 'any')).toBe(true);
    expect(world.board.isAway('escott')).toBe(false);
    expect(world.story()).toEqual([]);
    const evidence = new Map(world.board.snapshot().map((reading) => [reading.key, reading.evidence]));
    expect(evidence.get('escott/visa/authorise')).toBe(17.5);
    expect(evidence.get('escott/jcb/*')).toBeCloseTo(3.912, 3);
  });

  it('leaves no timer behind when closed', async () => {
    const world = createWorld();
    breakAcquirer(world);
    world.calls(5, { ...visa, acquirer: 'gmo' }, 'failure');
    world.board.begin({ acquirer: 'gmo', ...jcb });
    await world.clock.run(8_000);
    expect(world.clock.pending()).toBeGreaterThan(0);
    world.board.close();
    expect(world.clock.pending()).toBe(0);
  });

  it('calls an acquirer it was not told of a mistake of the caller', () => {
    expect(() => createWorld().call({ ...visa, acquirer: 'nobody' }, 'ok')).toThrow('nobody');
  });
});

describe('a restriction', () => {
  it('opens the acquirer at the first refusal of a second brand, although others still pass', () => {
    const world = createWorld();
    world.calls(5, visa, 'refused');
    expect(world.open()).toEqual(['escott/visa/authorise']);
    world.clock.advance(100);
    world.calls(3, jcb, 'ok');
    world.call(jcb, 'refused');
    expect(world.open()).toContain('escott/*/*');
  });

  it('is left alone for a minute although every probe is good', () => {
    const world = createWorld();
    world.calls(5, visa, 'refused');
    world.call(jcb, 'refused');
    world.clock.advance(59_000);
    expect(world.open()).toContain('escott/*/*');
  });
});

describe('one breaker for a whole acquirer', () => {
  it('takes every brand down for one of them, again and again', async () => {
    const world = createWorld({ pools: 'acquirer' });
    world.sick.add('visa');
    const failing = { brand: 'visa', operation: 'authorise' } as const;
    const healthy = { brand: 'jcb', operation: 'authorise' } as const;
    for (let round = 0; round < 200; round += 1) {
      world.call(failing, 'failure');
      world.call(healthy, 'ok');
      await world.clock.run(500);
    }
    expect(new Set(world.changed.map(({ key }) => key))).toEqual(new Set(['escott/*/*']));
    expect(world.changed.filter(({ to }) => to === 'open').length).toBeGreaterThan(2);
  });
});
