import { describe, expect, it } from 'vitest';
import { playAuthentications } from '../../../scenarios/bench-three-d-secure/authentications.ts';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';

describe('authentications on the virtual stage (seed 1)', () => {
  it('end in a payment each, half of them behind a challenge, and leave the same trace again', async () => {
    const loaded = loadPolicy('as-it-was');
    if (!loaded.ok) throw new Error('the policy cannot be read');
    const still = { wallMs: () => 0, cpuMs: () => 0 };
    const [one, again] = [
      await playAuthentications(20, loaded.policy, still),
      await playAuthentications(20, loaded.policy, still),
    ];
    expect(one).toMatchObject({ paid: 20, challenged: 10 });
    expect(one.requests).toBeGreaterThan(100);
    expect(again.traceHash).toBe(one.traceHash);
  });
});
