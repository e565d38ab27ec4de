/**
 * Plays intents: the order of effects of a create, a registration, and the captures, refunds and
 * read-backs that follow from the answers.
 *
 * An operation begins at its arrival and ends with its last answer; its retries belong to it, its
 * follow-ups are operations of their own with streams of their own.
 */
import type { Clock, Fetch } from '../../gateway/ports.ts';
import type { CastReports, OperationEnd, OperationKind } from '../judge/observation.ts';
import { buyerAddress, serverAddress } from './addresses.ts';
import { createAwkwardClient, emptyCardNumber, type Whims } from './awkward.ts';
import { createBrowser } from './browser.ts';
import { type Brand, type BuyerCard, brandOfNumber, tokenForm } from './cards.ts';
import { type Answer, type Client, type Exchange, isObject } from './client.ts';
import type { FollowUp, Intent } from './draws.ts';
import type { InFlight } from './in-flight.ts';
import type { Enrolled } from './members.ts';
import type { LookLater } from './read-back.ts';
import { createStrangers } from './strangers.ts';
import { createSubscribers } from './subscribers.ts';
import type { Teller, ToldBook } from './told.ts';
import { type Asked, endOf, withinPatience } from './verdict.ts';

export interface Operations {
  /** Plays one intent from now on. Returns at once; whatever is answered is reported. */
  begin(member: Enrolled, intent: Intent): void;
}

export interface OperationDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly reports: Pick<CastReports, 'operation'>;
  readonly told: ToldBook;
  readonly inFlight: InFlight;
  readonly lookLater: LookLater;
  /** Of card holders; where they are sent to. */
  readonly fetch: Fetch;
  readonly gatewayUrl: string;
  /** Milliseconds since the scenario's start. */
  readonly nowMs: () => number;
  /** Nothing new begins at or after this; read-backs still end. */
  readonly untilMs: () => number;
}

/** What an operation knows of itself before its first request. */
interface Task {
  readonly member: Enrolled;
  readonly ordinal: string;
  readonly kind: OperationKind;
  readonly amountYen: number;
  readonly brand: Brand;
  readonly captured?: boolean;
  readonly patienceMs: number;
  readonly startedMs: number;
}

export const createOperations = (deps: OperationDeps): Operations => {
  const { client, clock, reports, told, inFlight, lookLater, fetch, gatewayUrl, nowMs, untilMs } = deps;
  const awkward = createAwkwardClient(client, clock);
  const subscribe = createSubscribers(client, () => clock.wallMs());
  const strangers = createStrangers(client);
  const year = new Date(clock.wallMs()).getUTCFullYear();

  /** `askedBefore`: who served an earlier leg, where the last one asks no acquirer. */
  const end = (
    task: Task,
    asked: Asked,
    { answer, requests }: Exchange,
    chargeId: string | null,
    askedBefore: string | null = null,
  ): OperationEnd => {
    const { member, startedMs, patienceMs, ordinal, kind, amountYen, brand, captured } = task;
    const endedMs = nowMs();
    const ended = withinPatience(endOf(asked, answer), endedMs - startedMs, patienceMs);
    reports.operation({
      member: member.id,
      ordinal,
      innocent: member.innocent,
      kind,
      amountYen,
      brand,
      ...(captured === undefined ? {} : { captured }),
      startedMs,
      endedMs,
      end: ended,
      requests,
      status: answer?.status ?? null,
      decidedBy: answer?.decidedBy ?? null,
      acquirer: answer?.acquirer ?? askedBefore,
      chargeId,
    });
    return ended;
  };

  /** A token of the buyer's card; no id when the operation ends here. */
  const token = async ({ member, startedMs }: Task, intent: Intent) => {
    const made = await client.post({
      path: '/v1/tokens',
      authorization: member.publicAuth,
      form: tokenForm(cardOf(intent), year),
      key: `${member.id}-${intent.ordinal}-token`,
      maxRetry: member.maxRetry,
      address: buyerAddress(`${member.id}/${intent.ordinal}`),
    });
    const asked: Asked = { leg: 'token', last4: cardOf(intent).number.slice(-4) };
    // The token is made in the buyer's browser: when it comes after they left, nobody sends it on.
    const good = endOf(asked, made.answer) === 'succeeded' && nowMs() - startedMs <= intent.patienceMs;
    return { asked, made, id: good ? idIn(made.answer) : null };
  };

  const create = async (member: Enrolled, intent: Intent): Promise<void> => {
    const { amountYen, captureNow, patienceMs } = intent;
    const task: Task = {
      member,
      ordinal: `${intent.ordinal}`,
      kind: 'create',
      amountYen,
      brand: brandOfCreate(member, intent),
      captured: captureNow,
      patienceMs,
      startedMs: nowMs(),
    };
    let requests = 0;
    let paidWith = intent.stored ? storedCard(member, intent) : '';
    if (!intent.stored) {
      const { asked, made, id } = await token(task, intent);
      if (id === null) {
        end(task, asked, made, null);
        return;
      }
      requests = made.requests;
      paidWith = `card=${id}`;
    }
    let key = `${member.id}-${intent.ordinal}-charge`;
    const verifies = intent.threeDSecure !== undefined;
    const { whims } = intent;
    const holds = member.habits.expiryDays === undefined ? '' : `&expiry_days=${member.habits.expiryDays}`;
    const formFor = (yen: number | 'NaN'): string =>
      `amount=${yen}&currency=jpy&capture=${captureNow}&${paidWith}${verifies ? '&three_d_secure=true' : ''}${holds}`;
    const hear = (answer: Answer): void =>
      learn(
        { member: member.id, merchantId: member.merchantId, idempotencyKey: key, amountYen },
        chargeIn(answer),
        answer,
      );
    let made = await awkward.post(
      {
        path: '/v1/charges',
        authorization: member.secretAuth,
        form: formFor(member.wrongRequests === true ? 'NaN' : amountYen),
        key,
        maxRetry: member.maxRetry,
        address: serverAddress(member.id),
      },
      whims,
      verifies ? () => {} : hear,
      formFor(amountYen + 1),
    );
    let waitedMs = 0;
    const waiting = verifies ? idIn(made.answer) : null;
    if (waiting !== null) {
      const beganMs = nowMs();
      const back = await authenticate(member, intent, waiting);
      waitedMs = nowMs() - beganMs;
      requests += made.requests;
      key = `${member.id}-${intent.ordinal}-finish`;
      // Who was not led back to the shop's app is nobody that the shop hears of again.
      made =
        back || whims.finishesAnyway
          ? await awkward.post(
              {
                path: `/v1/charges/${waiting}/tds_finish`,
                authorization: member.secretAuth,
                form: '',
                key,
                maxRetry: member.maxRetry,
                address: serverAddress(member.id),
              },
              whims,
              hear,
            )
          : { answer: null, requests: 0 };
    }
    const asked: Asked = { leg: 'charge', amountYen, captured: captureNow };
    const teller: Teller = { member: member.id, merchantId: member.merchantId, idempotencyKey: key, amountYen };
    const chargeId = chargeIn(made.answer);
    learn(teller, chargeId, made.answer);
    // An error that names the charge and does not call it unknown calls it failed. Only here: a
    // capture or refund that is refused says nothing against the charge.
    if (chargeId !== null && made.answer?.status !== 200 && made.answer?.outcome !== 'unknown')
      told.named(teller, chargeId, 'failed');
    // Nobody counts the time that they spend with their own bank.
    const waited: Task = waitedMs === 0 ? task : { ...task, patienceMs: patienceMs + waitedMs };
    const ended = end(waited, asked, { answer: made.answer, requests: requests + made.requests }, chargeId);
    if (chargeId === null) return;
    // Who sends masses of bad requests looks none of them up.
    if (ended === 'unknown' && member.innocent) lookLater(member, teller, chargeId, key);
    // A buyer who left was sent nothing: only what succeeded in time has a sequel.
    if (ended !== 'succeeded') return;
    strangers.heard(member.id, chargeId);
    if (!captureNow) follow(intent.capture, (followUp) => capture(member, intent, teller, chargeId, followUp));
    else follow(intent.refund, (followUp) => refund(member, intent, teller, chargeId, amountYen, followUp));
  };

  /** The card holder's way to the issuer; true: it ended where the shop's app goes on. */
  const authenticate = async (member: Enrolled, intent: Intent, id: string): Promise<boolean> => {
    const browser = createBrowser({
      fetch,
      clock,
      gatewayUrl,
      headers: { 'x-forwarded-for': buyerAddress(`${member.id}/${intent.ordinal}`) },
      drawKey: `${member.id}-${intent.ordinal}-holder`,
    });
    const key = Buffer.from(member.publicAuth.slice('Basic '.length), 'base64').toString('latin1').slice(0, -1);
    const { end: ended } = await browser.walk(`${gatewayUrl}/v1/tds/${id}/start?publickey=${key}`, {
      answer: intent.whims.failsAuthentication ? 'fail' : 'pass',
      thinkMs: intent.threeDSecure?.thinkMs ?? 0,
    });
    return ended === 'finished';
  };

  const capture = async (
    member: Enrolled,
    intent: Intent,
    teller: Teller,
    chargeId: string,
    followUp: FollowUp,
  ): Promise<void> => {
    const { amountYen } = followUp;
    const ordinal = `${intent.ordinal}/capture`;
    // Nobody waits at a till for it: it has the client's own time limit.
    const task: Task = {
      member,
      ordinal,
      kind: 'capture',
      amountYen,
      brand: brandOfCreate(member, intent),
      patienceMs: Number.POSITIVE_INFINITY,
      startedMs: nowMs(),
    };
    const form = amountYen === intent.amountYen ? '' : `amount=${amountYen}`;
    const ended = await onCharge(task, teller, form, { leg: 'capture', chargeId, amountYen }, intent.whims);
    if (ended === 'succeeded')
      follow(intent.refund, (next) => refund(member, intent, teller, chargeId, amountYen, next));
  };

  const refund = async (
    member: Enrolled,
    intent: Intent,
    teller: Teller,
    chargeId: string,
    capturedYen: number,
    followUp: FollowUp,
  ): Promise<void> => {
    const { amountYen } = followUp;
    const part = async (name: string, yen: number, beforeYen: number): Promise<OperationEnd> => {
      const task: Task = {
        member,
        ordinal: `${intent.ordinal}/${name}`,
        kind: 'refund',
        amountYen: yen,
        brand: brandOfCreate(member, intent),
        patienceMs: Number.POSITIVE_INFINITY,
        startedMs: nowMs(),
      };
      const form = yen === capturedYen ? '' : `amount=${yen}`;
      const refundedBeforeYen = intent.amountYen - capturedYen + beforeYen;
      return onCharge(task, teller, form, { leg: 'refund', chargeId, amountYen: yen, refundedBeforeYen }, intent.whims);
    };
    const { refundsInParts, partsAtOnce } = intent.whims;
    const firstYen = Math.ceil(amountYen / 2);
    if (!refundsInParts || firstYen === amountYen) {
      await part('refund', amountYen, 0);
      return;
    }
    const first = part('refund', firstYen, 0);
    if (!partsAtOnce) await first;
    await Promise.all([first, part('refund-rest', amountYen - firstYen, partsAtOnce ? 0 : firstYen)]);
  };

  /** One request about a charge that exists: a capture or a refund. */
  const onCharge = async (
    task: Task,
    teller: Teller,
    form: string,
    asked: Extract<Asked, { readonly chargeId: string }>,
    whims: Whims,
  ): Promise<OperationEnd> => {
    const { member } = task;
    const key = `${member.id}-${task.ordinal.replace('/', '-')}`;
    const made = await awkward.post(
      {
        path: `/v1/charges/${asked.chargeId}/${asked.leg}`,
        authorization: member.secretAuth,
        form,
        key,
        maxRetry: member.maxRetry,
        address: serverAddress(member.id),
      },
      whims,
      (answer) => learn(teller, asked.chargeId, answer),
    );
    const ended = end(task, asked, made, asked.chargeId);
    if (ended === 'unknown' || made.answer === null) lookLater(member, teller, asked.chargeId, key);
    return ended;
  };

  const registration = async (member: Enrolled, intent: Intent): Promise<void> => {
    const { ordinal, patienceMs } = intent;
    const task: Task = {
      member,
      ordinal: `${ordinal}`,
      kind: 'registration',
      amountYen: 0,
      brand: brandOfNumber(intent.card.number),
      patienceMs,
      startedMs: nowMs(),
    };
    const { asked, made, id } = await token(task, intent);
    if (id === null) {
      end(task, asked, made, null);
      return;
    }
    const customer = intent.stored ? customerOf(member, intent) : null;
    const kept = await client.post({
      path: customer === null ? '/v1/customers' : `/v1/customers/${customer.id}/cards`,
      authorization: member.secretAuth,
      form: `card=${id}`,
      key: `${member.id}-${ordinal}-${customer === null ? 'customer' : 'card'}`,
      maxRetry: member.maxRetry,
      address: serverAddress(member.id),
    });
    const wanted: Asked =
      customer === null
        ? { leg: 'customer' }
        : { leg: 'card', customerId: customer.id, last4: intent.card.number.slice(-4) };
    const checkedBy = made.answer?.acquirer ?? null;
    end(task, wanted, { answer: kept.answer, requests: made.requests + kept.requests }, null, checkedBy);
  };

  /** Begins a follow-up later, unless the day is over by then. */
  const follow = (followUp: FollowUp | null, begin: (followUp: FollowUp) => Promise<void>): void => {
    if (followUp === null || nowMs() + followUp.afterMs >= untilMs()) return;
    clock.after(followUp.afterMs, () => {
      // The day may have been cut short since.
      if (nowMs() < untilMs()) inFlight.run(() => begin(followUp));
    });
  };

  const learn = (teller: Teller, chargeId: string | null, answer: Answer | null): void => {
    if (chargeId === null || answer === null) return;
    if (answer.status === 200) told.shown(teller, answer.body, nowMs());
    else if (answer.outcome === 'unknown') told.named(teller, chargeId, 'unknown');
  };

  return {
    begin(member, intent) {
      inFlight.run(() => (intent.kind === 'create' ? create(member, intent) : registration(member, intent)));
      const { subscribes, whims } = intent;
      if (whims.asksForOthers) inFlight.run(() => strangers.ask(member, intent.ordinal));
      if (subscribes !== null)
        inFlight.run(() => subscribe(member, customerOf(member, intent).id, intent.ordinal, subscribes));
    },
  };
};

/** The card at hand. */
const cardOf = ({ kind, card, whims }: Intent): BuyerCard =>
  whims.emptyCard && kind === 'create' ? { ...card, number: emptyCardNumber } : card;

const customerOf = (member: Enrolled, intent: Intent) => {
  const customer = member.customers[intent.customer];
  if (customer === undefined) throw new Error(`${member.id} has no customer ${intent.customer}: was it enrolled?`);
  return customer;
};

/** The brand that a create pays with: the customer's card, or the one at hand. */
const brandOfCreate = (member: Enrolled, intent: Intent): Brand =>
  (intent.stored ? customerOf(member, intent).brand : undefined) ?? brandOfNumber(intent.card.number);

const storedCard = (member: Enrolled, intent: Intent): string => {
  const customer = customerOf(member, intent);
  return intent.namesCard ? `customer=${customer.id}&card=${customer.cardId}` : `customer=${customer.id}`;
};

const idIn = (answer: Answer | null): string | null => (typeof answer?.body?.id === 'string' ? answer.body.id : null);

/** The charge an answer is about: its own id, or the one an error names. */
const chargeIn = (answer: Answer | null): string | null => {
  const error = answer?.body?.error;
  if (isObject(error)) return typeof error.charge === 'string' ? error.charge : null;
  return idIn(answer);
};
