/** Plays the plan's payments through an adapter, each at its time, and writes down what was told. */
import { createHash } from 'node:crypto';
import type { PlanArrival } from '../live/plan/schema.ts';
import { pause } from '../live/real-world.ts';
import { type Adapter, AdapterError, isNoAnswer, type Payment, type Standing, type Told } from './adapter.ts';
import type { Attempt, PaymentStory } from './observed.ts';

/** A client gives up then, whatever the adapter does. */
const patienceMs = 70_000;
const outcomes: ReadonlySet<unknown> = new Set(['succeeded', 'declined', 'refused', 'failed', 'unknown', 'deferred']);
const standings: ReadonlySet<unknown> = new Set(['held', 'captured', 'refunded', 'failed', 'unknown']);
/** Declined by its issuer whenever it is charged: what a broken shop sends. */
const declinedCard = '4000000000080319';

export const fingerprintOf = (cardNumber: string): string => createHash('sha256').update(cardNumber).digest('hex');

export interface Player {
  /** Plays one arrival and what follows. */
  play(arrival: PlanArrival, innocent: boolean): Promise<void>;
  /** The same create twice, with one key. */
  repeat(arrival: PlanArrival): Promise<{ readonly cardFingerprint: string; readonly ids: readonly (string | null)[] }>;
  /** Asks once more about every payment that has an id. Answers each story whole. */
  stories(): Promise<readonly PaymentStory[]>;
  /** Rejects when the adapter itself is broken. */
  readonly broken: Promise<never>;
}

interface Story {
  readonly key: string;
  readonly payment: Payment;
  readonly innocent: boolean;
  id: string | null;
  readonly attempts: Partial<Record<Attempt['kind'], Attempt>>;
}

export const createPlayer = (adapter: Adapter, run: string, nowMs: () => number, untilMs: () => number): Player => {
  const stories: Story[] = [];
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});

  /** Null: no answer came. @throws AdapterError, and tells everybody */
  const called = async <Answer>(
    name: string,
    call: () => Promise<Answer>,
    accepts: (answer: Answer) => boolean,
  ): Promise<Answer | null> => {
    const fault = (why: string): never => {
      const error = new AdapterError(`the adapter ${adapter.name}: ${name} ${why}`);
      broken.reject(error);
      throw error;
    };
    const late = pauseFor(patienceMs);
    try {
      // `then`: what is thrown before the first promise is the adapter's as well.
      const answer = await Promise.race([Promise.resolve().then(call), late.over]);
      if (answer === 'late') return null;
      return accepts(answer) ? answer : fault(`answered ${JSON.stringify(answer)?.slice(0, 100) ?? 'nothing'}`);
    } catch (error) {
      if (error instanceof AdapterError) throw error;
      return isNoAnswer(error) ? null : fault(`threw ${String(error).split('\n')[0]}`);
    } finally {
      late.cancel();
    }
  };

  const attempt = async (
    story: Story,
    kind: Attempt['kind'],
    amountYen: number,
    call: () => Promise<Told>,
  ): Promise<Attempt> => {
    const startedMs = nowMs();
    const told = await called(kind, call, (answer) => outcomes.has(answer?.outcome));
    const { key, innocent } = story;
    const outcome = told?.outcome ?? 'silent';
    const done: Attempt = {
      key,
      innocent,
      kind,
      amountYen,
      startedMs,
      endedMs: nowMs(),
      outcome,
      id: told?.id ?? null,
    };
    story.attempts[kind] = done;
    story.id ??= told?.id ?? null;
    return done;
  };

  const paymentOf = (arrival: PlanArrival, innocent: boolean): Payment => ({
    key: `${run}-${arrival.merchant}-${arrival.ordinal}`,
    merchant: arrival.merchant,
    amountYen: arrival.amountYen,
    capture: arrival.captureNow,
    card: { ...arrival.card, number: innocent ? arrival.card.number : declinedCard, expMonth: 12 },
  });

  return {
    async play(arrival, innocent) {
      const payment = paymentOf(arrival, innocent);
      const story: Story = { key: payment.key, payment, innocent, id: null, attempts: {} };
      stories.push(story);
      const made = await attempt(story, 'create', payment.amountYen, () => adapter.create(payment));
      const { id } = story;
      if (made.outcome !== 'succeeded' || id === null) return;
      const comes = async (followUp: PlanArrival['capture']): Promise<boolean> => {
        if (followUp === null || nowMs() + followUp.afterMs >= untilMs()) return false;
        await pause(followUp.afterMs);
        return true;
      };
      let heldYen = payment.amountYen;
      if (!payment.capture) {
        if (arrival.capture === null || !(await comes(arrival.capture))) return;
        heldYen = arrival.capture.amountYen;
        const captured = await attempt(story, 'capture', heldYen, () => adapter.capture(id, heldYen, payment));
        if (captured.outcome !== 'succeeded') return;
      }
      // A part of a part is counted in other ways by other gateways: the whole is given back.
      if (heldYen === payment.amountYen && (await comes(arrival.refund)))
        await attempt(story, 'refund', heldYen, () => adapter.refund(id, heldYen, payment));
    },
    async repeat(arrival) {
      const payment = { ...paymentOf(arrival, true), capture: true };
      const ids: (string | null)[] = [];
      for (let time = 0; time < 2; time += 1) {
        const told = await called(
          'create',
          () => adapter.create(payment),
          (answer) => outcomes.has(answer?.outcome),
        );
        // A refusal of the repeat (409, "in use") pays once as well.
        if (told?.outcome === 'succeeded') ids.push(told.id);
      }
      return { cardFingerprint: fingerprintOf(payment.card.number), ids };
    },
    async stories() {
      const whole: PaymentStory[] = [];
      for (const { key, payment, innocent, id, attempts } of stories) {
        if (!innocent || attempts.create === undefined) continue;
        const standing: Standing | null =
          id === null
            ? null
            : await called(
                'read',
                () => adapter.read(id, payment),
                (answer) => standings.has(answer?.status),
              );
        whole.push({
          key,
          cardFingerprint: fingerprintOf(payment.card.number),
          amountYen: payment.amountYen,
          captureNow: payment.capture,
          create: attempts.create,
          capture: attempts.capture ?? null,
          refund: attempts.refund ?? null,
          lastRead: standing?.status ?? null,
        });
      }
      return whole;
    },
    broken: broken.promise,
  };
};

const pauseFor = (ms: number) => {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  return { over, cancel: () => clearTimeout(timer) };
};
