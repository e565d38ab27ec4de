/**
 * The gateway's view: what each fault about money does to the books of a short day.
 *
 * Where an honest inquiry can find the truth, the books are straight a few minutes later. Where the
 * acquirer itself says what is not so, and goes on saying it, no caller can know during the day: then
 * the audit names every payment, and nothing but the invariants that such a lie must break is broken.
 */
import { describe, expect, it, vi } from 'vitest';
import type { FaultRuleInput } from '../../../acquirer-sim/app.ts';
import type { RunResult } from '../../../scenarios/judge/result.ts';
import { failuresOf } from '../theatre/short-days.ts';
import { playFaults, type Rules } from './small-day.ts';

// A second each; twenty on a machine with other work.
vi.setConfig({ testTimeout: 180_000 });

type Kind = FaultRuleInput['kind'];
const some = (kind: Kind, parameters: Record<string, unknown> = {}): FaultRuleInput => ({
  kind,
  parameters,
  share: 0.3,
});
/** Lost replies, so that there is something to inquire about. */
const lost = some('approved-reply-lost');

const found: readonly (readonly [string, Rules])[] = [
  ['approvals whose replies are lost in silence', { escott: [lost] }],
  ['approvals whose replies end in a reset', { escott: [some('approved-reply-lost', { by: 'reset' })] }],
  ['requests that are lost', { escott: [some('black-hole')] }],
  [
    'replies that say nothing valid',
    {
      escott: [
        { ...some('wrong-status'), share: 0.1 },
        { ...some('unknown-code'), share: 0.1 },
        { ...some('error', { at: 'after' }), share: 0.1 },
        { ...some('garbage'), share: 0.1 },
        { ...some('truncated', { announcesAll: false }), share: 0.1 },
      ],
    },
  ],
  ['replies cut off', { escott: [some('truncated')] }],
  ['replies that drip past every time-out', { escott: [some('slow-drip', { bytesPerSecond: 5 })] }],
  ['lost replies and a listing that lags', { escott: [lost, { kind: 'not-found-then-found' }] }],
  ['lost replies and an old copy of the listing', { escott: [lost, { kind: 'stale-read' }] }],
  ['a flapping acquirer', { escott: [{ kind: 'reset', when: { flapping: { onMs: 4_000, offMs: 9_000 } } }] }],
  [
    'one acquirer away, and lost replies at the other',
    { escott: [{ kind: 'black-hole' }], gmo: [lost, some('duplicate-reply'), some('latency', { delayMs: 400 })] },
  ],
];

const lies: readonly (readonly [string, Rules, readonly string[]])[] = [
  ['approvals after a decline', { escott: [some('late-approval')] }, ['INV-02', 'INV-03', 'INV-05']],
  ['requests processed twice', { escott: [some('duplicate-processing')] }, ['INV-02', 'INV-03', 'INV-15']],
  ['captures that are accepted and not carried out', { escott: [some('ignored')] }, ['INV-03', 'INV-04', 'INV-05']],
  ['other amounts in the books', { escott: [some('wrong-amount')] }, ['INV-05', 'INV-10']],
  ['partial approvals', { escott: [some('partial-approval')] }, ['INV-05', 'INV-10']],
  ['holds that lapse early', { escott: [some('early-expiry')] }, ['INV-03', 'INV-05']],
];

const violated = ({ invariants }: RunResult): string[] =>
  invariants.filter((invariant) => invariant.found > 0).map(({ id }) => id);

const really = ({ faults }: RunResult): void => {
  expect(faults.injected).toBeGreaterThan(5);
  expect(faults.intended).toBeGreaterThanOrEqual(faults.injected);
};

describe('the books of a day with faults (seed 1)', () => {
  it.each(found)('are straight after %s', async (_, rules) => {
    const result = await playFaults(rules);
    really(result);
    expect(failuresOf(result)).toEqual({});
    expect(violated(result)).toEqual([]);
    expect(result.money).toMatchObject({ doubleCaptures: 0, lostApprovals: 0, unknownLeft: 0, discrepancyYen: 0 });
  });

  it('are straight after replies for other orders, which open the breaker though each of them says yes', async () => {
    const result = await playFaults({ escott: [some('other-order')] });
    really(result);
    // INV-21 reads on the wire what a reply says and not whose it is: to it nothing went wrong.
    expect(violated(result).filter((id) => id !== 'INV-21')).toEqual([]);
    expect(result.money).toMatchObject({ doubleCaptures: 0, lostApprovals: 0, unknownLeft: 0, discrepancyYen: 0 });
  });

  it.each(lies)('name what is wrong with %s', async (_, rules, broken) => {
    const result = await playFaults(rules);
    really(result);
    expect(result.verdict).toBe('fails');
    expect(violated(result).filter((id) => !broken.includes(id))).toEqual([]);
    expect(violated(result).length).toBeGreaterThan(0);
    expect(result.money).toMatchObject({ doubleCaptures: 0, unknownLeft: 0 });
  });
});

describe('a day without faults (seed 1)', () => {
  it('is the same day when a rule is set that meets nobody', async () => {
    const nobody: FaultRuleInput = { kind: 'reset', select: { references: ['nobody-*'] } };
    const [without, with1] = [await playFaults({}), await playFaults({ escott: [nobody] })];
    expect(with1.money).toEqual(without.money);
    expect(with1.traffic).toEqual(without.traffic);
    expect(with1.faults).toEqual({ intended: 0, injected: 0 });
  });
});
