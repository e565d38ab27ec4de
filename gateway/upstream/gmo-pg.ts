/**
 * GMO-PG's protocol type (idPass), as a client (reference/gmo-pg-protocol.md).
 *
 * OrderID is the only idempotency key; after a timeout SearchTrade by OrderID tells. Registering
 * a trade (EntryTran) moves no money, so whatever goes wrong before ExecTran is *not sent*.
 */

import type { Policy } from '../policy/schema.ts';
import type { Clock, Fetch } from '../ports.ts';
import { tryTimeoutMs } from './admission/deadline.ts';
import { expiryYymm, type Fields, formatFields, parseFields } from './fields.ts';
import { jstDate, jstMonth } from './jst.ts';
import type { Acquirer, CardToCharge, DeclineReason, Finding, FollowUpOrder, Handle, Outcome } from './outcome.ts';
import { gmoPgProof } from './proof.ts';
import { exchange } from './transport.ts';

export interface GmoPgSettings {
  readonly id: string;
  readonly baseUrl: string;
  readonly shopId: string;
  readonly shopPass: string;
}

/** "Tell the buyer it failed, then inquire" (section 5): the outcome is not known. */
const unknownInfo = /^(E91|E90010001|E11010999|42C|E82010001)/;
/** Flow control refuses before processing. */
const overloaded = /^E92/;
/** Of the unknown: about the way to the card's network, which is one brand's trouble and no measure for us. */
const networkInfo = /^42C/;
/** Issuer answers, field checks, state checks, contract: definite. */
const definite = /^(42G|E0[0-9]|E01|E11|E21|E41|E61|M01|EX1)/;

/** Of several codes the one that leaves the outcome open, else the first. */
const gravest = (infos: readonly string[]): string => infos.find((info) => unknownInfo.test(info)) ?? infos[0]!;

const declineReason = (info: string): DeclineReason => {
  if (info.startsWith('42G83') || info.startsWith('E0118')) return 'expired_card';
  if (info === 'E41170002') return 'unacceptable_brand';
  if (/^42G(42|43|44|45|65)/.test(info) || /^(E0117|E0146|E4117)/.test(info)) return 'incorrect_card_data';
  // Closed, broken or refusing at the issuer's machines: no word about the card.
  if (/^42G9[589]/.test(info)) return 'processing_error';
  if (info.startsWith('42G')) return 'card_declined';
  return 'processing_error';
};

type Called =
  | { readonly kind: 'answered'; readonly fields: Fields }
  | { readonly kind: 'refused'; readonly info: string }
  | { readonly kind: 'not_sent'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

const cardFields = (card: CardToCharge): Record<string, string> => ({
  CardNo: card.pan,
  Expire: expiryYymm(card),
});

const states: Readonly<Record<string, 'authorised' | 'captured' | 'voided'>> = {
  AUTH: 'authorised',
  SAUTH: 'authorised',
  CAPTURE: 'captured',
  SALES: 'captured',
  VOID: 'voided',
  RETURN: 'voided',
  RETURNX: 'voided',
};

export const createGmoPg = (
  settings: GmoPgSettings,
  { clock, fetch, policy }: { clock: Clock; fetch: Fetch; policy: Policy['upstream'] },
): Acquirer => {
  const shop = { ShopID: settings.shopId, ShopPass: settings.shopPass };

  const call = async (
    api: string,
    reference: string,
    fields: Readonly<Record<string, string>>,
    timeoutMs: number,
  ): Promise<Called> => {
    const got = await exchange(fetch, `${settings.baseUrl}/payment/${api}.idPass`, formatFields(fields), {
      timeoutMs,
      drawKey: `${api}/${reference}`,
    });
    if (got.kind !== 'answered') return got;
    const answer = parseFields(got.text);
    if (got.status !== 200 || answer.size === 0)
      return { kind: 'unknown', reason: `HTTP ${got.status} without fields` };
    const info = answer.get('ErrInfo');
    if (info !== undefined) return { kind: 'refused', info: gravest(info.split('|')) };
    return { kind: 'answered', fields: answer };
  };

  const refusal = (info: string): Outcome<never> => {
    if (overloaded.test(info)) return { kind: 'not_sent', reason: info, answered: true };
    if (unknownInfo.test(info))
      return { kind: 'unknown', reason: info, ...(networkInfo.test(info) ? {} : { answered: true }) };
    if (definite.test(info)) return { kind: 'declined', code: info, reason: declineReason(info) };
    return { kind: 'unknown', reason: `unlisted code ${info}` };
  };

  /** EntryTran: an order is registered, nothing is charged. */
  const enter = async (
    reference: string,
    jobCd: string,
    amountYen: number | null,
    timeoutMs: number,
  ): Promise<Outcome<{ handle: Handle }>> => {
    const amount = amountYen === null ? {} : { Amount: String(amountYen) };
    const got = await call('EntryTran', reference, { ...shop, OrderID: reference, JobCd: jobCd, ...amount }, timeoutMs);
    if (got.kind === 'not_sent') return got;
    if (got.kind === 'unknown') return { kind: 'not_sent', reason: `order not registered: ${got.reason}` };
    if (got.kind === 'refused') {
      const outcome = refusal(got.info);
      return outcome.kind === 'unknown' ? { kind: 'not_sent', reason: outcome.reason } : outcome;
    }
    const accessId = got.fields.get('AccessID');
    const accessPass = got.fields.get('AccessPass');
    if (!accessId || !accessPass) return { kind: 'not_sent', reason: 'order not registered: no AccessID' };
    return {
      kind: 'approved',
      handle: { accessId, accessPass, orderId: reference, registeredMs: String(clock.wallMs()) },
    };
  };

  const execute = async (
    reference: string,
    handle: Handle,
    fields: Readonly<Record<string, string>>,
    timeoutMs: number,
  ): Promise<Outcome> => {
    const got = await call('ExecTran', reference, { ...access(handle), OrderID: reference, ...fields }, timeoutMs);
    if (got.kind === 'refused') return refusal(got.info);
    if (got.kind !== 'answered') return got;
    if (got.fields.get('OrderID') !== reference) return { kind: 'unknown', reason: 'answer for another order' };
    if (got.fields.get('ACS') !== '0') return { kind: 'unknown', reason: `ACS=${got.fields.get('ACS') ?? ''}` };
    return { kind: 'approved' };
  };

  const access = (handle: Handle): Record<string, string> => ({
    AccessID: handle.accessId ?? '',
    AccessPass: handle.accessPass ?? '',
  });

  const alter = async (
    api: 'AlterTran' | 'ChangeTran',
    order: FollowUpOrder,
    jobCd: string,
    amountYen: number | null,
    timeoutMs: number,
  ): Promise<Outcome> => {
    const amount = amountYen === null ? {} : { Amount: String(amountYen) };
    const got = await call(
      api,
      order.reference,
      { ...shop, ...access(order.handle), JobCd: jobCd, ...amount },
      timeoutMs,
    );
    if (got.kind === 'refused') return refusal(got.info);
    if (got.kind !== 'answered') return got;
    return got.fields.get('AccessID') === order.handle.accessId
      ? { kind: 'approved' }
      : { kind: 'unknown', reason: 'answer for another order' };
  };

  /** The day decides the word: VOID today, RETURN this month, RETURNX later (section 6). */
  const giveBackJob = (handle: Handle): string => {
    const sinceMs = Number(handle.registeredMs ?? 0);
    const nowMs = clock.wallMs();
    if (jstDate(sinceMs) === jstDate(nowMs)) return 'VOID';
    return jstMonth(sinceMs) === jstMonth(nowMs) ? 'RETURN' : 'RETURNX';
  };

  /** The trade's current state; `null` when the acquirer could not be asked. */
  const search = async (orderId: string, drawReference: string): Promise<Finding | null> => {
    const got = await call('SearchTrade', drawReference, { ...shop, OrderID: orderId }, policy.timeoutMs.inquiry);
    if (got.kind === 'refused') return got.info === 'E01110002' ? { found: false } : null;
    if (got.kind !== 'answered' || got.fields.get('OrderID') !== orderId) return null;
    const state = states[got.fields.get('Status') ?? ''];
    // UNPROCESSED: registered, never executed so far. A queued ExecTran may still come.
    if (state === undefined) return { found: false };
    const accessId = got.fields.get('AccessID') ?? '';
    const accessPass = got.fields.get('AccessPass') ?? '';
    const processed = got.fields.get('ProcessDate') ?? '';
    return {
      found: true,
      state,
      amountYen: Number(got.fields.get('Amount')),
      handle: {
        accessId,
        accessPass,
        orderId,
        registeredMs: String(processed === '' ? clock.wallMs() : fromStamp(processed)),
      },
    };
  };

  /** The operation's own limit, or what the merchant's deadline leaves of it. */
  const within = (operationMs: number, untilMs: number | undefined): number =>
    tryTimeoutMs(policy.deadline, { operationMs, untilMs, nowMs: clock.monotonicMs() });

  return {
    id: settings.id,
    dialect: 'gmo-pg',
    async check({ reference, card, cvc, untilMs, limitMs }) {
      const entered = await enter(reference, 'CHECK', null, within(limitMs ?? policy.timeoutMs.check, untilMs));
      if (entered.kind !== 'approved') return entered;
      const code = cvc === undefined ? {} : { SecurityCode: cvc };
      const timeoutMs = within(limitMs ?? policy.timeoutMs.check, untilMs);
      return execute(reference, entered.handle, { ...cardFields(card), ...code }, timeoutMs);
    },
    async authorise({ reference, card, amountYen, capture, untilMs, proof }) {
      const timeoutMs = within(policy.timeoutMs.authorise, untilMs);
      const beganMs = clock.monotonicMs();
      const entered = await enter(reference, capture ? 'CAPTURE' : 'AUTH', amountYen, timeoutMs);
      if (entered.kind !== 'approved') return entered;
      // An instance that was asleep may have been succeeded, and its order settled as never carried out.
      const nowMs = clock.monotonicMs();
      if (nowMs - beganMs > timeoutMs || (untilMs !== undefined && nowMs >= untilMs))
        return { kind: 'not_sent', reason: 'too late to be carried out' };
      const leftMs = within(policy.timeoutMs.authorise, untilMs);
      const fields = { Method: '1', ...cardFields(card), ...gmoPgProof(proof) };
      const executed = await execute(reference, entered.handle, fields, leftMs);
      return executed.kind === 'approved' ? { kind: 'approved', handle: entered.handle, captured: capture } : executed;
    },
    async capture(order) {
      if (order.amountYen < order.currentYen) {
        // SALES must name the authorised amount (section 6), so the hold is lowered first.
        const lowered = await alter('ChangeTran', order, 'AUTH', order.amountYen, policy.timeoutMs.capture);
        if (lowered.kind !== 'approved') return lowered;
      }
      return alter('AlterTran', order, 'SALES', order.amountYen, policy.timeoutMs.capture);
    },
    refund: (order) =>
      order.amountYen < order.currentYen
        ? alter('ChangeTran', order, 'CAPTURE', order.currentYen - order.amountYen, policy.timeoutMs.refund)
        : alter('AlterTran', order, giveBackJob(order.handle), null, policy.timeoutMs.refund),
    void: (order) => alter('AlterTran', order, giveBackJob(order.handle), null, policy.timeoutMs.void),
    findsAtOnceMax: 500,
    async findAuthorisations(sought) {
      const found = new Map<string, Finding>();
      for (const { reference } of sought) {
        const finding = await search(reference, reference);
        if (finding === null) return null;
        if (finding.found) found.set(reference, finding);
      }
      return found;
    },
    lookUp: ({ reference, handle }) => search(handle.orderId ?? '', reference),
  };
};

/** `yyyyMMddHHmmss` JST as wall milliseconds. */
const fromStamp = (stamp: string): number =>
  Date.UTC(
    Number(stamp.slice(0, 4)),
    Number(stamp.slice(4, 6)) - 1,
    Number(stamp.slice(6, 8)),
    Number(stamp.slice(8, 10)),
    Number(stamp.slice(10, 12)),
    Number(stamp.slice(12, 14)),
  ) -
  9 * 3_600_000;
