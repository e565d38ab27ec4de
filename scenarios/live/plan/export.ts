/**
 * From a scenario to a plan. The excerpt's arrivals are those of the virtual stage's cast in the
 * same minutes: same seed, same intents, whatever became of the minutes before.
 */
import type { Random } from '../../../gateway/ports.ts';
import type { Intent } from '../../cast/draws.ts';
import { type Member, membersOf } from '../../cast/members.ts';
import type { Scenario } from '../../play/scenario.ts';
import { timelineOf } from '../../play/timeline.ts';
import { createRandom } from '../../stage/random.ts';
import { arrivalsOfMember, attemptsOfTester } from './arrivals.ts';
import type { Plan, PlanArrival, PlanMerchant } from './schema.ts';
import { thresholdsOf } from './thresholds.ts';

/** What enrolment gave a member of the cast; `Enrolled` of `cast/members.ts` with its keys in the open. */
export interface Account {
  readonly id: string;
  readonly merchantId: string;
  readonly secretKey: string;
  readonly publicKey: string;
  readonly customers: readonly { readonly id: string; readonly cardId: string }[];
}

export interface PlanRequest {
  readonly scenario: Scenario;
  readonly policy: string;
  readonly seed: number;
  /** Milliseconds since the scenario's start. */
  readonly window: { readonly fromMs: number; readonly toMs: number };
  /** Of every member of the cast that sends in the window. @throws when one is missing. */
  readonly accounts: readonly Account[];
  readonly urls: {
    readonly gateways: readonly [string, ...string[]];
    readonly status?: string | null;
    readonly receivers?: string | null;
    readonly simulators?: Plan['simulators'];
  };
  /** Wall time of the excerpt's start; null: as soon as k6 is ready. */
  readonly startAtMs?: number | null;
  /** Year that cards expire after; by default the wall's. */
  readonly year?: number;
  /** Instead of, or beside, what the scenario expects. */
  readonly thresholds?: Plan['thresholds'];
  /** False leaves the causes out: the day without the incident. */
  readonly causes?: boolean;
  /** The cast's own stream. Default: the virtual stage's for this seed. */
  readonly random?: Random;
}

/** Account keys out of an `Authorization: Basic …` header. */
export const keyOf = (authorization: string): string =>
  Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString('latin1')
    .replace(/:$/, '');

/** The virtual stage's stream of the cast (`stage.castMember('cast')`). */
const castRandom = (seed: number): Random => createRandom(seed, 'stage').fork('cast/cast');

/** k6 takes letters, digits and `_` in a scenario's name. */
const scenarioName = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, '_');

const classOf = (scenario: Scenario, member: Member): string =>
  scenario.cast.merchants.find(({ group }) => new RegExp(`^${group}-\\d+$`).test(member.id))?.group ?? member.id;

export const exportPlan = (request: PlanRequest): Plan => {
  const { scenario, policy, seed, window, urls } = request;
  const random = request.random ?? castRandom(seed);
  const year = request.year ?? new Date().getUTCFullYear();
  const entries = timelineOf(scenario, policy, { causes: request.causes ?? true });
  const members = membersOf(scenario.cast);
  const since = ({ atMs }: { readonly atMs: number }) => atMs - window.fromMs;
  const inWindow = ({ atMs }: { readonly atMs: number }) => atMs >= window.fromMs && atMs < window.toMs;

  const byClass = new Map<string, { innocent: boolean; arrivals: PlanArrival[] }>();
  const add = (name: string, innocent: boolean, arrivals: readonly PlanArrival[]): void => {
    const known = byClass.get(name) ?? { innocent, arrivals: [] };
    known.arrivals.push(...arrivals);
    byClass.set(name, known);
  };
  for (const member of members)
    add(
      classOf(scenario, member),
      member.innocent,
      arrivalsOfMember(random, member, scenario.cast.buyers.patienceMs, entries, window.toMs)
        .filter(inWindow)
        .map((arrival) => arrivalOf(member, arrival, since(arrival), year)),
    );
  for (const tester of scenario.cast.testers) {
    if (scenario.cast.absent.includes(tester.id)) continue;
    const attempts = attemptsOfTester(random.fork('testers'), tester, entries, window.toMs).filter(inWindow);
    add(
      tester.id,
      false,
      attempts.map(
        (attempt): PlanArrival => ({
          ...plain,
          atMs: since(attempt),
          merchant: tester.member,
          ordinal: `${tester.id}-${attempt.ordinal}`,
          operation: 'card-test',
          amountYen: tester.via === 'checkout' ? tester.amountYen : 0,
          card: { number: attempt.number, cvc: String(attempt.cvc), expYear: year + attempt.yearsLeft },
        }),
      ),
    );
  }
  const scenarios = [...byClass]
    .filter(([, { arrivals }]) => arrivals.length > 0)
    .map(([name, { innocent, arrivals }]) => ({
      name: scenarioName(name),
      class: name,
      innocent,
      arrivals: arrivals.sort((one, other) => one.atMs - other.atMs),
    }));

  const sending = new Set(scenarios.flatMap(({ arrivals }) => arrivals.map(({ merchant }) => merchant)));
  const accounts = new Map(request.accounts.map((account) => [account.id, account]));
  const { baseMs, capMs, timeoutMs } = scenario.cast.sdk;
  const [baseUrl, ...others] = urls.gateways;
  return {
    version: 1,
    scenario: scenario.id,
    policy,
    seed,
    startAtMs: request.startAtMs ?? null,
    durationMs: window.toMs - window.fromMs,
    excerpt: window,
    baseUrl,
    ...(others.length === 0 ? {} : { baseUrls: [baseUrl, ...others] }),
    statusUrl: urls.status ?? null,
    receiversUrl: urls.receivers ?? null,
    simulators: urls.simulators ?? [],
    sdk: { baseMs, capMs, timeoutMs },
    causes: entries
      .filter(({ role, atMs, untilMs }) => role === 'cause' && atMs < window.toMs && (untilMs ?? atMs) >= window.fromMs)
      .map((entry) => ({
        id: entry.event.id,
        atMs: since(entry),
        untilMs: entry.untilMs === null ? null : entry.untilMs - window.fromMs,
        acquirer: 'acquirer' in entry.event.what ? entry.event.what.acquirer : null,
      })),
    thresholds: { ...thresholdsOf(scenario, policy), ...request.thresholds },
    merchants: members
      .filter(({ id }) => sending.has(id))
      .map((member): PlanMerchant => {
        const account = accounts.get(member.id);
        if (account === undefined) throw new Error(`${member.id} sends in the excerpt and has no account`);
        const { id, merchantId, secretKey, publicKey } = account;
        const customers = account.customers.map(({ id: customer, cardId }) => ({ id: customer, cardId }));
        const { innocent, maxRetry } = member;
        return {
          id,
          merchantId,
          class: classOf(scenario, member),
          innocent,
          secretKey,
          publicKey,
          maxRetry,
          customers,
        };
      }),
    scenarios,
  };
};

const plain = {
  captureNow: false,
  stored: false,
  customer: 0,
  namesCard: false,
  patienceMs: 60_000,
  capture: null,
  refund: null,
} as const;

const arrivalOf = (member: Member, intent: Intent, atMs: number, year: number): PlanArrival => ({
  atMs,
  merchant: member.id,
  ordinal: String(intent.ordinal),
  operation: intent.kind,
  amountYen: intent.amountYen,
  ...(member.wrongRequests === true ? { wrongRequest: true } : {}),
  captureNow: intent.captureNow,
  stored: intent.stored,
  customer: intent.customer,
  namesCard: intent.namesCard,
  card: { number: intent.card.number, cvc: intent.card.cvc, expYear: year + intent.card.yearsLeft },
  patienceMs: intent.patienceMs,
  capture: intent.capture,
  refund: intent.refund,
  ...(intent.threeDSecure === undefined ? {} : { threeDSecure: intent.threeDSecure }),
});
