import { describe, expect, it } from 'vitest';
import { readPolicyFile } from '../../../gateway/environment.ts';
import { createRunningPolicy, type PolicyRead } from '../../../gateway/policy/reload.ts';
import type { Policy } from '../../../gateway/policy/schema.ts';
import type { LogFields } from '../../../gateway/ports.ts';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';

const loaded = loadPolicy('protected');
if (!loaded.ok) throw new Error('the policy protected is valid');
const base = loaded.policy;

/** A change at a path like `limits.zones.pk.burst`; undefined takes the key away. */
const changed = (path: string, value: unknown): unknown => {
  const copy = structuredClone(base) as unknown as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop()!;
  let inner = copy;
  for (const step of steps) inner = inner[step] as Record<string, unknown>;
  if (value === undefined) delete inner[last];
  else inner[last] = value;
  return copy;
};

const open = (first: Policy = base) => {
  const logged: LogFields[] = [];
  const applied: Policy[] = [];
  const note = (fields: LogFields): void => void logged.push(fields);
  const file = { text: JSON.stringify(first) };
  const read = (): PolicyRead => readPolicyFile('policy.json', ['escott', 'gmo'], () => file.text);
  const running = createRunningPolicy({
    policy: first,
    read,
    log: { debug: note, info: note, warn: note, error: note },
    onApplied: (policy) => applied.push(policy),
  });
  return { file, running, logged, applied };
};

describe('a policy that is read again', () => {
  it('holds from now on, and says what has changed', () => {
    const { file, running, applied, logged } = open();
    file.text = JSON.stringify(changed('limits.zones.payment', { ratePerSecond: 14, burst: 28 }));
    expect(running.reload()).toEqual({ ok: true, name: 'protected', applied: ['limits'], afterRestart: [] });
    expect(running.policy.limits.zones.payment).toEqual({ ratePerSecond: 14, burst: 28 });
    expect(applied).toHaveLength(1);
    expect(logged).toContainEqual(expect.objectContaining({ event: 'policy.reloaded', applied: ['limits'] }));
  });

  it('names the sections that wait for a restart, and does not take half of them', () => {
    const { file, running } = open();
    file.text = JSON.stringify(changed('breaker.slowMs', 4000));
    expect(running.reload()).toMatchObject({ ok: true, applied: [], afterRestart: ['breaker'] });
    expect(running.policy.breaker).toEqual(base.breaker);
  });

  it.each<[string, string, unknown, RegExp]>([
    ['an unknown key', 'limits.zonse', 1, /limits: Unrecognized key: "zonse"/],
    ['a missing number', 'limits.zones.pk.burst', undefined, /limits\.zones\.pk\.burst: .*expected number/],
    ['a rate of nothing', 'limits.zones.pk.ratePerSecond', 0, /limits\.zones\.pk\.ratePerSecond: .*>0/],
    ['a word for a number', 'abuse.badToAct', 'many', /abuse\.badToAct: .*expected number/],
    ['a share above one', 'abuse.badShareMin', 1.5, /abuse\.badShareMin: .*<=1/],
    [
      'a rate its burst cannot hold',
      'limits.zones.sk',
      { ratePerSecond: 30, burst: 2 },
      /limits\.zones\.sk\.burst: holds less/,
    ],
    [
      'lending what is not there',
      'limits.surge.ratePerSecond',
      36,
      /limits\.surge\.ratePerSecond: must be below what an acquirer takes \(36/,
    ],
    ['lending to everybody at once', 'limits.scope', 'everybody', /limits\.surge\.enabled: there is nobody to lend to/],
    ['lending without looking at answers', 'abuse.enabled', false, /limits\.surge\.enabled: needs abuse\.enabled/],
    ['a ramp that falls', 'abuse.rampShares', [0.5, 0.25], /abuse\.rampShares: must rise/],
    ['lifting all at once', 'abuse.rampShares', [1], /abuse\.rampShares: a single step of 1/],
    ['a cap below the first pause', 'abuse.pauseCapMs', 1000, /abuse\.pauseCapMs: must not be below pauseMs/],
    [
      'an acquirer that is not ours',
      'routing.order',
      ['escott', 'elsewhere'],
      /routing\.order: elsewhere is none of the acquirers/,
    ],
  ])('is refused for %s, with the path and the reason, and the running policy stays', (_, path, value, reason) => {
    const { file, running, applied, logged } = open();
    file.text = JSON.stringify(changed(path, value));
    const reloaded = running.reload();
    expect(reloaded.ok).toBe(false);
    if (reloaded.ok) return;
    expect(reloaded.faults.join('\n')).toMatch(reason);
    expect(reloaded.faults[0]).toMatch(/^POLICY: policy\.json: /);
    expect(running.policy).toEqual(base);
    expect(applied).toEqual([]);
    expect(logged).toContainEqual(expect.objectContaining({ event: 'policy.refused', running: 'protected' }));
  });

  it('is refused when the file is no YAML, or cannot be read', () => {
    const { file, running } = open();
    file.text = '{"name": ';
    expect(running.reload()).toMatchObject({ ok: false, faults: [expect.stringMatching(/neither YAML nor JSON/)] });
    expect(running.policy).toEqual(base);
  });

  it('is refused when there is no file at all', () => {
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const running = createRunningPolicy({ policy: base, log, onApplied: () => {} });
    expect(running.reload()).toMatchObject({ ok: false });
  });

  it('takes the fraud rules from now on, and leaves the rest of that section for a restart', () => {
    const taken: unknown[] = [];
    const file = { text: '' };
    const note = (): void => {};
    const running = createRunningPolicy({
      policy: base,
      read: () => readPolicyFile('policy.json', ['escott', 'gmo'], () => file.text),
      log: { debug: note, info: note, warn: note, error: note },
      onApplied: () => {},
      onRules: (rules) => taken.push(rules),
    });
    file.text = JSON.stringify(changed('fraud.rules.thresholds.block', 5000));
    expect(running.reload()).toMatchObject({ ok: true, applied: ['fraud.rules'], afterRestart: [] });
    expect(taken).toEqual([expect.objectContaining({ thresholds: expect.objectContaining({ block: 5000 }) })]);
    expect(running.policy.fraud.rules.thresholds.block).toBe(5000);
    file.text = JSON.stringify(changed('fraud.keysMax', base.fraud.keysMax + 1));
    expect(running.reload()).toMatchObject({ ok: true, applied: ['fraud.rules'], afterRestart: ['fraud'] });
    expect(running.policy.fraud.keysMax).toBe(base.fraud.keysMax);
  });

  it('is refused whole while the file of fraud rules is wrong', () => {
    const note = (): void => {};
    const running = createRunningPolicy({
      policy: base,
      read: () => ({ ok: true, value: { ...base, name: 'other' } }),
      log: { debug: note, info: note, warn: note, error: note },
      onApplied: () => {},
      readRules: () => [{ path: 'rules.0.score', reason: 'Invalid input: expected number' }],
    });
    expect(running.reload()).toEqual({
      ok: false,
      faults: ['fraud rules: rules.0.score: Invalid input: expected number'],
    });
    expect(running.policy.name).toBe('protected');
  });
});
