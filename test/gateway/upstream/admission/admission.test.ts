import { describe, expect, it } from 'vitest';
import {
  type Admission,
  type Ask,
  createAdmission,
  type Slot,
} from '../../../../gateway/upstream/admission/admission.ts';
import { createManualClock } from '../../manual-clock.ts';
import { protectedPolicy } from '../scripted.ts';

const { upstream } = protectedPolicy();

const open = (
  concurrency: Partial<typeof upstream.concurrency> = {},
  fairShare: Partial<typeof upstream.fairShare> = {},
) => {
  const clock = createManualClock();
  const policy = {
    concurrency: { ...upstream.concurrency, initial: 4, min: 4, max: 8, brandShare: 1, slotsMax: 10, ...concurrency },
    fairShare: { ...upstream.fairShare, ...fairShare },
  };
  const admission = createAdmission({
    clock,
    policy,
    acquirer: 'escott',
    weightOf: (merchant) => (merchant === 'flagged' ? 0.1 : 1),
  });
  return { clock, admission };
};

const ask = (merchantId: string, more: Partial<Ask> = {}): Ask => ({
  operation: 'authorise',
  brand: 'Visa',
  merchantId,
  ...more,
});

const now = (admission: Admission, of: Ask): Slot => {
  const slot = admission.enter(of);
  if (slot === null || slot instanceof Promise) throw new Error('not let in at once');
  return slot;
};

/** What became of one that waits. */
const waiting = (admission: Admission, of: Ask) => {
  const entered = admission.enter(of);
  const state: { got: Slot | null | undefined } = { got: undefined };
  if (!(entered instanceof Promise)) throw new Error('did not wait');
  void entered.then((slot) => {
    state.got = slot;
  });
  return state;
};

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
};

describe('admission to an acquirer', () => {
  it('is at once, in the same turn, while slots are free', () => {
    const { admission, clock } = open();
    const slots = ['a', 'b', 'c', 'd'].map((merchant) => now(admission, ask(merchant)));
    expect(admission.reading()).toMatchObject({ inFlight: 4, waiting: 0 });
    expect(clock.pending()).toBe(0);
    for (const slot of slots) slot.release();
    for (const slot of slots) slot.release();
    expect(admission.reading().inFlight).toBe(0);
  });

  it('goes to who waits when a slot becomes free, small merchants first', async () => {
    const { admission } = open();
    const held = [1, 2, 3, 4].map(() => now(admission, ask('big')));
    const big = [1, 2, 3].map(() => waiting(admission, ask('big')));
    const small = waiting(admission, ask('small'));
    held[0]!.release();
    held[1]!.release();
    await settle();
    expect(small.got).toBeTruthy();
    // One slot of two: `big` holds two, which is what it may hold while others wait; nobody else does now.
    expect(big.filter(({ got }) => got !== undefined)).toHaveLength(1);
  });

  it('does not let a merchant over its share have a slot that another waits for', async () => {
    const { admission } = open({ initial: 8 });
    const held = Array.from({ length: 8 }, () => now(admission, ask('big')));
    const big = waiting(admission, ask('big'));
    const small = [1, 2].map((number) => waiting(admission, ask(`small-${number}`)));
    held[0]!.release();
    held[1]!.release();
    await settle();
    expect(big.got).toBeUndefined();
    expect(small.every(({ got }) => got !== undefined)).toBe(true);
    held[2]!.release();
    await settle();
    // Nobody else wants it.
    expect(big.got).toBeTruthy();
  });

  it('is refused after a second of waiting', async () => {
    const { admission, clock } = open();
    for (let index = 0; index < 4; index += 1) now(admission, ask('a'));
    const late = waiting(admission, ask('b'));
    clock.advance(999);
    await settle();
    expect(late.got).toBeUndefined();
    clock.advance(1);
    await settle();
    expect(late.got).toBeNull();
    expect(admission.reading()).toMatchObject({ waiting: 0, shed: 1 });
    expect(clock.pending()).toBe(0);
  });

  it('waits no longer than a fifth of what the request has left', async () => {
    const { admission, clock } = open();
    for (let index = 0; index < 4; index += 1) now(admission, ask('a'));
    const late = waiting(admission, ask('b', { untilMs: clock.monotonicMs() + 2_000 }));
    clock.advance(400);
    await settle();
    expect(late.got).toBeNull();
  });

  it('ends between two steps of the clock without being set again for no time at all', async () => {
    const { admission, clock } = open();
    for (const merchant of ['a', 'b', 'c', 'd']) now(admission, ask(merchant));
    // A fifth of it is 0.4002208 ms: the timer fires at 0.400 ms.
    const late = waiting(admission, ask('late', { untilMs: 2.001104 }));
    await clock.run(5);
    expect(late.got).toBeNull();
    expect(clock.pending()).toBe(0);
  });

  it('keeps a fifth of the slots for captures, refunds and reversals', () => {
    const { admission } = open({ initial: 8, max: 8 });
    for (let index = 0; index < 8; index += 1) now(admission, ask(`m${index}`));
    expect(admission.tryEnter(ask('x', { operation: 'check' }))).toBeNull();
    for (const operation of ['capture', 'refund'] as const) now(admission, ask('x', { operation }));
    expect(admission.reading().inFlight).toBe(10);
  });

  it('lets nothing new begin while a capture waits', async () => {
    const { admission } = open({ initial: 8, max: 8 });
    const held = Array.from({ length: 8 }, (_, index) => now(admission, ask(`m${index}`)));
    for (let index = 0; index < 2; index += 1) now(admission, ask('x', { operation: 'capture' }));
    const payment = waiting(admission, ask('y'));
    const capture = waiting(admission, ask('x', { operation: 'capture' }));
    const reversal = waiting(admission, ask('x', { operation: 'void' }));
    held[0]!.release();
    await settle();
    expect([reversal.got === undefined, capture.got === undefined, payment.got]).toEqual([false, true, undefined]);
    held[1]!.release();
    await settle();
    expect([capture.got === undefined, payment.got]).toEqual([false, undefined]);
    held[2]!.release();
    await settle();
    // Nine in flight leave one of the two that are kept.
    expect(payment.got).toBeUndefined();
    held[3]!.release();
    held[4]!.release();
    await settle();
    expect(payment.got).toBeTruthy();
  });

  it('asks about lost payments in a pool of its own', () => {
    const { admission } = open({ initial: 8, max: 8, inquiriesMax: 2 });
    for (let index = 0; index < 8; index += 1) now(admission, ask(`m${index}`));
    for (let index = 0; index < 2; index += 1) now(admission, ask('-', { operation: 'inquiry' }));
    expect(admission.tryEnter(ask('-', { operation: 'inquiry' }))).toBeNull();
  });

  it('lets payments and cards in together no further than either alone, and keeps captures out of that count', () => {
    const { admission } = open({ initial: 4 });
    for (let index = 0; index < 3; index += 1) now(admission, ask(`m${index}`));
    now(admission, ask('m3', { operation: 'check' }));
    expect(admission.tryEnter(ask('m4', { operation: 'check' }))).toBeNull();
    now(admission, ask('m4', { operation: 'capture' }));
  });

  it('leaves the other brands room when one hangs', () => {
    const { admission } = open({ initial: 8, max: 8, brandShare: 0.75 });
    for (let index = 0; index < 6; index += 1) now(admission, ask(`m${index}`));
    expect(admission.tryEnter(ask('m9'))).toBeNull();
    now(admission, ask('m9', { brand: 'JCB' }));
  });

  it('sheds test mode first, then new cards, then new payments', async () => {
    const { admission } = open({ initial: 4 }, { queuePerLimit: 0.75 });
    for (let index = 0; index < 4; index += 1) now(admission, ask(`m${index}`));
    const test = waiting(admission, ask('t', { testMode: true }));
    const token = waiting(admission, ask('k', { operation: 'check' }));
    const payment = waiting(admission, ask('p'));
    waiting(admission, ask('q'));
    await settle();
    expect([test.got, token.got, payment.got]).toEqual([null, undefined, undefined]);
    waiting(admission, ask('r'));
    await settle();
    expect([token.got, payment.got]).toEqual([null, undefined]);
  });

  it('has more slots when answers are quick, and tells who waits', async () => {
    const { admission } = open();
    for (let index = 0; index < 4; index += 1) now(admission, ask(`m${index}`));
    const next = waiting(admission, ask('n'));
    for (let count = 0; count < 10; count += 1)
      admission.sample('authorise', { inFlight: 4, together: 4 }, { tookMs: 250, lost: false });
    await settle();
    expect(next.got).toBeTruthy();
  });

  it('that is off counts nothing and makes nobody wait', () => {
    const { admission, clock } = open({ enabled: false });
    for (let count = 0; count < 500; count += 1) now(admission, ask('a'));
    expect(admission.reading()).toMatchObject({ inFlight: 0, waiting: 0 });
    expect(clock.pending()).toBe(0);
  });

  it('ends with nobody left waiting', async () => {
    const { admission, clock } = open();
    for (let index = 0; index < 4; index += 1) now(admission, ask('a'));
    const one = waiting(admission, ask('b'));
    admission.close();
    await settle();
    expect(one.got).toBeNull();
    expect(clock.pending()).toBe(0);
  });
});
