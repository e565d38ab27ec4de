/** A small world on the wire, for checks that watch: what passed is written down by hand and shown to an auditor. */
import { type Auditor, type AuditResult, createAuditor, type GatewayBook } from '../../../scenarios/audit/auditor.ts';
import type {
  AcquirerRow,
  AcquirerTransaction,
  GatewayAttempt,
  GatewayCharge,
  GatewayDelivery,
  GatewayEvent,
  GatewayReceiver,
} from '../../../scenarios/audit/books.ts';
import type { Promises } from '../../../scenarios/audit/promises.ts';
import type { WireExchange } from '../../../scenarios/audit/wire-exchange.ts';
import type { ToldCharge } from '../../../scenarios/judge/observation.ts';
import { invariantOf, startWallMs } from './fixtures.ts';

export interface Passed {
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly atMs?: number;
  readonly tookMs?: number;
  readonly outcome?: WireExchange['outcome'];
  readonly status?: number | null;
  readonly reply?: string;
  readonly decidedBy?: string;
}

export const exchangeOf = ({ atMs = 0, tookMs = 100, outcome = 'answered', ...passed }: Passed): WireExchange => {
  const arrived = outcome === 'not-sent' ? null : atMs;
  return {
    from: passed.from,
    to: passed.to,
    method: passed.method ?? 'POST',
    path: passed.path,
    requestHeaders: passed.headers ?? {},
    requestBody: passed.body ?? '',
    sentMs: atMs,
    arrivedMs: arrived,
    answeredMs: outcome === 'answered' ? atMs + tookMs : null,
    endedMs: atMs + tookMs,
    outcome,
    status: passed.status === undefined ? (outcome === 'answered' ? 200 : null) : passed.status,
    replyBody: passed.reply ?? '',
    replyHeader: (name) => (name === 'breakwater-decided-by' ? (passed.decidedBy ?? 'gateway') : null),
  };
};

const basic = (key: string): string => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
export const keys = {
  live: basic('sk_live_1'),
  other: basic('sk_live_2'),
  test: basic('sk_test_1'),
  pk: basic('pk_live_1'),
};

/** A merchant's request. */
export const asked = (
  path: string,
  more: Partial<Passed> & { key?: string; idempotencyKey?: string } = {},
): Passed => ({
  from: 'cast',
  to: 'gateway-1',
  path,
  ...more,
  headers: {
    authorization: more.key ?? keys.live,
    ...(more.idempotencyKey === undefined ? {} : { 'idempotency-key': more.idempotencyKey }),
    ...more.headers,
  },
});

export const chargeReply = (id: string, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    id,
    object: 'charge',
    livemode: true,
    amount: 1000,
    amount_refunded: 0,
    paid: true,
    captured: true,
    expired_at: null,
    card: { id: 'car_1' },
    ...more,
  });

export const tokenOf = (number: string, atMs = 0): Passed =>
  asked('/v1/tokens', {
    key: keys.pk,
    atMs,
    body: `card%5Bnumber%5D=${number}&card%5Bcvc%5D=123`,
    reply: '{"id":"tok_1","object":"token","livemode":true,"card":{"id":"car_1","cvc_check":"passed"}}',
  });

/** The creation of `ch_<n>` with the token's card. */
export const created = (
  id: string,
  more: Partial<Passed> & { key?: string; idempotencyKey?: string; fields?: string } = {},
): Passed =>
  asked('/v1/charges', {
    body: `amount=1000&currency=jpy&card=tok_1${more.fields ?? ''}`,
    reply: chargeReply(id),
    ...more,
  });

/** An authorisation at e-SCOTT under `r-<n>`. */
export const authorised = (
  reference: string,
  more: Partial<Passed> & { number?: string; code?: string; amount?: number } = {},
): Passed => ({
  from: 'gateway-1',
  to: 'escott',
  path: '/online/aut/OAUT002.do',
  body: `OperateId=1Auth&MerchantFree1=${reference}&CardNo=${more.number ?? '4242424242424242'}&Amount=${more.amount ?? 1000}`,
  reply: `OperateId=1Auth&MerchantFree1=${reference}&ResponseCd=${more.code ?? 'OK'}&ProcessId=p-${reference}`,
  ...more,
});

/** A follow-up of `reference` at e-SCOTT. */
export const moved = (
  operateId: '1Capture' | '1Change' | '1Delete' | '1Search',
  reference: string,
  more: Partial<Passed> = {},
): Passed => ({
  from: 'gateway-1',
  to: 'escott',
  path: '/online/aut/OAUT002.do',
  body: `OperateId=${operateId}&MerchantFree1=x&ProcessId=p-${reference}${operateId === '1Change' ? '&Amount=10' : ''}`,
  reply: 'ResponseCd=OK&MerchantFree1=x',
  ...more,
});

/** A webhook or notice to a merchant's receiver. */
export const posted = (body: string, more: Partial<Passed> = {}): Passed => ({
  from: 'gateway-1',
  to: 'merchants',
  path: '/shop-1/webhooks',
  headers: { 'X-Payjp-Webhook-Token': 'whook_1' },
  body,
  reply: '{"received":true}',
  ...more,
});

export const eventBody = (id: string, createdS: number, charge: string): string =>
  `{"id":"${id}","object":"event","livemode":true,"created":${createdS},"type":"charge.captured","data":${charge}}`;

export interface World {
  readonly promises?: Partial<Promises>;
  readonly charges?: readonly (Partial<GatewayCharge> & {
    id: string;
    reference?: string;
    rows?: readonly Partial<AcquirerRow>[];
    told?: Partial<ToldCharge> | null;
  })[];
  /** Beside one authorisation of each charge with a reference. */
  readonly attempts?: readonly GatewayAttempt[];
  readonly events?: readonly (Partial<GatewayEvent> & Pick<GatewayEvent, 'id' | 'type' | 'objectId'>)[];
  readonly deliveries?: readonly (Partial<GatewayDelivery> & Pick<GatewayDelivery, 'eventId' | 'state' | 'tries'>)[];
  readonly receivers?: readonly Partial<GatewayReceiver>[];
  readonly readMs?: number;
  readonly seed?: number;
  /** Anything but exchanges: logs, programs. */
  readonly also?: (auditor: Auditor) => void;
}

/** Shows everything to an auditor, then has it compare the books. */
export const play = (passed: readonly Passed[], world: World = {}): AuditResult => {
  const auditor = createAuditor({
    startWallMs,
    ourTenant: 'gateway',
    acquirers: new Set(['escott', 'gmo']),
    ...(world.seed === undefined ? {} : { seed: world.seed }),
    ...(world.promises === undefined ? {} : { promises: world.promises }),
  });
  world.also?.(auditor);
  for (const one of passed) auditor.saw(exchangeOf(one));
  const charges: GatewayCharge[] = [];
  const attempts: GatewayAttempt[] = [];
  const transactions: AcquirerTransaction[] = [];
  const rows: AcquirerRow[] = [];
  const told: ToldCharge[] = [];
  for (const [index, { reference, rows: own, told: said, ...charge }] of (world.charges ?? []).entries()) {
    const whole: GatewayCharge = {
      merchantId: 'sk_live_1',
      amountYen: 1000,
      capturedYen: 1000,
      refundedYen: 0,
      state: 'captured',
      acquirer: 'escott',
      idempotencyKey: null,
      expiresMs: null,
      ...charge,
    };
    charges.push(whole);
    if (said !== undefined && said !== null)
      told.push({
        member: 'shop-1',
        merchantId: whole.merchantId,
        chargeId: whole.id,
        idempotencyKey: null,
        amountYen: 1000,
        capturedToldMs: null,
        capturedYen: 0,
        refundedYen: 0,
        toldFailed: false,
        toldUnknown: false,
        ...said,
      });
    if (reference === undefined) continue;
    attempts.push({
      reference,
      chargeId: whole.id,
      acquirer: 'escott',
      kind: 'authorise',
      state: 'approved',
      amountYen: 1000,
    });
    const transactionId = `tx_${index}`;
    const state = whole.state === 'captured' ? 'captured' : whole.state === 'authorised' ? 'authorised' : 'voided';
    const base = { transactionId, reference, tenant: 'gateway', amountYen: 1000, state, atMs: 50 } as const;
    transactions.push({ ...base, authorisedYen: 1000, capturedYen: whole.capturedYen, refundedYen: whole.refundedYen });
    for (const row of own ?? [{ kind: 'authorise' as const }])
      rows.push({
        ...base,
        seq: rows.length,
        kind: 'authorise',
        result: 'approved',
        code: 'OK',
        serviceUs: 1,
        replied: true,
        ...row,
      });
  }
  const gateway: GatewayBook = {
    charges: () => charges,
    attempts: () => [...attempts, ...(world.attempts ?? [])],
    postings: () => [],
    keysBegun: () => [],
    ...(world.events === undefined
      ? {}
      : { events: () => world.events!.map((event) => ({ merchantId: 'm-1', live: true, atMs: 0, ...event })) }),
    ...(world.deliveries === undefined
      ? {}
      : {
          deliveries: () =>
            world.deliveries!.map((delivery) => ({
              receiverId: 'we_1',
              objectId: 'ch_1',
              seq: 1,
              dueMs: 0,
              ...delivery,
            })),
        }),
    ...(world.receivers === undefined
      ? {}
      : {
          receivers: () =>
            world.receivers!.map((receiver) => ({
              id: 'we_1',
              merchantId: 'm-1',
              live: true,
              path: '/shop-1/webhooks',
              sinceMs: -600_000,
              ...receiver,
            })),
        }),
  };
  return auditor.audit({
    told,
    gateway,
    acquirers: [{ acquirer: 'escott', transactions: () => transactions, rows: () => rows }],
    ...(world.readMs === undefined ? {} : { readMs: world.readMs }),
  });
};

/** `[times judged, violations]` of one check. */
export const verdict = (id: string, passed: readonly Passed[], world: World = {}): [judged: number, found: number] => {
  const { judged, found } = invariantOf(play(passed, world), id);
  return [judged, found];
};

/** The first line of its first violation. */
export const complaint = (id: string, passed: readonly Passed[], world: World = {}): string | undefined =>
  invariantOf(play(passed, world), id).violations[0]?.text.split('\n', 1)[0];
