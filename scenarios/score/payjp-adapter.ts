/** A gateway that speaks PAY.JP v1, ours or another: tokens, charges, captures, refunds. */
import type { Fetch } from '../../gateway/ports.ts';
import { type Answer, basicAuth, exchange, formOf, isObject } from '../cast/client.ts';
import { type Asked, endOf } from '../cast/verdict.ts';
import { pause } from '../live/real-world.ts';
import type { Adapter, Outcome, Payment, Standing, Told } from './adapter.ts';

export interface PayjpTarget {
  /** Without `/v1` and without a slash at the end. */
  readonly url: string;
  readonly secretKey: string;
  readonly publicKey: string;
  readonly statusUrl: string | null;
}

const timeoutMs = 60_000;
const readRetriesMax = 10;

const outcomeOf = (asked: Asked, answer: Answer): Outcome => {
  const end = endOf(asked, answer);
  if (end !== 'failed') return end;
  // Another gateway does not say who decided.
  if (answer.status === 402 && isObject(answer.body?.error) && answer.body.error.type === 'card_error')
    return 'declined';
  if (answer.decidedBy === null && (answer.status === 429 || answer.status === 503)) return 'refused';
  return 'failed';
};

const chargeIn = ({ body }: Answer): string | null => {
  if (isObject(body?.error)) return typeof body.error.charge === 'string' ? body.error.charge : null;
  return typeof body?.id === 'string' ? body.id : null;
};

/** Nobody answered; `isNoAnswer` knows it by its name. */
const noAnswer = (): Error => Object.assign(new Error('no answer'), { name: 'TimeoutError' });

export const payjpAdapter = (target: PayjpTarget, fetch: Fetch): Adapter => {
  const { url, secretKey, publicKey } = target;
  const ask = async (path: string, key: string, form: string, idempotencyKey: string): Promise<Answer> => {
    const answer = await exchange(fetch, url + path, {
      method: 'POST',
      headers: {
        authorization: basicAuth(key),
        'content-type': 'application/x-www-form-urlencoded',
        'idempotency-key': idempotencyKey,
      },
      body: form,
      timeoutMs,
    });
    if (answer === null) throw noAnswer();
    return answer;
  };
  const onCharge = async (
    leg: 'capture' | 'refund',
    id: string,
    amountYen: number,
    payment: Payment,
  ): Promise<Told> => {
    const form = leg === 'refund' && amountYen === payment.amountYen ? '' : `amount=${amountYen}`;
    const answer = await ask(`/v1/charges/${id}/${leg}`, secretKey, form, `${payment.key}-${leg}`);
    const asked: Asked =
      leg === 'capture' ? { leg, chargeId: id, amountYen } : { leg, chargeId: id, amountYen, refundedBeforeYen: 0 };
    return { outcome: outcomeOf(asked, answer), id };
  };
  return {
    name: `PAY.JP v1 at ${url}`,
    async create(payment) {
      const { number, cvc, expMonth, expYear } = payment.card;
      const form = formOf([
        ['card%5Bnumber%5D', number],
        ['card%5Bexp_month%5D', expMonth],
        ['card%5Bexp_year%5D', expYear],
        ['card%5Bcvc%5D', cvc],
      ]);
      const token = await ask('/v1/tokens', publicKey, form, `${payment.key}-token`);
      const card: Asked = { leg: 'token', last4: number.slice(-4) };
      const made = outcomeOf(card, token);
      if (made !== 'succeeded') return { outcome: made, id: null };
      const charge = `amount=${payment.amountYen}&currency=jpy&capture=${payment.capture}&card=${String(token.body?.id)}`;
      const answer = await ask('/v1/charges', secretKey, charge, `${payment.key}-charge`);
      const asked: Asked = { leg: 'charge', amountYen: payment.amountYen, captured: payment.capture };
      return { outcome: outcomeOf(asked, answer), id: chargeIn(answer) };
    },
    capture: (id, amountYen, payment) => onCharge('capture', id, amountYen, payment),
    refund: (id, amountYen, payment) => onCharge('refund', id, amountYen, payment),
    async read(id): Promise<Standing> {
      const look = (): Promise<Answer | null> =>
        exchange(fetch, `${url}/v1/charges/${id}`, {
          method: 'GET',
          headers: { authorization: basicAuth(secretKey) },
          timeoutMs,
        });
      let answer = await look();
      // Everything is read at once in the end: a gateway may ask for patience.
      for (let time = 0; answer?.status === 429 && time < readRetriesMax; time += 1) {
        await pause(1000);
        answer = await look();
      }
      if (answer === null) throw noAnswer();
      const { body } = answer;
      if (answer.status !== 200 || body === null || body.outcome === 'unknown') return { status: 'unknown' };
      if (body.paid !== true) return { status: 'failed' };
      if (body.captured !== true) return { status: body.refunded === true ? 'refunded' : 'held' };
      return { status: body.refunded === true ? 'refunded' : 'captured' };
    },
    statusUrl: target.statusUrl,
    webhook: (body) => {
      if (!isObject(body) || !String(body.type).startsWith('incident')) return null;
      return { id: String(body.incident ?? body.id), resolved: body.type === 'incident_resolved' };
    },
  };
};
