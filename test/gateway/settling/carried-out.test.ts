import { describe, expect, it } from 'vitest';
import { carriedOut } from '../../../gateway/settling/carried-out.ts';
import type { Finding } from '../../../gateway/upstream/outcome.ts';

type State = 'authorised' | 'captured' | 'voided' | 'declined';
const shows = (state: State, amountYen: number): Finding => ({ found: true, state, amountYen, handle: null });
const sale = { captured_amount: 1000, refunded_amount: 300 };

describe('what the acquirer shows means that', () => {
  it.each<['capture' | 'refund' | 'void', number, Finding, boolean]>([
    ['capture', 1000, shows('captured', 1000), true],
    ['capture', 1000, shows('authorised', 1000), false],
    ['capture', 1000, shows('voided', 1000), false],
    ['capture', 1000, { found: false }, false],
    ['void', 1000, shows('voided', 1000), true],
    ['void', 1000, shows('authorised', 1000), false],
    ['void', 1000, { found: false }, false],
    // 700 are left of the sale before each of these.
    ['refund', 200, shows('captured', 500), true],
    ['refund', 200, shows('captured', 700), false],
    // Something else moved the money: not this refund.
    ['refund', 200, shows('captured', 600), false],
    ['refund', 200, shows('voided', 500), false],
    ['refund', 700, shows('voided', 700), true],
    ['refund', 700, shows('captured', 700), false],
    ['refund', 700, { found: false }, false],
  ])('a %s of %i yen seen as %j was carried out: %s', (kind, amountYen, finding, done) => {
    expect(carriedOut(kind, sale, amountYen, finding)).toBe(done);
  });
});
