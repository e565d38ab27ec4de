/** Fault rules in scenario files: what is refused where, and what a stage is told when. */
import { describe, expect, it } from 'vitest';
import type { Director } from '../../../scenarios/play/director.ts';
import { kindOf, What } from '../../../scenarios/play/events/index.ts';
import { changed, faultsOf, goodScenario, placeOf } from '../play/parse.ts';

const flood = '{ kind: flood, acquirer: escott, tenant: another-merchant, ratePerSecond: 160, until: "10:39:30" }';
const withRule = (rule: string): string =>
  changed(flood, `{ kind: faults.set, acquirer: escott, until: "10:39:30", rules: [${rule}] }`);

describe('fault rules in a scenario file', () => {
  it('are taken as the control API takes them, without a time to live', () => {
    expect(faultsOf(withRule('{ kind: latency, share: 0.5, parameters: { delayMs: 900 } }'))).toEqual([]);
  });

  it.each([
    ['{ kind: earthquake }', 'earthquake', 'rules[0].kind: must be one of accepted-again, '],
    ['{ kind: error, share: 1.5 }', '1.5', 'rules[0].share'],
    ['{ kind: error, select: { brands: [suica] } }', 'suica', 'rules[0].select.brands[0]'],
    ['{ kind: slow-drip, parameters: { bytesPerSecond: fast } }', 'fast', 'rules[0].parameters.bytesPerSecond'],
  ])('%s is refused at its own place', (rule, piece, reason) => {
    const text = withRule(rule);
    const [first = ''] = faultsOf(text);
    expect(first).toContain(`day.yaml:${placeOf(text, piece)}`);
    expect(first).toContain(reason);
  });
});

describe('events about fault rules', () => {
  const play = async (written: object, untilMs: number | null = null): Promise<string[]> => {
    const told: string[] = [];
    const due: (() => void | Promise<void>)[] = [];
    let given = 0;
    const control: Director['control'] = async (...call) => {
      told.push(call.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' '));
      given += 1;
      return { id: `fault-${given}` };
    };
    const director = { control, schedule: (_, act) => due.push(act) } as Pick<
      Director,
      'control' | 'schedule'
    > as Director;
    const what = What.parse(written);
    await kindOf(what).act(director, what, {
      untilMs,
      fromMs: 0,
      startWallMs: 0,
      world: goodScenario().world,
      memory: new Map(),
    });
    for (const act of due) await act();
    return told;
  };

  it('set every rule with an end, and take back those very rules', async () => {
    const rules = [{ kind: 'reset' }, { kind: 'garbage', ttlMs: 5 }];
    const told = await play({ kind: 'faults.set', acquirer: 'escott', rules, until: '10:39:30' }, 1_000);
    expect(told.map((call) => call.split(' ').slice(0, 3).join(' '))).toEqual([
      'escott POST faults',
      'escott POST faults',
      'escott DELETE faults/fault-1',
      'escott DELETE faults/fault-2',
    ]);
    expect(told[0]).toContain('"ttlMs":86400000');
    expect(told[1]).toContain('"ttlMs":5');
  });

  it('clear all of them, or those that are named', async () => {
    expect(await play({ kind: 'faults.clear', acquirer: 'gmo' })).toEqual(['gmo DELETE faults']);
    expect(await play({ kind: 'faults.clear', acquirer: 'gmo', ids: ['a', 'b'] })).toEqual([
      'gmo DELETE faults/a',
      'gmo DELETE faults/b',
    ]);
  });

  it('are told to people by kind, in two languages', () => {
    const what = What.parse({ kind: 'faults.set', acquirer: 'escott', rules: [{ kind: 'reset' }, { kind: 'reset' }] });
    expect(kindOf(what).title(what)).toEqual({ en: 'escott: faults (reset)', ja: 'escott に障害を設定: reset' });
  });
});
