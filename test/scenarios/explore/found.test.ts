import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';
import { loadScenario } from '../../../scenarios/play/load-scenario.ts';
import { policyNameOf } from '../../../scenarios/play/policy-files.ts';
import { playScenario } from '../../../scenarios/theatre/play.ts';

const folder = path.join(import.meta.dirname, 'found');
const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.yaml') && !name.endsWith('-policy.yaml'))
  : [];

/** Mistakes of ours that the explorer found, each cut down to the least that shows it. */
describe('what the explorer found', () => {
  it.each(files.map((name) => [name.replace(/\.yaml$/, '')]))('does not come back: %s', async (id) => {
    const file = path.join(folder, `${id}.yaml`);
    const loaded = loadScenario(file);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
    const { scenario } = loaded;
    for (const entry of scenario.policies) {
      const policy = loadPolicy(entry, file);
      if (!policy.ok) throw new Error(JSON.stringify(policy.faults));
      const result = await playScenario({
        scenario,
        policy: policy.policy,
        judgedAs: policyNameOf(entry),
        seed: scenario.seed ?? 1,
        causes: true,
        onsetMs: null,
      });
      expect(result.expectations.filter(({ holds }) => !holds).map(({ reason }) => reason)).toEqual([]);
    }
  });

  it('is a list of scenarios', () => {
    expect(files.every((name) => /^[a-z0-9-]+\.yaml$/.test(name))).toBe(true);
  });
});
