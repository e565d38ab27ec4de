/** An issuer's no in e-SCOTT's words (escott-protocol.md section 5, families G and C). */
import type { Brand, DeclineCode } from '../issuers/cards.ts';

const known = new Set(
  'G12 G22 G30 G42 G44 G45 G54 G55 G56 G60 G61 G65 G68 G72 G74 G75 G78 G83 G84 G85 G92 G94 G95 G96 G97 G98 G99'.split(
    ' ',
  ),
);
/** Shortage of balance or limit has one code here where other networks have several. */
const balance = new Set(['G02', 'G03', 'G04', 'G05', 'G06', 'G07']);
const centreClosed = new Set(['C12', 'C13', 'C14', 'C15']);

export const responseCdFor = (code: DeclineCode): string => {
  if (known.has(code)) return code;
  if (balance.has(code)) return 'G55';
  if (code === 'brand-refused') return 'C18';
  if (centreClosed.has(code)) return 'C80';
  // The rest of the network's troubles: e-SCOTT knows one communication error.
  return code.startsWith('C') ? 'C03' : 'G97';
};

/** Two characters naming the card company; one per brand is enough here. */
export const companyCdFor = (brand: Brand): string =>
  ({ visa: 'Y1', mastercard: 'Y2', jcb: 'J1', amex: 'A1', diners: 'D1', discover: 'S1' })[brand];

/** McSecCd: 0 match, 1 mismatch, 8 not set, 9 cannot check. */
export const mcSecCdFor = (sent: boolean, outcome: 'match' | 'mismatch' | 'unavailable'): string => {
  if (!sent) return '8';
  return { match: '0', mismatch: '1', unavailable: '9' }[outcome];
};
