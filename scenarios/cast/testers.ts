/**
 * Card testers at work: numbers in, answers noted. Each attempt is drawn from its own stream (`tester/ordinal`), like
 * everybody's intents, and knows the truth about its number: `judge/card-testing.ts` counts by it.
 */
import type { Clock, Random, Timer } from '../../gateway/ports.ts';
import { buyerAddress } from './addresses.ts';
import { luhnDigit } from './cards.ts';
import { type Client, formOf, isObject } from './client.ts';
import type { InFlight } from './in-flight.ts';
import type { Enrolled } from './members.ts';
import type { CardTester } from './testers-schema.ts';

/** What one attempt came to, as its tester knows. Times are milliseconds since the scenario's start. */
export interface TestReports {
  attempted(tester: string, atMs: number): void;
  /** The tester knows that this card is good. */
  confirmed(tester: string, atMs: number): void;
}

export interface Testers {
  has(id: string): boolean;
  traffic(id: string, state: 'start' | 'stop'): void;
  /** Those that are active from the start begin. */
  open(): void;
  stop(): void;
  /** Whose attempt a card number belongs to; null: no tester's. */
  testerOf(number: string): string | null;
}

/** Fifteen digits of numbers that no issuer ever gave out, and of some that one did. */
const ranges = { dead: '40000088', live: '40000087' } as const;

/** What one attempt tries. `random` is the testers' own stream. */
export interface Attempt {
  readonly number: string;
  readonly yearsLeft: number;
  readonly cvc: number;
}

export const drawAttempt = (random: Random, spec: CardTester, ordinal: number): Attempt => {
  const draw = random.fork(`${spec.id}/${ordinal}`);
  const live = draw.float() < spec.liveShare;
  const start = random.fork(spec.id).integer(1_000_000, 8_000_000);
  const middle = spec.numbers === 'sequence' ? start + ordinal : draw.integer(0, 9_999_999);
  const head = `${live ? ranges.live : ranges.dead}${String(middle).padStart(7, '0')}`;
  const number = `${head}${luhnDigit(head)}`;
  return { number, yearsLeft: draw.integer(1, 4), cvc: draw.integer(100, 999) };
};

/** Wait before attempt `ordinal + 1`, ms. */
export const drawAttemptGapMs = (random: Random, spec: CardTester, ordinal: number): number =>
  spec.everyMs * (0.5 + random.fork(`${spec.id}/${ordinal}/gap`).float());

interface Tester {
  readonly spec: CardTester;
  active: boolean;
  ordinal: number;
  timer: Timer | undefined;
}

export interface TestersDeps {
  readonly specs: readonly CardTester[];
  readonly random: Random;
  readonly clock: Clock;
  readonly client: Client;
  readonly inFlight: InFlight;
  readonly victim: (member: string) => Enrolled;
  readonly reports: TestReports;
  readonly nowMs: () => number;
  readonly untilMs: () => number;
}

export const createTesters = (deps: TestersDeps): Testers => {
  const { random, clock, client, inFlight, victim, reports, nowMs, untilMs } = deps;
  const testers = new Map(
    deps.specs.map((spec): [string, Tester] => [spec.id, { spec, active: spec.active, ordinal: 0, timer: undefined }]),
  );
  const year = new Date(clock.wallMs()).getUTCFullYear();
  /** By number; a day's attempts are a few thousand. */
  const tried = new Map<string, string>();

  const attempt = async ({ spec }: Tester, ordinal: number): Promise<void> => {
    const { number, yearsLeft, cvc } = drawAttempt(random, spec, ordinal);
    const address = buyerAddress(spec.addresses === 'one' ? spec.id : `${spec.id}/${ordinal}`);
    const at = victim(spec.member);
    tried.set(number, spec.id);
    reports.attempted(spec.id, nowMs());
    const key = `${spec.id}-${ordinal}`;
    const made = await client.post({
      path: '/v1/tokens',
      authorization: at.publicAuth,
      form: formOf([
        ['card%5Bnumber%5D', number],
        ['card%5Bexp_month%5D', 12],
        ['card%5Bexp_year%5D', year + yearsLeft],
        ['card%5Bcvc%5D', cvc],
      ]),
      key: `${key}-token`,
      maxRetry: 0,
      address,
    });
    const token = made.answer?.status === 200 ? made.answer.body : null;
    // A token whose card nobody was asked about says nothing.
    if (token !== null && isObject(token.card) && token.card.cvc_check !== 'unchecked')
      reports.confirmed(spec.id, nowMs());
    if (token === null || typeof token.id !== 'string' || spec.via !== 'checkout') return;
    const paid = await client.post({
      path: '/v1/charges',
      authorization: at.secretAuth,
      form: `amount=${spec.amountYen}&currency=jpy&capture=false&card=${token.id}`,
      key: `${key}-charge`,
      maxRetry: 0,
      address: buyerAddress(spec.member),
    });
    if (paid.answer?.status === 200 && isObject(token.card) && token.card.cvc_check === 'unchecked')
      reports.confirmed(spec.id, nowMs());
  };

  const awaitNext = (tester: Tester): void => {
    const { spec, ordinal } = tester;
    const gapMs = drawAttemptGapMs(random, spec, ordinal);
    // Opened early, an attack still counts from the scenario's start.
    const delayMs = Math.max(0, -nowMs()) + gapMs;
    if (nowMs() + delayMs >= untilMs()) return;
    tester.timer = clock.after(delayMs, () => {
      if (!tester.active || nowMs() >= untilMs()) return;
      tester.ordinal += 1;
      const number = tester.ordinal;
      awaitNext(tester);
      inFlight.run(() => attempt(tester, number));
    });
  };

  return {
    has: (id) => testers.has(id),
    traffic(id, state) {
      const tester = testers.get(id);
      if (tester === undefined) throw new Error(`${id} is no tester`);
      tester.timer?.cancel();
      tester.active = state === 'start';
      if (tester.active) awaitNext(tester);
    },
    open() {
      for (const tester of testers.values()) if (tester.active) awaitNext(tester);
    },
    stop() {
      for (const { timer } of testers.values()) timer?.cancel();
    },
    testerOf: (number) => tried.get(number) ?? null,
  };
};
