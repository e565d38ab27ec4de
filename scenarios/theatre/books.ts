/** The gateway's book by SQL and the acquirers' books by their control API, for the auditor. */
import type { SqliteStore } from '../../gateway/app.ts';
import type { Fetch } from '../../gateway/ports.ts';
import type {
  AcquirerBook,
  AcquirerRow,
  AcquirerTransaction,
  EntryKind,
  GatewayBook,
  GatewayCharge,
  GatewayState,
} from '../audit/books.ts';
import { acquirerHost, urlOf } from './credentials.ts';
import { callJson } from './director.ts';

const stateOf: Readonly<Record<string, GatewayState>> = {
  // One that waits for 3-D Secure, or never came back from it: nothing was intended, and nobody was asked. Whoever was
  // told of it was told that it failed.
  unverified: 'failed',
  pending: 'pending',
  authorised: 'authorised',
  captured: 'captured',
  failed: 'failed',
  unknown: 'unknown',
  cancelled: 'voided',
};

const text = (value: unknown): string => String(value);
const textOrNull = (value: unknown): string | null => (value === null ? null : text(value));

const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));

/** Reads the gateway's tables; knows their columns and nothing of its code. Times become scenario time. */
export const gatewayBook = (store: Pick<SqliteStore, 'inspect'>, startWallMs: number): GatewayBook => ({
  *charges() {
    for (const row of store.inspect(
      `select id, merchant_id, amount, captured_amount, refunded_amount, state, acquirer, handle, idempotency_key, expires_ms,
         reauth_of
       from charges`,
    )) {
      const state = stateOf[text(row.state)];
      if (state === undefined) throw new Error(`charge ${text(row.id)} is in an unknown state: ${text(row.state)}`);
      const expiresMs = numberOrNull(row.expires_ms);
      const charge: GatewayCharge = {
        id: text(row.id),
        merchantId: text(row.merchant_id),
        amountYen: Number(row.amount),
        capturedYen: Number(row.captured_amount),
        refundedYen: Number(row.refunded_amount),
        state,
        acquirer: state === 'failed' ? null : text(row.acquirer),
        idempotencyKey: textOrNull(row.idempotency_key),
        renews: textOrNull(row.reauth_of),
        expiresMs: expiresMs === null ? null : expiresMs - startWallMs,
      };
      yield charge;
    }
  },
  *attempts() {
    for (const row of store.inspect('select reference, charge_id, acquirer, kind, state, amount from attempts'))
      yield {
        reference: text(row.reference),
        chargeId: textOrNull(row.charge_id),
        acquirer: text(row.acquirer),
        kind: text(row.kind) as 'authorise',
        state: text(row.state),
        amountYen: Number(row.amount),
      };
  },
  *postings() {
    for (const row of store.inspect(
      'select id, charge_id, debit, credit, amount, kind, at_ms from transfers order by rowid',
    )) {
      const entry = {
        posting: text(row.id),
        chargeId: text(row.charge_id),
        kind: text(row.kind) as EntryKind,
        atMs: Number(row.at_ms) - startWallMs,
      };
      yield { ...entry, account: text(row.debit), amountYen: Number(row.amount) };
      yield { ...entry, account: text(row.credit), amountYen: -Number(row.amount) };
    }
  },
  *keysBegun() {
    for (const row of store.inspect("select merchant_id, key from idempotency where state = 'started'"))
      yield { merchantId: text(row.merchant_id), key: text(row.key) };
  },
  *events() {
    for (const row of store.inspect('select id, type, object_id, merchant_id, livemode, created_ms from events'))
      yield {
        id: text(row.id),
        type: text(row.type),
        objectId: text(row.object_id),
        merchantId: text(row.merchant_id),
        live: Number(row.livemode) === 1,
        atMs: Number(row.created_ms) - startWallMs,
      };
  },
  *deliveries() {
    // A delivery's id is made of its event's.
    for (const row of store.inspect(
      "select id, endpoint_id, object_id, state, tries, seq, due_ms from deliveries where kind = 'webhook'",
    ))
      yield {
        eventId: `evnt_${text(row.id).split('_', 2)[1] ?? ''}`,
        receiverId: text(row.endpoint_id),
        objectId: text(row.object_id),
        state: text(row.state),
        tries: Number(row.tries),
        seq: Number(row.seq),
        dueMs: Number(row.due_ms) - startWallMs,
      };
  },
  *receivers() {
    for (const row of store.inspect('select id, merchant_id, livemode, url, created_ms from webhook_endpoints')) {
      const { pathname, search } = new URL(text(row.url));
      yield {
        id: text(row.id),
        merchantId: text(row.merchant_id),
        live: Number(row.livemode) === 1,
        path: `${pathname}${search}`,
        sinceMs: Number(row.created_ms) - startWallMs,
      };
    }
  },
});

const pageRows = 5_000;

/**
 * Reads one acquirer's whole ledger; `atMs` becomes scenario time. A day has a hundred thousand rows,
 * so only what the auditor looks at is kept, and each text once.
 */
export const readAcquirerBook = async (fetch: Fetch, acquirer: string, startWallMs: number): Promise<AcquirerBook> => {
  const texts = new Map<string, string>();
  const once = <Text extends string>(text: Text): Text => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return (known ?? text) as Text;
  };
  const readAll = async <Row extends { atMs: number }>(path: string, kept: (row: Row) => Row): Promise<Row[]> => {
    const rows: Row[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const url: string = `${urlOf(acquirerHost(acquirer))}/sim/v1/${path}?after=${after}&limit=${pageRows}`;
      const page = (await callJson(fetch, 'GET', url, null)) as { rows: Row[]; next: number | null };
      for (const row of page.rows) rows.push(kept(row));
      after = page.next;
    }
    return rows;
  };
  const transactions = await readAll<AcquirerTransaction>('transactions', (row) => ({
    transactionId: once(row.transactionId),
    reference: once(row.reference),
    tenant: once(row.tenant),
    amountYen: row.amountYen,
    authorisedYen: row.authorisedYen,
    capturedYen: row.capturedYen,
    refundedYen: row.refundedYen,
    state: once(row.state),
    atMs: row.atMs - startWallMs,
  }));
  const rows = await readAll<AcquirerRow>('ledger', (row) => ({
    seq: row.seq,
    atMs: row.atMs - startWallMs,
    tenant: once(row.tenant),
    transactionId: once(row.transactionId),
    reference: once(row.reference),
    kind: once(row.kind),
    amountYen: row.amountYen,
    result: once(row.result),
    code: once(row.code),
    state: once(row.state),
    serviceUs: row.serviceUs,
    replied: row.replied,
  }));
  return { acquirer, transactions: () => transactions, rows: () => rows };
};
