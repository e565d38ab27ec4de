import { describe, expect, it } from 'vitest';
import { gatewayStates, type TransactionState } from '../../../scenarios/audit/books.ts';
import { invariants } from '../../../scenarios/audit/invariants/index.ts';
import { allowed } from '../../../scenarios/audit/invariants/inv-03-no-contradiction.ts';
import { answerTo, audit, entriesOf, escott, invariantOf, type Payment } from './fixtures.ts';

/** Judge what passes during a run: `watches.test.ts`. */
const needsWatching: ReadonlySet<string> = new Set(
  ['12', ...Array.from({ length: 29 }, (_, index) => String(index + 17))].map((number) => `INV-${number}`),
);

const clean = { told: { capturedToldMs: null, capturedYen: 0, idempotencyKey: null } } as const;
const nothingCaptured = { capturedYen: 0, refundedYen: 0 } as const;
const holdOnly = { ...nothingCaptured, state: 'authorised', rows: [{ kind: 'authorise' }] } as const;
const voided = { ...nothingCaptured, state: 'voided', rows: [{ kind: 'authorise' }, { kind: 'void' }] } as const;
const declined = {
  ...nothingCaptured,
  authorisedYen: 0,
  state: 'declined',
  rows: [{ kind: 'authorise', result: 'declined', code: 'G12' }],
} as const;

const found = (id: string, ...payments: Payment[]): number => invariantOf(audit(payments), id).found;

describe('straight books', () => {
  it('violate nothing and give every invariant something to judge', () => {
    const result = audit(
      [
        {},
        { ...clean, charge: { ...nothingCaptured, state: 'authorised' }, held: [holdOnly] },
        { ...clean, charge: { ...nothingCaptured, state: 'failed' }, held: [declined] },
        { ...clean, charge: { ...nothingCaptured, state: 'failed' }, held: [voided] },
        {
          told: { refundedYen: 400 },
          charge: { refundedYen: 400 },
          held: [
            {
              refundedYen: 400,
              rows: [{ kind: 'authorise' }, { kind: 'capture' }, { kind: 'refund', amountYen: 400 }],
            },
          ],
        },
      ],
      {
        postings: entriesOf('ch_0', 'intend', 'authorise', 'release@2', 'capture@2'),
        answers: [
          answerTo(),
          answerTo({ answeredMs: 2_000 }),
          answerTo({ requestBody: 'amount=2', answeredMs: 3_000, status: 422 }),
        ],
        exchanges: [escott('1Auth', { MerchantFree1: 'r-0' })],
      },
    );
    for (const { id, title } of invariants) {
      const one = invariantOf(result, id);
      expect(one).toMatchObject({ id, title, found: 0, violations: [] });
      expect({ id, idle: one.judged === 0 && !needsWatching.has(id) }).toEqual({ id, idle: false });
    }
    expect(result.money).toEqual({
      captured: 2000,
      refunded: 400,
      doubleCaptures: 0,
      lostApprovals: 0,
      unknownLeft: 0,
      discrepancyYen: 0,
      repliesLost: 0,
    });
    expect(result.charges).toBe(5);
  });

  it('that are empty judge nothing, and say so', () => {
    for (const one of audit([]).invariants) expect(one).toMatchObject({ judged: 0, found: 0, violations: [] });
  });
});

describe('INV-01', () => {
  it('finds a charge captured at two acquirers, and tells its life', () => {
    const result = audit([{ held: [{}, { acquirer: 'gmo' }] }]);
    expect(result.money.doubleCaptures).toBe(1);
    const [violation] = invariantOf(result, 'INV-01').violations;
    expect(violation?.objects).toEqual(['charge ch_0', 'ch_0', 'tx_1', 'tx_2']);
    expect(violation?.text.split('\n')).toEqual([
      'charge ch_0 was captured 2 times',
      'told big-1: captured 1000 yen at 1000 ms',
      'gateway ch_0 of big-1: captured 1000 yen, captured 1000, refunded 0, at escott',
      'attempt r-0 authorise at escott: approved',
      'attempt r-0-1 authorise at gmo: approved',
      '900 ms escott authorise 1000 yen OK -> captured',
      '900 ms escott capture 1000 yen OK -> captured',
      '900 ms gmo authorise 1000 yen OK -> captured',
      '900 ms gmo capture 1000 yen OK -> captured',
    ]);
  });

  it('finds two charges captured under one idempotency key, and not under the key of another merchant', () => {
    const key = { idempotencyKey: 'k' };
    expect(found('INV-01', { charge: key, told: key }, { charge: key, told: key })).toBe(1);
    const other = { ...key, merchantId: 'big-2' };
    expect(found('INV-01', { charge: key, told: key }, { charge: other, told: other })).toBe(0);
  });

  it("knows a key by the merchant's book when the gateway forgot it", () => {
    const told = { idempotencyKey: 'k' };
    const charge = { idempotencyKey: null };
    expect(found('INV-01', { charge, told }, { charge, told })).toBe(1);
  });

  it('finds a transaction captured twice, and a second capture that was given back', () => {
    const twice = [{ kind: 'authorise' }, { kind: 'capture' }, { kind: 'capture' }] as const;
    expect(found('INV-01', { held: [{ rows: twice }] })).toBe(1);
    expect(found('INV-01', { held: [{}, { acquirer: 'gmo', refundedYen: 1000, state: 'refunded' }] })).toBe(1);
  });

  it('does not count a second authorisation that was voided, or a declined capture', () => {
    expect(found('INV-01', { held: [{}, { acquirer: 'gmo', ...voided }] })).toBe(0);
    const refused = [
      { kind: 'authorise' },
      { kind: 'capture' },
      { kind: 'capture', result: 'declined', code: 'K14' },
    ] as const;
    expect(found('INV-01', { held: [{ rows: refused }] })).toBe(0);
  });
});

describe('INV-02', () => {
  it('finds an approval whose charge failed, is still unknown, or does not exist', () => {
    const states = ['failed', 'unknown', 'pending', 'voided', 'expired'] as const;
    const lost = states.filter(
      (state) => found('INV-02', { ...clean, charge: { ...nothingCaptured, state }, held: [holdOnly] }) === 1,
    );
    expect(lost).toEqual(states);
    expect(found('INV-02', { told: null, charge: null, held: [holdOnly] })).toBe(1);
    expect(found('INV-02', { told: null, charge: null, held: [holdOnly], attempts: [] })).toBe(1);
  });

  it('finds the second of two approvals, and one at another acquirer than the charge says', () => {
    expect(found('INV-02', { held: [{}, holdOnly] })).toBe(1);
    expect(found('INV-02', { held: [{}, { acquirer: 'gmo', ...holdOnly }] })).toBe(1);
    expect(found('INV-02', { charge: { acquirer: 'gmo' } })).toBe(1);
  });

  it('leaves checks, declines, voids and other tenants alone', () => {
    const check = { ...declined, state: 'checked', rows: [{ kind: 'check', amountYen: 0 }] } as const;
    const unasked = { told: null, charge: null, attempts: [] };
    for (const held of [check, declined, voided, { ...holdOnly, tenant: 'others' }])
      expect(found('INV-02', { ...unasked, held: [held] })).toBe(0);
  });
});

describe('INV-03', () => {
  const states: readonly (TransactionState | 'none')[] = [
    'none',
    'declined',
    'checked',
    'voided',
    'authorised',
    'captured',
    'refunded',
  ];

  it('allows the listed pairs of states and no other', () => {
    for (const charge of gatewayStates) {
      const passed = states.filter((state) => {
        const held = state === 'none' ? [] : [{ state }];
        return found('INV-03', { told: null, charge: { state: charge }, held, attempts: [{}] }) === 0;
      });
      expect([charge, ...passed.toSorted()]).toEqual([charge, ...allowed[charge].toSorted()]);
    }
  });

  it('lets the strongest of several transactions speak', () => {
    expect(found('INV-03', { held: [declined, { acquirer: 'gmo' }] })).toBe(0);
    expect(
      found('INV-03', { ...clean, charge: { state: 'failed' }, held: [declined, { acquirer: 'gmo', ...holdOnly }] }),
    ).toBe(1);
  });

  it('finds a capture of what its merchant was told had failed', () => {
    expect(found('INV-03', { told: { toldFailed: true, capturedToldMs: null } })).toBe(1);
    expect(found('INV-03', { told: { toldFailed: true } })).toBe(0);
  });
});

describe('INV-04', () => {
  it('finds "captured" told before, or without, a capture', () => {
    const late = { rows: [{ kind: 'authorise' }, { kind: 'capture', atMs: 1_001 }] } as const;
    expect(found('INV-04', { held: [late] })).toBe(1);
    expect(found('INV-04', { held: [holdOnly] })).toBe(1);
    expect(found('INV-04', { told: { capturedToldMs: 900 } })).toBe(0);
    expect(found('INV-04', { ...clean, held: [holdOnly] })).toBe(0);
  });
});

describe('INV-05', () => {
  it('finds a difference and says how many yen', () => {
    const result = audit([{ charge: { capturedYen: 700 } }, {}]);
    expect(invariantOf(result, 'INV-05')).toMatchObject({ found: 1, judged: 1 });
    expect(result.money.discrepancyYen).toBe(300);
    const [violation] = invariantOf(result, 'INV-05').violations;
    expect(violation?.text).toContain(
      'big-1 at escott on 2017-07-12: gateway 1700 yen, acquirer 2000 yen, 1 charges differ',
    );
    expect(violation?.objects).toEqual(['ch_0']);
  });

  it('does not let two mistakes cancel out', () => {
    const result = audit([{ charge: { capturedYen: 700 } }, { charge: { capturedYen: 1300, amountYen: 1300 } }]);
    expect(result.money.discrepancyYen).toBe(600);
  });

  it('finds money that only one side has, under another acquirer, or under a reference nobody knows', () => {
    expect(audit([{ held: [] }]).money.discrepancyYen).toBe(1000);
    expect(audit([{ charge: { ...nothingCaptured, state: 'failed' } }]).money.discrepancyYen).toBe(1000);
    expect(audit([{ charge: { acquirer: 'gmo' } }]).money.discrepancyYen).toBe(2000);
    const unknown = audit([{ told: null, charge: null, attempts: [] }]);
    expect(unknown.money.discrepancyYen).toBe(1000);
    expect(invariantOf(unknown, 'INV-05').violations[0]?.text).toContain('unknown reference r-0');
    expect(found('INV-05', { told: null, charge: null, attempts: [], held: [{ refundedYen: 1000 }] })).toBe(0);
  });

  it('keeps merchants, acquirers and days apart', () => {
    const nextDayMs = 4 * 3_600_000;
    const result = audit([
      {},
      { charge: { merchantId: 'big-2' }, told: { merchantId: 'big-2' } },
      { charge: { acquirer: 'gmo' }, held: [{ acquirer: 'gmo' }] },
      { held: [{ atMs: nextDayMs }] },
    ]);
    expect(invariantOf(result, 'INV-05')).toMatchObject({ judged: 4, found: 0 });
  });
});

describe('INV-06', () => {
  it('finds a posting whose legs do not add up to zero, or are not whole yen', () => {
    const judged = (...amounts: number[]) =>
      invariantOf(
        audit([], {
          postings: amounts.map((amountYen) => ({ ...entriesOf('ch_0', 'intend')[0]!, posting: 'p', amountYen })),
        }),
        'INV-06',
      );
    expect(judged(5, -5)).toMatchObject({ judged: 1, found: 0 });
    expect(judged(5, -4).found).toBe(1);
    expect(judged(5).found).toBe(1);
    expect(judged(0.5, -0.5).found).toBe(1);
  });
});

describe('INV-07', () => {
  it('finds amounts out of order in any of the three books', () => {
    expect(found('INV-07', { charge: { refundedYen: 1001 } })).toBe(1);
    expect(found('INV-07', { charge: { capturedYen: 1001 } })).toBe(1);
    expect(found('INV-07', { charge: { refundedYen: -1 } })).toBe(1);
    expect(found('INV-07', { held: [{ capturedYen: 1001 }] })).toBe(1);
    expect(found('INV-07', { told: { refundedYen: 1500 } })).toBe(1);
    expect(found('INV-07', { told: { amountYen: 1000.5 } })).toBe(1);
  });
});

describe('INV-08', () => {
  const walked = (charge: Payment['charge'], ...steps: string[]) =>
    invariantOf(
      audit([charge === null ? { charge } : { charge: { ...charge } }], { postings: entriesOf('ch_0', ...steps) }),
      'INV-08',
    );
  const captured = ['intend', 'authorise', 'release@2', 'capture@2'];

  it('lets a charge be held, captured and refunded, given up, or released', () => {
    expect(walked({}, ...captured)).toMatchObject({ judged: 4, found: 0 });
    expect(walked({}, ...captured, 'refund', 'refund')).toMatchObject({ judged: 6, found: 0 });
    expect(walked({ state: 'failed' }, 'intend', 'abandon').found).toBe(0);
    expect(walked({ state: 'authorised' }, 'intend', 'authorise').found).toBe(0);
    expect(walked({ state: 'voided' }, 'intend', 'authorise', 'release').found).toBe(0);
    expect(walked({ state: 'unknown' }, 'intend').found).toBe(0);
  });

  it.each([
    ['captured without a hold', ['intend', 'capture']],
    ['captured later than its hold was released', ['intend', 'authorise', 'release@2', 'capture@3']],
    ['captured twice', [...captured, 'capture@2']],
    ['held after it was given up', ['intend', 'abandon', 'authorise']],
    ['refunded before it was captured', ['intend', 'authorise', 'refund']],
    ['never asked for', ['authorise']],
  ])('finds one that was %s', (_, steps) => {
    const result = walked({}, ...steps);
    expect(result.found).toBe(1);
    expect(result.violations[0]?.text).toContain('ch_0');
  });

  it('finds a row that says something else than its entries, and entries without a row', () => {
    expect(walked({ state: 'captured' }, 'intend', 'authorise').found).toBe(1);
    expect(walked({ state: 'failed' }, ...captured).found).toBe(1);
    expect(walked(null, ...captured).found).toBe(1);
  });
});

describe('INV-11', () => {
  it('finds a capture after a void, beyond what was authorised, or after the end', () => {
    expect(found('INV-11', {})).toBe(0);
    expect(found('INV-11', { held: [{ rows: [{ kind: 'authorise' }, { kind: 'void' }, { kind: 'capture' }] }] })).toBe(
      1,
    );
    expect(found('INV-11', { held: [{ capturedYen: 1001 }] })).toBe(1);
    expect(found('INV-11', { charge: { expiresMs: 899 } })).toBe(1);
    expect(found('INV-11', { charge: { expiresMs: 900 } })).toBe(0);
  });
});

describe('INV-13', () => {
  const judged = (...answers: Parameters<typeof answerTo>[0][]) =>
    invariantOf(audit([], { answers: answers.map(answerTo) }), 'INV-13');

  it('finds other bytes or another status for the same request', () => {
    expect(judged({}, { answeredMs: 2_000 })).toMatchObject({ judged: 1, found: 0 });
    expect(judged({}, { replyBody: '{"id":"ch_1"}' })).toMatchObject({ judged: 1, found: 1 });
    expect(judged({ status: 402 }, {})).toMatchObject({ judged: 1, found: 1 });
  });

  it('lets a refusal and an unknown outcome be followed by something else, and keeps merchants apart', () => {
    expect(judged({ status: 429 }, { status: 500 }, { status: 409 }, {})).toMatchObject({ judged: 0, found: 0 });
    expect(judged({}, { authorization: 'Basic b3RoZXI6', replyBody: '{}' })).toMatchObject({ judged: 0, found: 0 });
  });
});

describe('INV-14', () => {
  const other = (status: number) =>
    invariantOf(
      audit([], { answers: [answerTo(), answerTo({ requestBody: 'amount=2', answeredMs: 2_000, status })] }),
      'INV-14',
    );

  it('finds a key that did something else as well', () => {
    expect(other(422)).toMatchObject({ judged: 1, found: 0 });
    expect(other(200)).toMatchObject({ judged: 1, found: 1 });
  });
  it('asks nothing of an answer without the database: it does not know the key (seed 1627)', () => {
    expect(other(500)).toMatchObject({ judged: 0, found: 0 });
  });
});

describe('INV-15', () => {
  const sameKey = { told: null, charge: { idempotencyKey: 'k' } } as const;

  it('finds two charges under one key of a merchant', () => {
    expect(invariantOf(audit([{}, {}]), 'INV-15')).toMatchObject({ judged: 2, found: 0 });
    expect(found('INV-15', sameKey, sameKey)).toBe(1);
    expect(found('INV-15', sameKey, { ...sameKey, charge: { idempotencyKey: 'k', merchantId: 'big-2' } })).toBe(0);
  });

  it('finds two live authorisations of one charge', () => {
    expect(found('INV-15', { held: [holdOnly, { acquirer: 'gmo', ...holdOnly }] })).toBe(1);
    expect(found('INV-15', { held: [holdOnly, { acquirer: 'gmo', ...voided }] })).toBe(0);
  });
});

describe('INV-16', () => {
  it('finds an intent, an operation and a key that nobody finished', () => {
    expect(found('INV-16', {})).toBe(0);
    expect(found('INV-16', { charge: { state: 'pending' } })).toBe(1);
    for (const state of ['sending', 'waiting', 'doubtful', 'unknown'])
      expect(found('INV-16', { attempts: [{}, { reference: 'r-0c', kind: 'capture', state }] })).toBe(1);
    const begun = audit([], { keysBegun: [{ merchantId: 'big-1', key: 'k' }] });
    expect(invariantOf(begun, 'INV-16').found).toBe(1);
  });
});

describe('INV-10', () => {
  it('finds another amount, another merchant, or a charge only the merchant knows', () => {
    expect(found('INV-10', { told: { amountYen: 999 } })).toBe(1);
    expect(found('INV-10', { told: { merchantId: 'big-2' } })).toBe(1);
    expect(found('INV-10', { charge: null })).toBe(1);
    expect(found('INV-10', { held: [{ rows: [{ kind: 'authorise', amountYen: 1100 }, { kind: 'capture' }] }] })).toBe(
      1,
    );
  });

  it('does not mind a hold that was lowered for a partial capture', () => {
    const lowered = [
      { kind: 'authorise' },
      { kind: 'change', amountYen: 600 },
      { kind: 'capture', amountYen: 600 },
    ] as const;
    expect(
      found('INV-10', {
        told: { capturedYen: 600 },
        charge: { capturedYen: 600 },
        held: [{ amountYen: 600, authorisedYen: 600, capturedYen: 600, rows: lowered }],
      }),
    ).toBe(0);
  });
});

describe('the money figures', () => {
  it('count unknown charges and doubtful follow-ups, each payment once', () => {
    const unknown = { ...clean, charge: { ...nothingCaptured, state: 'unknown' } as const, held: [] };
    expect(audit([{ ...unknown, attempts: [{ state: 'unknown' }] }]).money.unknownLeft).toBe(1);
    expect(
      audit([{ attempts: [{}, { reference: 'r-0c', kind: 'capture', state: 'doubtful' }] }]).money.unknownLeft,
    ).toBe(1);
  });

  it('describe the first 20 violations and count all', () => {
    const lost = { ...clean, charge: { ...nothingCaptured, state: 'failed' } as const, held: [holdOnly] };
    const one = invariantOf(audit(Array.from({ length: 30 }, () => lost)), 'INV-02');
    expect(one.found).toBe(30);
    expect(one.violations).toHaveLength(20);
  });
});
