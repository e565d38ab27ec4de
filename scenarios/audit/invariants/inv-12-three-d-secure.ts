/**
 * A payment that was asked for with 3-D Secure is not authorised before its card holder was: there
 * is an authentication of the same card, amount and merchant with a good result, older than the
 * authorisation, and each result serves one payment.
 *
 * Read from the directory server's answers and the ACS's results on the wire (EMV 3-D Secure ARes
 * and RReq), never from what the gateway says became of them.
 */
import { hashOf } from '../hash-of.ts';
import { createNotebook, type Invariant, second } from '../invariant.ts';

interface Authentication {
  readonly group: string;
  goodMs: number | null;
}

/** Authenticated, or attempted: the two results after which a merchant may go on. */
const isGood = (status: unknown): boolean => status === 'Y' || status === 'A';

const read = (body: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

const groupOf = (merchant: unknown, card: number | null, amountYen: unknown): string =>
  `${String(merchant)}|${card ?? ''}|${String(amountYen)}`;

export const inv12: Invariant = {
  id: 'INV-12',
  title: 'no payment that needs 3-D Secure is authorised without a good result of its own',
  watch() {
    const flows = new Map<string, Authentication>();
    return {
      passed(exchange, from, to) {
        if (from === 'gateway' && to === 'three-d-secure' && exchange.path.startsWith('/ds/areq')) {
          const request = read(exchange.requestBody);
          const id = String(request.threeDSServerTransID);
          const card = typeof request.acctNumber === 'string' ? hashOf(request.acctNumber) : null;
          const flow = { group: groupOf(request.acquirerMerchantID, card, request.purchaseAmount), goodMs: null };
          // The answer may be lost and the result come by the ACS all the same.
          const known = flows.get(id) ?? flow;
          flows.set(id, { ...flow, goodMs: known.goodMs });
          if (exchange.outcome !== 'answered' || exchange.status !== 200) return;
          if (isGood(read(exchange.replyBody).transStatus)) flows.set(id, { ...flow, goodMs: exchange.endedMs });
        } else if (from === 'three-d-secure' && to === 'gateway' && exchange.path.startsWith('/3ds/rreq')) {
          const request = read(exchange.requestBody);
          const id = String(request.threeDSServerTransID);
          const flow = flows.get(id) ?? { group: '', goodMs: null };
          // It may come again, because its answer was lost: the first one counts.
          if (exchange.arrivedMs !== null && isGood(request.transStatus)) flow.goodMs ??= exchange.arrivedMs;
          flows.set(id, flow);
        }
      },
      judge(view) {
        const { judged, violate, judgement } = createNotebook();
        const results = new Map<string, number[]>();
        for (const { group, goodMs } of flows.values())
          if (goodMs !== null) results.set(group, [...(results.get(group) ?? []), goodMs]);
        for (const times of results.values()) times.sort((one, other) => one - other);
        const used = new Map<string, number>();
        const first = new Map<string, number>();
        for (const sent of view.exchanges.authorisations()) {
          const chargeId = view.chargeOf(sent.acquirer, sent.reference);
          if (chargeId !== null)
            first.set(chargeId, Math.min(sent.sentMs, first.get(chargeId) ?? Number.POSITIVE_INFINITY));
        }
        const needing = [...view.asked.payments()]
          .filter(({ needsThreeDSecure, card }) => needsThreeDSecure && card !== null)
          .flatMap((payment) => ({ payment, sentMs: first.get(payment.chargeId) ?? null }))
          .sort((one, other) => (one.sentMs ?? 0) - (other.sentMs ?? 0));
        for (const { payment, sentMs } of needing) {
          judged();
          if (sentMs === null) continue;
          const group = groupOf(payment.merchant, payment.card, payment.amountYen);
          const nth = used.get(group) ?? 0;
          const goodMs = results.get(group)?.[nth];
          if (goodMs !== undefined && goodMs <= sentMs) {
            used.set(group, nth + 1);
            continue;
          }
          violate({
            atMs: sentMs,
            objects: [payment.chargeId],
            text: [
              `${payment.chargeId} was sent to an acquirer at ${second(sentMs)} ${goodMs === undefined ? 'without a good result of 3-D Secure' : `before its result of ${second(goodMs)}`}`,
              view.story(payment.chargeId),
            ].join('\n'),
          });
        }
        return judgement();
      },
    };
  },
};
