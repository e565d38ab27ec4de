import { describe, expect, it } from 'vitest';
import { readRules } from '../../../gateway/fraud/fraud.ts';
import { rulesFileReader } from '../../../gateway/fraud/rules-file.ts';
import { adminToken, openShop } from '../world.ts';

const reason = { en: 'x', ja: 'x' };
const rule = { id: 'one', when: { addressAlarm: { atLeast: 1 } }, score: 50, reason };
const faultsOf = (data: unknown) => {
  const read = readRules(data);
  return 'faults' in read ? read.faults.map((fault) => `${fault.path}: ${fault.reason}`) : [];
};

describe('a rules file', () => {
  it('may say nothing, and has the starting rules then', () => {
    expect(faultsOf({})).toEqual([]);
  });

  it.each([
    ['an unknown key', { treshold: 1 }, 'treshold: is not known'],
    ['an unknown key in a rule', { rules: [{ ...rule, scores: 1 }] }, 'rules.0.scores: is not known'],
    [
      'a number that no flag has',
      { rules: [{ ...rule, when: { addressAlarm: { atLeast: 2 } } }] },
      'rules.0.when.addressAlarm.atLeast: is never above 1',
    ],
    [
      'bounds that contradict',
      { rules: [{ ...rule, when: { addressCards: { atLeast: 5, atMost: 2 } } }] },
      'rules.0.when.addressCards: atLeast is above atMost',
    ],
    ['thresholds out of order', { thresholds: { decline: 50 } }, 'thresholds.decline: must be above human'],
    ['a rule that is there twice', { rules: [rule, rule] }, 'rules.1.id: one is there already'],
    ['shares that are no whole', { outcomes: { honest: { wrong: 0.5 } } }, 'outcomes.honest: do not add up to 1'],
    ['an alarm that never calms', { scopes: { bin: { calmAt: 20 } } }, 'scopes.bin.calmAt: must be below alarmAt'],
  ])('with %s is refused, with the place', (_, data, fault) => {
    expect(faultsOf(data)).toContain(fault);
  });

  it('is read when it was changed, and once', () => {
    let [text, changedMs] = ['thresholds: { stepUp: 41 }', 1];
    const read = rulesFileReader(
      () => text,
      () => changedMs,
    );
    expect(read()).toEqual({ data: { thresholds: { stepUp: 41 } } });
    expect(read()).toBeNull();
    [text, changedMs] = ['{', 2];
    expect(read).toThrow('is neither YAML nor JSON');
    expect(read()).toBeNull();
  });
});

describe('rules by operators', () => {
  it('are run when they are right, and the running ones stay when they are not', async () => {
    const world = await openShop({ adjust: (policy) => ({ ...policy, fraud: { ...policy.fraud, mode: 'on' } }) });
    const ask = (method: string, body?: string) =>
      world.play(() => world.send(method, '/admin/v1/fraud/rules', { Authorization: `Bearer ${adminToken}` }, body));
    const taken = await ask('POST', JSON.stringify({ rules: [rule] }));
    expect(taken.json).toMatchObject({ from: 'operator', rules: { rules: [{ id: 'one' }] } });
    const refused = await ask('POST', JSON.stringify({ rules: [{ ...rule, score: 0 }] }));
    expect([refused.status, refused.json.error.message]).toEqual([400, 'rules.0.score: changes nothing']);
    const now = await ask('GET');
    expect(now.json.rules.rules).toHaveLength(1);
    expect(now.json.refused).toEqual([{ path: 'rules.0.score', reason: 'changes nothing' }]);
  });
});
