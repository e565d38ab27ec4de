/** The statements of this room on a real PostgreSQL 15, over books written by hand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAttempt, insertCharge } from '../../../gateway/charges/store.ts';
import { post } from '../../../gateway/ledger/ledger.ts';
import { createGatherer } from '../../../gateway/reconciliation/gather.ts';
import { readLedger } from '../../../gateway/reconciliation/ledger-check.ts';
import * as statements from '../../../gateway/reconciliation/store.ts';
import type { AttemptRow, ChargeRow, ReconciliationRow } from '../../../gateway/store/database.ts';
import { openPostgresStore, type PostgresStore } from '../../../gateway/store/postgres.ts';
import { noPostgres, type Postgres, startPostgres } from '../../live/postgres.ts';

const noonMs = Date.parse('2017-07-12T12:00:00+09:00');
const day = { startMs: noonMs - 12 * 3_600_000, endMs: noonMs + 12 * 3_600_000 };

describe.skipIf(noPostgres)('reconciliation on PostgreSQL 15', () => {
  let postgres: Postgres;
  let store: PostgresStore;
  beforeAll(async () => {
    postgres = await startPostgres();
    store = await openPostgresStore({ url: await postgres.newDatabase() });
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await postgres?.stop();
  });

  it('reads the books of a day, and the ledger with itself', async () => {
    const charge = {
      id: 'ch_0123456789abcdef0123456789abc',
      merchant_id: 'shop-1',
      livemode: 1,
      amount: 1_000,
      captured_amount: 1_000,
      refunded_amount: 300,
      state: 'captured',
      capture: 1,
      card_id: 'car_1',
      customer_id: null,
      description: null,
      metadata: '{}',
      acquirer: 'escott',
      handle: '{"processId":"p1","processPass":"s1"}',
      failure_code: null,
      failure_message: null,
      refund_reason: null,
      expires_ms: null,
      captured_ms: noonMs,
      created_ms: noonMs,
      idempotency_key: null,
      pending_type: null,
      pending_amount: null,
      pending_since_ms: null,
      attempts: 0,
      subscription_id: null,
      reauth_of: null,
      three_d_secure_status: null,
      dispute_id: null,
      disputed_amount: 0,
    } as ChargeRow;
    const attempt = {
      reference: '0123456789abcdef0123456-1',
      charge_id: charge.id,
      merchant_id: 'shop-1',
      acquirer: 'escott',
      kind: 'authorise',
      amount: 1_000,
      state: 'approved',
      owner: 'gateway-1',
      code: null,
      sent_ms: noonMs,
      due_ms: null,
      tries: 0,
      not_found: 0,
      first_not_found_ms: null,
      reason: null,
      lease_owner: null,
      lease_until_ms: null,
      lease_token: 0,
    } as AttemptRow;
    await store.unit(async (tx) => {
      await tx.run(insertCharge, charge);
      await tx.run(insertAttempt, attempt);
      const entry = { chargeId: charge.id, merchantId: 'shop-1', acquirer: 'escott', atMs: noonMs };
      await post(tx, [
        ...(['intend', 'authorise', 'release', 'capture'] as const).map((kind) => ({
          ...entry,
          kind,
          amountYen: 1_000,
        })),
        { ...entry, kind: 'refund', amountYen: 300, atMs: noonMs + 5, ordinal: 'r' },
      ]);
      await tx.run(
        {
          sql: `insert into merchants (id, name, webhook_token, deferral, created_ms) values ('shop-1', 'x', 'y', 'accept', 0)`,
          parameters: [],
        },
        {},
      );
    });
    const wanted = { acquirer: 'escott', day, nowMs: day.endMs, references: ['nobody', attempt.reference] };
    const payments = await createGatherer({ store }).day(wanted);
    expect(payments).toMatchObject([
      {
        reference: attempt.reference,
        transaction: 'p1',
        expected: { kind: 'taken', amountYen: 700 },
        movements: [
          { kind: 'capture', amountYen: 1_000, standingYen: 1_000, atMs: noonMs },
          { kind: 'refund', amountYen: 300, standingYen: 700, atMs: noonMs + 5 },
        ],
      },
    ]);
    expect(await store.read((tx) => readLedger(tx))).toMatchObject({ sumYen: 0, suspenseYen: 0, faults: [] });
    const moved = await store.read((tx) =>
      tx.first(statements.movedIn, { account: 'receivable:escott', from: day.startMs, to: day.endMs }),
    );
    expect(moved).toEqual({ yen: 700 });
  });

  it('keeps its runs', async () => {
    const row: ReconciliationRow = {
      id: 'rec_1',
      acquirer: 'escott',
      date: '20170712',
      cause: 'daily',
      state: 'waiting',
      tries: 0,
      due_ms: noonMs,
      reason: null,
      report: null,
      discrepancies: null,
      created_ms: noonMs,
      finished_ms: null,
      lease_owner: null,
      lease_until_ms: null,
      lease_token: 0,
    };
    await store.unit((tx) => tx.run(statements.insertRun, row));
    expect(await store.read((tx) => tx.all(statements.dueRuns, { now: noonMs }))).toEqual([row]);
    expect(await store.read((tx) => tx.first(statements.nextRun, {}))).toEqual({ due: noonMs });
    expect(await store.read((tx) => tx.first(statements.lastDailyDate, { acquirer: 'escott' }))).toEqual({
      date: '20170712',
    });
    const lease = { owner: 'a', nowMs: noonMs, untilMs: noonMs + 1 };
    const held = await store.unit((tx) => statements.runLeases.claim(tx, row, lease));
    const done = { ...held!, state: 'done', report: '{}', finished_ms: noonMs, discrepancies: 0 };
    expect(await store.unit((tx) => tx.run(statements.saveRun, row))).toBe(0);
    expect(await store.unit((tx) => tx.run(statements.saveRun, done))).toBe(1);
    expect(
      await store.read((tx) => tx.first(statements.lastRunOf, { acquirer: 'escott', date: '20170712' })),
    ).toMatchObject({ report: '{}' });
    expect(await store.read((tx) => tx.all(statements.listRuns, { limit: 5 }))).toHaveLength(1);
  });
});
