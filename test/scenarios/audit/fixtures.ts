/** Hand-made books: one payment that is straight in all three, to be bent by each test. */
import { type AuditResult, createAuditor } from '../../../scenarios/audit/auditor.ts';
import type {
  AcquirerRow,
  AcquirerTransaction,
  EntryKind,
  Exchange,
  GatewayAttempt,
  GatewayCharge,
  GatewayPosting,
  KeyedAnswer,
} from '../../../scenarios/audit/books.ts';
import type { ToldCharge } from '../../../scenarios/judge/observation.ts';

export const startWallMs = Date.parse('2017-07-12T20:45:00+09:00');

export interface Payment {
  readonly told?: Partial<ToldCharge> | null;
  readonly charge?: Partial<GatewayCharge> | null;
  /** Its transactions; absent: one, captured, at e-SCOTT under `r-<id>`. */
  readonly held?: readonly (Partial<AcquirerTransaction> & {
    acquirer?: string;
    rows?: readonly Partial<AcquirerRow>[];
  })[];
  readonly attempts?: readonly Partial<GatewayAttempt>[];
}

/** Runs the auditor over payments `ch_0`, `ch_1`, ... and returns what it found. */
export const audit = (
  payments: readonly Payment[],
  more: {
    postings?: GatewayPosting[];
    exchanges?: Exchange[];
    answers?: KeyedAnswer[];
    keysBegun?: { merchantId: string; key: string }[];
  } = {},
): AuditResult => {
  const told: ToldCharge[] = [];
  const charges: GatewayCharge[] = [];
  const attempts: GatewayAttempt[] = [];
  const books = new Map<string, { transactions: AcquirerTransaction[]; rows: AcquirerRow[] }>([
    ['escott', { transactions: [], rows: [] }],
    ['gmo', { transactions: [], rows: [] }],
  ]);
  let seq = 0;
  for (const [index, payment] of payments.entries()) {
    const id = `ch_${index}`;
    if (payment.told !== null)
      told.push({
        member: 'big-1',
        merchantId: 'big-1',
        chargeId: id,
        idempotencyKey: `key-${index}`,
        amountYen: 1000,
        capturedToldMs: 1_000,
        capturedYen: 1000,
        refundedYen: 0,
        toldFailed: false,
        toldUnknown: false,
        ...payment.told,
      });
    if (payment.charge !== null)
      charges.push({
        id,
        merchantId: 'big-1',
        amountYen: 1000,
        capturedYen: 1000,
        refundedYen: 0,
        state: 'captured',
        acquirer: 'escott',
        idempotencyKey: `key-${index}`,
        expiresMs: 604_800_000,
        ...payment.charge,
      });
    for (const [nth, held] of (payment.held ?? [{}]).entries()) {
      const { acquirer = 'escott', rows, ...changes } = held;
      seq += 1;
      const transaction: AcquirerTransaction = {
        transactionId: `tx_${seq}`,
        reference: `r-${index}${nth === 0 ? '' : `-${nth}`}`,
        tenant: 'gateway',
        amountYen: 1000,
        authorisedYen: 1000,
        capturedYen: 1000,
        refundedYen: 0,
        state: 'captured',
        atMs: 900,
        ...changes,
      };
      books.get(acquirer)?.transactions.push(transaction);
      for (const row of rows ?? ([{ kind: 'authorise' }, { kind: 'capture' }] satisfies Partial<AcquirerRow>[]))
        books.get(acquirer)?.rows.push({
          seq,
          atMs: 900,
          tenant: transaction.tenant,
          transactionId: transaction.transactionId,
          reference: transaction.reference,
          kind: 'authorise',
          amountYen: 1000,
          result: 'approved',
          code: 'OK',
          state: transaction.state,
          serviceUs: 250_000,
          replied: true,
          ...row,
        });
      if (payment.attempts === undefined)
        attempts.push({
          reference: transaction.reference,
          chargeId: id,
          acquirer,
          kind: 'authorise',
          state: 'approved',
          amountYen: 1000,
        });
    }
    for (const attempt of payment.attempts ?? [])
      attempts.push({
        reference: `r-${index}`,
        chargeId: id,
        acquirer: 'escott',
        kind: 'authorise',
        state: 'approved',
        amountYen: 1000,
        ...attempt,
      });
  }
  const auditor = createAuditor({ startWallMs, ourTenant: 'gateway' });
  for (const exchange of more.exchanges ?? []) auditor.exchange(exchange);
  for (const answer of more.answers ?? []) auditor.answered(answer);
  return auditor.audit({
    told,
    gateway: {
      charges: () => charges,
      attempts: () => attempts,
      postings: () => more.postings ?? [],
      keysBegun: () => more.keysBegun ?? [],
    },
    acquirers: [...books].map(([acquirer, book]) => ({
      acquirer,
      transactions: () => book.transactions,
      rows: () => book.rows,
    })),
  });
};

/** Entries of one charge, each at its own millisecond unless the kind says `kind@ms`. */
export const entriesOf = (chargeId: string, ...steps: readonly string[]): GatewayPosting[] =>
  steps.flatMap((step, index) => {
    const [kind, atMs] = step.split('@');
    const entry = {
      posting: `${chargeId}/${kind}/${index}`,
      chargeId,
      kind: kind as EntryKind,
      atMs: Number(atMs ?? index),
    };
    return [
      { ...entry, account: 'a', amountYen: 5 },
      { ...entry, account: 'b', amountYen: -5 },
    ];
  });

export const answerTo = (more: Partial<KeyedAnswer> = {}): KeyedAnswer => ({
  authorization: 'Basic c2s6',
  key: 'key-0',
  path: '/v1/charges',
  requestBody: 'amount=1000',
  answeredMs: 1_000,
  status: 200,
  replyBody: '{"id":"ch_0"}',
  ...more,
});

export const invariantOf = (result: AuditResult, id: string) => {
  const found = result.invariants.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};

const form = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

interface Wire {
  readonly sentMs?: number;
  readonly endedMs?: number;
  readonly outcome?: Exchange['outcome'];
  readonly status?: number;
  /** Fields of the reply, or a whole body. */
  readonly reply?: Readonly<Record<string, string>> | string;
}

const exchangeOf = (
  acquirer: string,
  path: string,
  request: Readonly<Record<string, string>>,
  wire: Wire,
): Exchange => {
  const outcome = wire.outcome ?? 'answered';
  const reply = wire.reply ?? {};
  return {
    acquirer,
    path,
    requestBody: form(request),
    sentMs: wire.sentMs ?? 0,
    endedMs: wire.endedMs ?? (wire.sentMs ?? 0) + 300,
    outcome,
    status: outcome === 'answered' ? (wire.status ?? 200) : null,
    replyBody: outcome === 'answered' ? (typeof reply === 'string' ? reply : form(reply)) : null,
  };
};

/** An e-SCOTT exchange; the reply repeats MerchantFree1 unless it says otherwise. */
export const escott = (operateId: string, request: Readonly<Record<string, string>>, wire: Wire = {}): Exchange => {
  const echoed: Record<string, string> =
    request.MerchantFree1 === undefined ? {} : { MerchantFree1: request.MerchantFree1 };
  const reply = typeof wire.reply === 'string' ? wire.reply : { ResponseCd: 'OK', ...echoed, ...wire.reply };
  const path = operateId === '9List' ? '/online/lst/OLST001.do' : '/online/aut/OAUT002.do';
  return exchangeOf('escott', path, { MerchantId: 'm', OperateId: operateId, ...request }, { ...wire, reply });
};

export const gmo = (api: string, request: Readonly<Record<string, string>>, wire: Wire = {}): Exchange =>
  exchangeOf('gmo', `/payment/${api}.idPass`, request, wire);
