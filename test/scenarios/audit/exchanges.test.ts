import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../../scenarios/audit/books.ts';
import { createExchangeBook } from '../../../scenarios/audit/exchanges.ts';
import { audit, escott, gmo, invariantOf } from './fixtures.ts';

const first = (wire: object) =>
  escott('1Auth', { MerchantFree1: 'r-0', CardNo: '4111111111111111' }, { sentMs: 1_000, ...wire });
const second = (sentMs: number) =>
  gmo('ExecTran', { AccessID: 'a1', OrderID: 'r-0-1' }, { sentMs, reply: { ACS: '0', OrderID: 'r-0-1' } });

/** One charge with an authorisation at each acquirer; it lives at GMO-PG. */
const judged = (...exchanges: Exchange[]) =>
  invariantOf(
    audit(
      [
        {
          charge: { acquirer: 'gmo' },
          held: [
            { capturedYen: 0, state: 'voided', rows: [{ kind: 'authorise' }, { kind: 'void' }] },
            { acquirer: 'gmo' },
          ],
        },
      ],
      { exchanges },
    ),
    'INV-09',
  );

const listing = (sentMs: number, state: string, code = 'OK') =>
  escott(
    '9List',
    {},
    { sentMs, reply: `ResponseCd=OK&Count=1&Next=\nt1,20170712210000,1Auth,p1,w1,r-0,1000,${code},${state}\n` },
  );
const deletion = (sentMs: number, reply: Record<string, string> = {}) =>
  escott('1Delete', { ProcessId: 'p1', MerchantFree1: 'v-0' }, { sentMs, reply });

describe('INV-09', () => {
  it('finds an authorisation at B while the one at A was lost, and prints what passed', () => {
    const result = judged(first({ endedMs: 11_000, outcome: 'lost' }), second(12_000));
    expect(result).toMatchObject({ judged: 2, found: 1 });
    const [violation] = result.violations;
    expect(violation).toMatchObject({ atMs: 12_000, objects: ['ch_0', 'r-0', 'r-0-1'] });
    expect(violation?.text).toContain('r-0-1 was sent to gmo at 12000 ms while r-0 at escott was open since 1000 ms');
    expect(violation?.text).toContain('1000-11000 ms authorise at escott r-0: no reply');
    expect(violation?.text).not.toContain('4111');
  });

  it('finds one sent while A had not answered yet, in whatever order they ended', () => {
    const slow = first({ endedMs: 9_000 });
    expect(judged(slow, second(5_000)).found).toBe(1);
    expect(judged(second(5_000), slow).found).toBe(1);
    expect(judged(slow, second(9_000)).found).toBe(0);
  });

  it('finds one after an answer that was no definite one', () => {
    expect(judged(first({ reply: { ResponseCd: 'K98' } }), second(5_000)).found).toBe(1);
    expect(judged(first({ status: 503, reply: 'busy' }), second(5_000)).found).toBe(1);
  });

  it('allows one after a decline, and after a request that was never sent', () => {
    expect(judged(first({ reply: { ResponseCd: 'G12' } }), second(5_000)).found).toBe(0);
    expect(judged(first({ outcome: 'not-sent' }), second(1_100))).toMatchObject({ found: 0, judged: 1 });
  });

  it('allows one after the void was confirmed, and not while it was only tried', () => {
    const lost = first({ endedMs: 11_000, outcome: 'lost' });
    const listed = listing(12_000, 'authorised');
    expect(judged(lost, listed, second(13_000)).found).toBe(1);
    expect(judged(lost, listed, deletion(13_000, { ResponseCd: 'K98' }), second(14_000)).found).toBe(1);
    expect(judged(lost, listed, deletion(13_000), second(14_000)).found).toBe(0);
    expect(judged(lost, listed, deletion(13_000), second(13_100)).found).toBe(1);
  });

  it('allows one after the listing said declined or voided', () => {
    const lost = first({ endedMs: 11_000, outcome: 'lost' });
    expect(judged(lost, listing(12_000, 'declined', 'G12'), second(13_000)).found).toBe(0);
    expect(judged(lost, listing(12_000, 'voided'), second(13_000)).found).toBe(0);
  });

  it('knows GMO-PG as the first acquirer too', () => {
    const lost = gmo(
      'ExecTran',
      { AccessID: 'a1', OrderID: 'r-0-1' },
      { sentMs: 1_000, endedMs: 11_000, outcome: 'lost' },
    );
    const other = escott('1Auth', { MerchantFree1: 'r-0' }, { sentMs: 20_000 });
    const voided = gmo('AlterTran', { AccessID: 'a1', JobCd: 'VOID' }, { sentMs: 15_000, reply: { AccessID: 'a1' } });
    expect(judged(lost, other).found).toBe(1);
    expect(judged(lost, voided, other).found).toBe(0);
  });

  it('does not compare authorisations of different charges, or of none', () => {
    const stranger = gmo('ExecTran', { AccessID: 'a9', OrderID: 'unknown' }, { sentMs: 12_000 });
    expect(judged(first({ endedMs: 11_000, outcome: 'lost' }), stranger)).toMatchObject({ judged: 1, found: 0 });
  });
});

describe('lost replies', () => {
  it('count approvals whose reply never reached the gateway, and not declines', () => {
    const lost = escott('1Auth', { MerchantFree1: 'r-0' }, { outcome: 'lost' });
    expect(audit([{}], { exchanges: [lost] }).money.repliesLost).toBe(1);
    const declined = { authorisedYen: 0, capturedYen: 0, state: 'declined', rows: [{ result: 'declined' }] } as const;
    expect(audit([{ held: [declined] }], { exchanges: [lost] }).money.repliesLost).toBe(0);
    const answered = escott('1Auth', { MerchantFree1: 'r-0' });
    expect(audit([{}], { exchanges: [answered] }).money.repliesLost).toBe(0);
  });
});

describe('kept exchanges', () => {
  it('are those of unusual payments only, a bounded number of lines and payments', () => {
    const book = createExchangeBook();
    for (let i = 0; i < 5_000; i += 1) book.add(escott('1Auth', { MerchantFree1: `good-${i}` }));
    expect(book.unusual()).toBe(0);
    for (let i = 0; i < 3_000; i += 1) book.add(escott('1Auth', { MerchantFree1: `lost-${i}` }, { outcome: 'lost' }));
    expect(book.unusual()).toBe(2_000);
    const reply = 'ResponseCd=OK&Count=1&Next=\nt1,20170712210000,1Auth,p1,w1,lost-0,1000,OK,authorised\n';
    for (let i = 0; i < 50; i += 1) book.add(escott('9List', {}, { reply }));
    expect(book.linesOf('escott', 'lost-0')).toHaveLength(15);
    expect(book.linesOf('escott', 'lost-0').at(-1)).toBe('...');
  });
});
