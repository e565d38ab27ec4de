import { describe, expect, it } from 'vitest';
import { renewedOnce } from '../../../scenarios/explore/renewed-once.ts';

const storeOf = (...rows: readonly { id: string; paid: number; charges: string }[]) => ({
  inspect: () => rows as never,
});

describe('a cycle of a subscription', () => {
  it('is fine when it was paid for once', () => {
    expect(renewedOnce(storeOf({ id: 'sub_1', paid: 1, charges: 'ch_1' }))).toEqual({ judged: 1, violations: [] });
  });

  it('is a violation when two charges paid for it, and names them', () => {
    const { violations } = renewedOnce(storeOf({ id: 'sub_1', paid: 2, charges: 'ch_1 ch_2' }));
    expect(violations).toMatchObject([{ check: 'RENEWED', objects: ['sub_1', 'ch_1', 'ch_2'] }]);
  });
});
