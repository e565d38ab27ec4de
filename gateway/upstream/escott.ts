/**
 * e-SCOTT Smart, as a client (reference/escott-protocol.md).
 *
 * The dialect gives no handle after a timeout: without ProcessId nothing can be searched or
 * deleted. So authorisation and capture are two requests, an unknown can only be a hold, and it
 * is settled from the transaction listing (section 10 of the reference), where our reference
 * travels as MerchantFree1.
 */

import type { Policy } from '../policy/schema.ts';
import type { Clock, Fetch } from '../ports.ts';
import { tryTimeoutMs } from './admission/deadline.ts';
import { expiryYymm, type Fields, formatFields, parseFields } from './fields.ts';
import { jstDate, jstStamp } from './jst.ts';
import type { Acquirer, CardToCharge, DeclineReason, Finding, FollowUpOrder, Handle, Outcome } from './outcome.ts';
import { escottProof } from './proof.ts';
import { exchange } from './transport.ts';

export interface EscottSettings {
  readonly id: string;
  readonly baseUrl: string;
  readonly merchantId: string;
  readonly merchantPass: string;
  readonly tenantId: string;
}

/** After these the transaction may exist (section 5, "Outcome-unknown class"). */
const unknownCodes: ReadonlySet<string> = new Set(['K96', 'K98', 'K99', 'KBY', 'KH0', 'C02', 'C03']);
/** Of them, about the way to the card's network: one brand's trouble, and no word about how much we may send. */
const networkCode = /^C0/;
/** The host says that it took the transaction back itself. */
const reversedCodes: ReadonlySet<string> = new Set(['KHV', 'KI0']);

const declineReason = (code: string): DeclineReason => {
  if (code === 'G83' || code === 'C13' || code === 'K83') return 'expired_card';
  if (/^(G42|G44|G45|G65|K2[014]|K40|K82|C16|C17)$/.test(code)) return 'incorrect_card_data';
  if (code === 'C18') return 'unacceptable_brand';
  // Closed, broken or refusing at the issuer's machines: no word about the card.
  if (/^G9[589]$/.test(code)) return 'processing_error';
  if (code.startsWith('G')) return 'card_declined';
  return 'processing_error';
};

/** Codes that are a definite no: issuer answers, field and state checks, network declines. */
const definite = /^(G[0-9A-Z]{2}|C1[0-8]|C80|K[0-8][0-9]|KBX|KBZ|KI[1-6])$/;

const cardFields = (card: CardToCharge): Record<string, string> => ({
  CardNo: card.pan,
  CardExp: expiryYymm(card),
});

type Answered = { readonly kind: 'answered'; readonly fields: Fields };

/** The State column of the listing and of 1Search, one word each. A refund of everything leaves nothing. */
const listedState: Readonly<Record<string, 'authorised' | 'captured' | 'voided' | 'declined'>> = {
  authorised: 'authorised',
  captured: 'captured',
  voided: 'voided',
  refunded: 'voided',
  declined: 'declined',
};

/**
 * Rows this much older than the first sought attempt are asked for, too: `From` is said by our clock
 * and applied to theirs. An approval that the window misses counts as not found and is lost.
 */
const listingMarginMs = 60_000;

export const createEscott = (
  settings: EscottSettings,
  { clock, fetch, policy }: { clock: Clock; fetch: Fetch; policy: Policy['upstream'] },
): Acquirer => {
  const call = async (
    path: string,
    operateId: string,
    reference: string,
    more: Readonly<Record<string, string>>,
    timeoutMs: number,
  ): Promise<Answered | { readonly kind: 'not_sent' | 'unknown'; readonly reason: string }> => {
    const text = formatFields({
      OperateId: operateId,
      MerchantId: settings.merchantId,
      MerchantPass: settings.merchantPass,
      TenantId: settings.tenantId,
      TransactionDate: jstDate(clock.wallMs()),
      MerchantFree1: reference,
      ...more,
    });
    const got = await exchange(fetch, `${settings.baseUrl}${path}`, text, {
      timeoutMs,
      drawKey: `${operateId}/${reference}`,
    });
    if (got.kind !== 'answered') return got;
    const fields = parseFields(got.text);
    if (got.status !== 200 || !fields.has('ResponseCd'))
      return { kind: 'unknown', reason: `HTTP ${got.status} without ResponseCd` };
    if (fields.get('MerchantFree1') !== reference) return { kind: 'unknown', reason: 'answer for another order' };
    return { kind: 'answered', fields };
  };

  /** A card operation: the answer as an outcome. */
  const operate = async <T>(
    operateId: string,
    reference: string,
    more: Readonly<Record<string, string>>,
    timeoutMs: number,
    approve: (fields: Fields) => T | null,
  ): Promise<Outcome<T>> => {
    const got = await call('/online/aut/OAUT002.do', operateId, reference, more, timeoutMs);
    if (got.kind !== 'answered') return got;
    const code = got.fields.get('ResponseCd')!;
    if (code === 'OK') {
      const approved = approve(got.fields);
      return approved === null
        ? { kind: 'unknown', reason: 'approval without a handle' }
        : { kind: 'approved', ...approved };
    }
    const codes = code.split('|');
    const doubt = codes.find((one) => unknownCodes.has(one));
    if (doubt !== undefined)
      return { kind: 'unknown', reason: doubt, ...(networkCode.test(doubt) ? {} : { answered: true }) };
    const first = codes[0]!;
    if (reversedCodes.has(first)) return { kind: 'not_sent', reason: first };
    if (definite.test(first)) return { kind: 'declined', code: first, reason: declineReason(first) };
    return { kind: 'unknown', reason: `unlisted code ${first}` };
  };

  const handleOf = (fields: Fields): { handle: Handle; captured: false } | null => {
    const processId = fields.get('ProcessId');
    const processPass = fields.get('ProcessPass');
    return processId && processPass ? { handle: { processId, processPass }, captured: false } : null;
  };
  const handleFields = ({ handle }: { handle: Handle }): Record<string, string> => ({
    ProcessId: handle.processId ?? '',
    ProcessPass: handle.processPass ?? '',
  });
  const done = (): object => ({});
  /** The operation's own limit, or what the merchant's deadline leaves of it. */
  const within = (operationMs: number, untilMs: number | undefined): number =>
    tryTimeoutMs(policy.deadline, { operationMs, untilMs, nowMs: clock.monotonicMs() });

  const change = (order: FollowUpOrder, toYen: number, timeoutMs: number): Promise<Outcome> =>
    operate('1Change', order.reference, { ...handleFields(order), Amount: String(toYen) }, timeoutMs, done);
  const remove = (order: FollowUpOrder, timeoutMs: number): Promise<Outcome> =>
    operate('1Delete', order.reference, handleFields(order), timeoutMs, done);

  const listPage = async (
    from: string,
    to: string,
    page: number,
    reference: string,
  ): Promise<{ lines: string[]; next: number | null } | null> => {
    const text = formatFields({
      OperateId: '9List',
      MerchantId: settings.merchantId,
      MerchantPass: settings.merchantPass,
      TenantId: settings.tenantId,
      From: from,
      To: to,
      Page: String(page),
      ...(reference === '' ? {} : { MerchantFree1: reference }),
    });
    const got = await exchange(fetch, `${settings.baseUrl}/online/lst/OLST001.do`, text, {
      timeoutMs: policy.timeoutMs.inquiry,
      drawKey: `9List/${from}/${page}/${reference}`,
    });
    if (got.kind !== 'answered' || got.status !== 200) return null;
    const [head, ...lines] = got.text.split(/\r?\n/);
    const fields = parseFields(head ?? '');
    if (fields.get('ResponseCd') !== 'OK') return null;
    const next = fields.get('Next') ?? '';
    return { lines, next: next === '' ? null : Number(next) };
  };

  return {
    id: settings.id,
    dialect: 'escott',
    check: ({ reference, card, cvc, untilMs, limitMs }) =>
      operate(
        '1Check',
        reference,
        { ...cardFields(card), ...(cvc === undefined ? {} : { SecCd: cvc }) },
        within(limitMs ?? policy.timeoutMs.check, untilMs),
        done,
      ),
    authorise: ({ reference, card, amountYen, untilMs, proof }) =>
      operate(
        '1Auth',
        reference,
        { ...cardFields(card), PayType: '01', Amount: String(amountYen), ...escottProof(proof) },
        within(policy.timeoutMs.authorise, untilMs),
        handleOf,
      ),
    async capture(order) {
      if (order.amountYen < order.currentYen) {
        // 1Capture takes no amount: the hold is lowered first (section 4).
        const lowered = await change(order, order.amountYen, policy.timeoutMs.capture);
        if (lowered.kind !== 'approved') return lowered;
      }
      const salesDate = jstDate(clock.wallMs());
      return operate(
        '1Capture',
        order.reference,
        { ...handleFields(order), SalesDate: salesDate },
        policy.timeoutMs.capture,
        done,
      );
    },
    refund: (order) =>
      order.amountYen < order.currentYen
        ? change(order, order.currentYen - order.amountYen, policy.timeoutMs.refund)
        : remove(order, policy.timeoutMs.refund),
    void: (order) => remove(order, policy.timeoutMs.void),
    findsAtOnceMax: 10_000,
    async findAuthorisations(sought) {
      const found = new Map<string, Finding>();
      let firstMs = Infinity;
      let lastMs = 0;
      for (const { sentMs } of sought) {
        if (sentMs < firstMs) firstMs = sentMs;
        if (sentMs > lastMs) lastMs = sentMs;
      }
      const wanted = new Set(sought.map(({ reference }) => reference));
      const from = jstStamp(firstMs - listingMarginMs);
      // A request may be carried out long after it was sent: the queue keeps timed-out work.
      const to = jstStamp(Math.max(lastMs + 600_000, clock.wallMs()));
      const only = sought.length === 1 ? sought[0]!.reference : '';
      for (let page: number | null = 1; page !== null; ) {
        const got: { lines: string[]; next: number | null } | null = await listPage(from, to, page, only);
        if (got === null) return null;
        for (const line of got.lines) {
          const [, , , processId, processPass, reference, amount, , state] = line.split(',');
          if (reference === undefined || !wanted.has(reference) || state === undefined) continue;
          const known = listedState[state];
          if (known === undefined) continue;
          const handle = processId && processPass ? { processId, processPass } : null;
          found.set(reference, { found: true, state: known, amountYen: Number(amount), handle });
        }
        page = got.next;
      }
      return found;
    },
    async lookUp({ reference, handle }) {
      const got = await call(
        '/online/aut/OAUT002.do',
        '1Search',
        reference,
        handleFields({ handle }),
        policy.timeoutMs.inquiry,
      );
      if (got.kind !== 'answered') return null;
      const code = got.fields.get('ResponseCd')!;
      if (code !== 'OK') return null;
      const state = listedState[got.fields.get('State') ?? ''];
      if (state === undefined) return null;
      return { found: true, state, amountYen: Number(got.fields.get('Amount')), handle };
    },
  };
};
