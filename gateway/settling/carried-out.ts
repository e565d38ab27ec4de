/** What an inquiry's answer means for a follow-up. Pure. */
import type { ChargeRow } from '../store/database.ts';
import type { Finding } from '../upstream/outcome.ts';
import type { FollowUpKind } from './attempt.ts';

/** Does what the acquirer shows now mean that the follow-up was carried out? */
export const carriedOut = (
  kind: FollowUpKind,
  charge: Pick<ChargeRow, 'captured_amount' | 'refunded_amount'>,
  amountYen: number,
  finding: Finding,
): boolean => {
  if (!finding.found) return false;
  switch (kind) {
    case 'capture':
      return finding.state === 'captured';
    case 'void':
      return finding.state === 'voided';
    case 'refund': {
      const leftYen = charge.captured_amount - charge.refunded_amount - amountYen;
      return leftYen === 0 ? finding.state === 'voided' : finding.state === 'captured' && finding.amountYen === leftYen;
    }
  }
};
