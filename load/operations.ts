/**
 * Plays one intent: create or registration, then the capture, refund and read-backs that follow from
 * the answers. Each is an operation of its own, counted when it has ended.
 *
 * Follow-ups wait inside the iteration, so a virtual user is held until the last of them: arrivals
 * are open loop all the same, because the executor starts the next one with another user.
 */
import { sleep } from 'k6';
import { tokenForm } from './card.ts';
import { walkAuthentication } from './card-holder.ts';
import { type Answer, buyerAddress, type Exchange, get, idIn, post, serverAddress } from './client.ts';
import { chargeIn, journal } from './journal.ts';
import { marker } from './judge.ts';
import { metrics } from './metrics.ts';
import type { Arrival, FollowUp, Merchant, Sdk } from './plan.ts';
import { drawsOf } from './random.ts';
import { settings } from './settings.ts';
import { type Asked, type End, endOf, isGood, withinPatience } from './verdict.ts';

/** Where and how an intent is played. */
export interface Stage {
  readonly baseUrl: string;
  readonly sdk: Sdk;
  /** Wall time before which follow-ups begin; later ones do not happen. */
  readonly untilMs: number;
  /** Wall time of the scenario's start: operations are journalled relative to it. */
  readonly originMs: number;
  readonly readBack: { readonly afterMs: number; readonly times: number };
}

interface Task {
  readonly merchant: Merchant;
  readonly arrival: Arrival;
  readonly ordinal: string;
  readonly kind: 'create' | 'registration' | 'capture' | 'refund';
  readonly amountYen: number;
  readonly patienceMs: number;
  readonly startedMs: number;
  readonly captured?: boolean;
}

const never = Number.MAX_SAFE_INTEGER;

export const playArrival = (stage: Stage, merchant: Merchant, arrival: Arrival): End => {
  switch (arrival.operation) {
    case 'create':
      return create(stage, merchant, arrival);
    case 'registration':
      return register(stage, merchant, arrival);
    case 'card-test':
      return testCard(stage, merchant, arrival);
  }
};

const ask = (
  stage: Stage,
  merchant: Merchant,
  ordinal: string,
  leg: string,
  path: string,
  form: string,
  amountYen: number | null = null,
): Exchange => {
  const idempotencyKey = `${merchant.id}-${ordinal.replaceAll('/', '-')}-${leg}`;
  const buyers = leg === 'token';
  const exchange = post({
    url: stage.baseUrl,
    path,
    name: leg,
    key: buyers ? merchant.publicKey : merchant.secretKey,
    form,
    idempotencyKey,
    maxRetry: merchant.maxRetry,
    sdk: stage.sdk,
    address: buyers ? buyerAddress(`${merchant.id}/${ordinal}`) : serverAddress(merchant.id),
    tags: { class: merchant.class, leg },
    jitter: drawsOf(`${idempotencyKey}/retry`),
  });
  const { answer } = exchange;
  if (answer !== null) {
    if (answer.injectedMs > 0) metrics.injectedDelayMs.add(answer.injectedMs, { leg });
    metrics.answerMs.add(Math.max(0, answer.tookMs - answer.injectedMs), { leg, class: merchant.class });
  }
  journal.exchange({ member: merchant.id, ordinal, leg, key: idempotencyKey }, amountYen, exchange);
  return exchange;
};

/** `servedBy`: who served an earlier leg, where the last one asks no acquirer. */
const finish = (
  stage: Stage,
  task: Task,
  asked: Asked,
  { answer }: Exchange,
  requests: number,
  servedBy: string | null = null,
): End => {
  const { merchant, kind, arrival } = task;
  const endedMs = Date.now();
  const end = withinPatience(endOf(asked, answer), endedMs - task.startedMs, task.patienceMs);
  const tags = { class: merchant.class, kind };
  // Who tries numbers has gained nothing by a decline.
  const gained = arrival.operation === 'card-test' ? end === 'succeeded' : isGood(end);
  (merchant.innocent ? metrics.innocentSuccess : metrics.abusiveSuccess).add(gained, tags);
  metrics.operations.add(1, tags);
  metrics.ends.add(1, { ...tags, end });
  journal.operation({
    member: merchant.id,
    ordinal: task.ordinal,
    class: merchant.class,
    innocent: merchant.innocent,
    kind,
    amountYen: task.amountYen,
    ...(task.captured === undefined ? {} : { captured: task.captured }),
    brand: brandOf(arrival.card.number),
    startedMs: task.startedMs - stage.originMs,
    endedMs: endedMs - stage.originMs,
    end,
    requests,
    status: answer?.status ?? null,
    decidedBy: answer?.decidedBy ?? null,
    acquirer: answer?.acquirer ?? servedBy,
    chargeId: kind === 'registration' ? null : (chargeIn(answer?.body ?? null) ?? chargeOf(asked)),
  });
  return end;
};

const chargeOf = (asked: Asked): string | null => ('chargeId' in asked ? asked.chargeId : null);

const brandOf = (number: string): string => {
  if (number.startsWith('5')) return 'MasterCard';
  if (number.startsWith('35')) return 'JCB';
  return number.startsWith('3') ? 'American Express' : 'Visa';
};

const create = (stage: Stage, merchant: Merchant, arrival: Arrival): End => {
  const { ordinal, amountYen, captureNow } = arrival;
  const startedMs = Date.now();
  const { patienceMs } = arrival;
  let task: Task = {
    merchant,
    arrival,
    ordinal,
    kind: 'create',
    amountYen,
    patienceMs,
    startedMs,
    captured: captureNow,
  };
  let requests = 0;
  let paidWith = arrival.stored ? storedCard(merchant, arrival) : null;
  if (paidWith === null) {
    const asked: Asked = { leg: 'token', last4: arrival.card.number.slice(-4) };
    const made = ask(stage, merchant, ordinal, 'token', '/v1/tokens', tokenForm(arrival.card));
    if (endOf(asked, made.answer) !== 'succeeded' || Date.now() - startedMs > patienceMs)
      return finish(stage, task, asked, made, made.requests);
    requests = made.requests;
    paidWith = `card=${idIn(made.answer)}`;
  }
  const verifies = arrival.threeDSecure !== undefined;
  const form = `amount=${arrival.wrongRequest === true ? 'NaN' : amountYen}&currency=jpy&capture=${captureNow}&${paidWith}&metadata%5B${marker}%5D=${encodeURIComponent(`${merchant.id}/${ordinal}`)}${verifies ? '&three_d_secure=true' : ''}`;
  let made = ask(stage, merchant, ordinal, 'charge', '/v1/charges', form, amountYen);
  const waiting = verifies ? chargeIn(made.answer?.body ?? null) : null;
  if (waiting !== null && made.answer?.status === 200) {
    const beganMs = Date.now();
    const visit = walkAuthentication(
      `${stage.baseUrl}/v1/tds/${waiting}/start?publickey=${merchant.publicKey}`,
      stage.baseUrl,
      { answer: 'pass', thinkMs: arrival.threeDSecure?.thinkMs ?? 0 },
    );
    // Nobody counts the time that card holders spend with their own bank.
    task = { ...task, patienceMs: patienceMs + Date.now() - beganMs };
    requests += made.requests;
    made =
      visit.end === 'finished'
        ? ask(stage, merchant, ordinal, 'finish', `/v1/charges/${waiting}/tds_finish`, '', amountYen)
        : { ...made, answer: null, requests: 0 };
  }
  const asked: Asked = { leg: 'charge', amountYen, captured: captureNow };
  const end = finish(stage, task, asked, made, requests + made.requests);
  const chargeId = chargeIn(made.answer?.body ?? null);
  if (chargeId === null) return end;
  if (end === 'unknown' && merchant.innocent) lookLater(stage, merchant, ordinal, chargeId);
  if (end !== 'succeeded') return end;
  if (settings.readBack) look(stage, merchant, ordinal, chargeId);
  if (!captureNow) {
    if (!waitFor(stage, arrival.capture)) return end;
    const captured = onCharge(stage, merchant, arrival, 'capture', chargeId, arrival.capture.amountYen, amountYen);
    if (captured === 'succeeded' && waitFor(stage, arrival.refund))
      onCharge(stage, merchant, arrival, 'refund', chargeId, arrival.refund.amountYen, arrival.capture.amountYen);
  } else if (waitFor(stage, arrival.refund))
    onCharge(stage, merchant, arrival, 'refund', chargeId, arrival.refund.amountYen, amountYen);
  return end;
};

/** Sleeps until a follow-up is due; false: none comes, or the run is over by then. */
const waitFor = (stage: Stage, followUp: FollowUp | null): followUp is FollowUp => {
  if (followUp === null || Date.now() + followUp.afterMs >= stage.untilMs) return false;
  sleep(followUp.afterMs / 1000);
  return true;
};

/** A capture or refund. `beforeYen`: what is held before a capture, captured before a refund. */
const onCharge = (
  stage: Stage,
  merchant: Merchant,
  arrival: Arrival,
  leg: 'capture' | 'refund',
  chargeId: string,
  amountYen: number,
  beforeYen: number,
): End => {
  const ordinal = `${arrival.ordinal}/${leg}`;
  const task: Task = { merchant, arrival, ordinal, kind: leg, amountYen, patienceMs: never, startedMs: Date.now() };
  const form = amountYen === beforeYen ? '' : `amount=${amountYen}`;
  const path = `/v1/charges/${chargeId}/${leg}`;
  const made = ask(stage, merchant, ordinal, leg, path, form, amountYen);
  // What a partial capture let go is counted as given back (PAY.JP's `amount_refunded`).
  const released = leg === 'refund' ? arrival.amountYen - beforeYen : 0;
  const asked: Asked =
    leg === 'capture' ? { leg, chargeId, amountYen } : { leg, chargeId, amountYen, refundedYen: released };
  const end = finish(stage, task, asked, made, made.requests);
  if (end === 'unknown' || made.answer === null) lookLater(stage, merchant, ordinal, chargeId);
  else if (settings.readBack && isGood(end)) look(stage, merchant, ordinal, chargeId);
  return end;
};

const register = (stage: Stage, merchant: Merchant, arrival: Arrival): End => {
  const { ordinal, patienceMs } = arrival;
  const task: Task = {
    merchant,
    arrival,
    ordinal,
    kind: 'registration',
    amountYen: 0,
    patienceMs,
    startedMs: Date.now(),
  };
  const last4 = arrival.card.number.slice(-4);
  const asked: Asked = { leg: 'token', last4 };
  const made = ask(stage, merchant, ordinal, 'token', '/v1/tokens', tokenForm(arrival.card));
  if (endOf(asked, made.answer) !== 'succeeded') return finish(stage, task, asked, made, made.requests);
  const customer = arrival.stored ? merchant.customers[arrival.customer] : undefined;
  const path = customer === undefined ? '/v1/customers' : `/v1/customers/${customer.id}/cards`;
  const leg = customer === undefined ? 'customer' : 'card';
  const kept = ask(stage, merchant, ordinal, leg, path, `card=${idIn(made.answer)}`);
  const wanted: Asked = customer === undefined ? { leg: 'customer' } : { leg: 'card', customerId: customer.id, last4 };
  return finish(stage, task, wanted, kept, made.requests + kept.requests, made.answer?.acquirer ?? null);
};

/** A number tried at somebody's checkout. It succeeds when the tester knows more than before. */
const testCard = (stage: Stage, merchant: Merchant, arrival: Arrival): End => {
  const { ordinal, amountYen } = arrival;
  const startedMs = Date.now();
  const tester: Merchant = { ...merchant, innocent: false, maxRetry: 0 };
  const task: Task = {
    merchant: tester,
    arrival,
    ordinal,
    kind: 'registration',
    amountYen,
    patienceMs: never,
    startedMs,
  };
  const made = ask(stage, tester, ordinal, 'token', '/v1/tokens', tokenForm(arrival.card));
  const id = made.answer?.status === 200 ? idIn(made.answer) : '';
  if (id === '' || amountYen === 0)
    return finish(stage, task, { leg: 'token', last4: arrival.card.number.slice(-4) }, made, made.requests);
  const form = `amount=${amountYen}&currency=jpy&capture=false&card=${id}`;
  const paid = ask(stage, tester, ordinal, 'charge', '/v1/charges', form, amountYen);
  return finish(stage, task, { leg: 'charge', amountYen, captured: false }, paid, made.requests + paid.requests);
};

/** Merchants do not repeat a payment of unknown outcome: they read it back until it is known. */
const lookLater = (stage: Stage, merchant: Merchant, ordinal: string, chargeId: string): void => {
  for (let time = 0; time < stage.readBack.times; time += 1) {
    sleep(stage.readBack.afterMs / 1000);
    const answer = look(stage, merchant, ordinal, chargeId);
    if (answer?.status === 200 && answer.body?.outcome !== 'unknown') return;
  }
};

const look = (stage: Stage, merchant: Merchant, ordinal: string, chargeId: string): Answer | null => {
  const sentMs = Date.now();
  const url = `${stage.baseUrl}/v1/charges/${chargeId}`;
  const answer = get(url, merchant.secretKey, 'look', stage.sdk.timeoutMs);
  const exchange: Exchange = { answer, requests: 1, sentMs, answeredMs: Date.now() };
  journal.exchange({ member: merchant.id, ordinal, leg: 'look', key: null }, null, exchange);
  return answer;
};

const storedCard = (merchant: Merchant, arrival: Arrival): string | null => {
  const customer = merchant.customers[arrival.customer];
  if (customer === undefined) return null;
  return arrival.namesCard ? `customer=${customer.id}&card=${customer.cardId}` : `customer=${customer.id}`;
};
