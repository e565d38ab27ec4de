/**
 * k6 plays the merchants and buyers: the same intents as the cast's, as a plan, sent by real k6.
 *
 * What k6 saw comes back as lines of its console; from them, and from nothing the gateway says of
 * itself, the judge's operations and the auditor's first book are made. The merchants' servers and
 * the reader of the public page are ours either way.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient, exchange } from '../cast/client.ts';
import { enrolMembers } from '../cast/enrol.ts';
import { createInFlight } from '../cast/in-flight.ts';
import { type Enrolled, membersOf } from '../cast/members.ts';
import { createReader } from '../cast/reader.ts';
import { createReceivers } from '../cast/receivers.ts';
import { memberIds } from '../cast/schema.ts';
import { createToldBook } from '../cast/told.ts';
import { HarnessError } from '../cli/exit-status.ts';
import { secrets } from '../theatre/credentials.ts';
import { castRandom } from './cast-client.ts';
import type { Child } from './children.ts';
import type { ClientDeps, ClientFigures, LiveClient, MakeClient } from './client.ts';
import { type ExchangeLine, linesOf, shownIn } from './k6-lines.ts';
import { exportPlan, keyOf } from './plan/export.ts';
import { pause, realClock, realFetch } from './real-world.ts';
import { toolFile, toolVersions } from './tools.ts';

const script = fileURLToPath(new URL('../../load/replay.ts', import.meta.url));
/** k6 compiles its scripts and makes its virtual users first. */
const leadMs = 12_000;
/** After the last arrival: patience of a client, read-backs, and k6's own end. */
const endsWithinMs = 180_000;

/** Bounds that did not hold, out of k6's own summary. */
const crossedIn = (file: string): readonly string[] => {
  if (!existsSync(file)) return ['k6 wrote no summary'];
  const { metrics } = JSON.parse(readFileSync(file, 'utf8')) as {
    metrics?: Readonly<Record<string, { thresholds?: Readonly<Record<string, { ok?: boolean }>> }>>;
  };
  return Object.entries(metrics ?? {}).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(thresholds).flatMap(([bound, { ok }]) => (ok === false ? [`${name} ${bound}`] : [])),
  );
};

export interface K6Options {
  /** Every acknowledged write is read back at once, as well. */
  readonly readBack?: boolean;
}

/** How many charges are looked at at once in the end, and how often each until it is seen. */
const lookersMax = 8;
const looksMax = 40;
const lookAgainMs = 500;
const lookTimeoutMs = 10_000;

export const k6With =
  (options: K6Options): MakeClient =>
  (deps) =>
    clientOf(deps, options);

const clientOf = (deps: ClientDeps, options: K6Options): LiveClient => {
  const { scenario, programs, recorder, startWallMs, lengthMs, seed } = deps;
  const file = toolFile('k6');
  const folder = path.join(deps.logFolder, 'k6');
  const consoleFile = path.join(folder, 'operations.ndjson');
  mkdirSync(folder, { recursive: true });
  writeFileSync(consoleFile, '');

  const clock = realClock();
  const fetch = realFetch();
  const random = castRandom(seed);
  const nowMs = (): number => Date.now() - startWallMs();
  const told = createToldBook();
  const quiet = (): void => {};
  const log = {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (fields: object) => deps.onFailure(new Error(JSON.stringify(fields))),
  };
  const inFlight = createInFlight(log);
  const members = new Map<string, Enrolled>();
  const expected = new Set(memberIds(scenario.cast));
  const reports = {
    received: (notice: Parameters<typeof recorder.received>[0]) => {
      if (Number.isFinite(notice.atMs)) recorder.received(notice);
    },
  };
  const reader = createReader({
    clock,
    fetch,
    statusUrl: programs.statusUrl,
    everyMs: scenario.cast.reader.everyMs,
    reports,
    nowMs,
    inFlight,
  });
  let k6: Child | null = null;
  let figures: ClientFigures | null = null;
  let requests = 0;

  const accounts = () =>
    [...members.values()].map(({ id, merchantId, secretAuth, publicAuth, customers }) => ({
      id,
      merchantId,
      secretKey: keyOf(secretAuth),
      publicKey: keyOf(publicAuth),
      customers: customers.map(({ id: customer, cardId }) => ({ id: customer, cardId })),
    }));

  /** What a merchant was told of a charge, as a body of ours would have said it. */
  const learn = (line: ExchangeLine): void => {
    const merchantId = members.get(line.member)?.merchantId;
    if (merchantId === undefined || line.chargeId === null) return;
    const isCreate = line.leg === 'charge' || line.leg === 'finish';
    const teller = {
      member: line.member,
      merchantId,
      idempotencyKey: isCreate ? line.key : null,
      amountYen: isCreate ? line.amountYen : null,
    };
    const { charge } = line;
    if (line.status === 200 && charge !== null)
      told.shown(
        teller,
        {
          object: 'charge',
          id: charge.id,
          amount: charge.amountYen,
          amount_refunded: charge.refundedYen,
          captured: charge.captured,
          paid: charge.paid,
          ...(charge.outcome === null ? {} : { outcome: charge.outcome }),
        },
        line.answeredMs - startWallMs(),
      );
    else if (line.outcome === 'unknown') told.named(teller, line.chargeId, 'unknown');
    else if (isCreate && line.status !== null && line.status !== 200) told.named(teller, line.chargeId, 'failed');
  };

  let read = false;
  const readAll = (): void => {
    if (read) return;
    read = true;
    let operations = 0;
    for (const line of linesOf(consoleFile)) {
      if (line.t === 'operation') {
        const { t: _, ...operation } = line;
        requests += operation.requests;
        // k6's own second is not ours to the millisecond: what it began after the end nobody judges.
        if (operation.startedMs >= 0 && operation.startedMs < lengthMs) operations += 1;
        deps.onOperation(operation);
      } else if (line.t === 'exchange') learn(line);
    }
    figures = { operations, requests, crossed: crossedIn(path.join(folder, 'summary.json')) };
  };

  return {
    name: `k6 ${toolVersions.k6}`,
    leadMs,
    receivers: createReceivers({
      merchantIdOf: (member) => members.get(member)?.merchantId,
      isExpected: (member) => expected.has(member),
      reports,
      told,
      nowMs,
    }),
    async enrol() {
      const { cast } = scenario;
      const client = createClient({ fetch, clock, random, gatewayUrl: programs.gatewayUrl, sdk: cast.sdk });
      const enrolled = await enrolMembers(
        {
          client,
          fetch,
          clock,
          random,
          gatewayUrl: programs.gatewayUrl,
          receiversUrl: programs.receiversUrl,
          adminToken: secrets.adminToken,
          timeoutMs: cast.sdk.timeoutMs,
        },
        membersOf(cast),
      );
      for (const member of enrolled) members.set(member.id, member);
    },
    async open(startAtMs) {
      const plan = exportPlan({
        scenario,
        policy: deps.policy,
        seed,
        window: { fromMs: 0, toMs: lengthMs },
        accounts: accounts(),
        urls: {
          gateways: [programs.gatewayUrl],
          status: programs.statusUrl,
          receivers: `http://127.0.0.1:${programs.receiversPort}/notices`,
        },
        startAtMs,
        random,
      });
      const planFile = path.join(deps.folder, 'plan.json');
      writeFileSync(planFile, JSON.stringify(plan));
      const given = {
        PLAN: planFile,
        OPERATIONS: '1',
        OUT: folder,
        ...(options.readBack === true ? { READ_BACK: '1' } : {}),
      };
      k6 = await deps.household.start({
        name: 'k6',
        file,
        args: [
          'run',
          '--quiet',
          '--no-usage-report',
          '--address',
          '',
          '--console-output',
          consoleFile,
          '--log-format',
          'raw',
          ...Object.entries(given).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
          script,
        ],
        env: { K6_NO_USAGE_REPORT: 'true', GOMAXPROCS: '2' },
        mayEnd: true,
        readyWhen: () => false,
        readyAtOnce: true,
      });
      reader.start();
    },
    // The plan has the timeline in it.
    traffic: quiet,
    pace: quiet,
    async drain() {
      if (k6 === null) return;
      let late: NodeJS.Timeout | undefined;
      const patience = new Promise<'late'>((resolve) => {
        late = setTimeout(() => resolve('late'), endsWithinMs);
      });
      const ended = await Promise.race([k6.gone, patience]);
      clearTimeout(late);
      if (ended === 'late') throw new HarnessError(`k6 has not ended ${endsWithinMs / 1000} s after the excerpt`);
      readAll();
      if (figures?.operations === 0) throw new HarnessError(`k6 sent nothing; see ${deps.logFolder}/k6.log`);
    },
    async lookAtAll() {
      const left = told.charges();
      const asked = left.length;
      let answered = 0;
      const lookAt = async ({ member, chargeId }: (typeof left)[number]): Promise<void> => {
        const authorization = members.get(member)?.secretAuth ?? '';
        for (let time = 0; time < looksMax; time += 1) {
          const sentMs = Date.now();
          const answer = await exchange(fetch, `${programs.gatewayUrl}/v1/charges/${chargeId}`, {
            method: 'GET',
            headers: { authorization },
            timeoutMs: lookTimeoutMs,
          });
          const line: ExchangeLine = {
            t: 'exchange',
            member,
            ordinal: `end/${chargeId}`,
            leg: 'look',
            key: null,
            amountYen: null,
            sentMs,
            answeredMs: Date.now(),
            requests: 1,
            status: answer?.status ?? null,
            decidedBy: answer?.decidedBy ?? null,
            outcome: answer?.outcome ?? null,
            chargeId,
            charge: shownIn(answer?.body),
          };
          appendFileSync(consoleFile, `${JSON.stringify(line)}\n`);
          if (answer !== null && answer.status !== 429 && answer.status < 500) {
            learn(line);
            answered += 1;
            return;
          }
          await pause(lookAgainMs);
        }
      };
      const looker = async (): Promise<void> => {
        for (let charge = left.pop(); charge !== undefined; charge = left.pop()) await lookAt(charge);
      };
      await Promise.all(Array.from({ length: lookersMax }, looker));
      return { asked, answered };
    },
    async stop() {
      reader.stop();
      // Interrupted: it writes what it has.
      if (k6 !== null && !k6.ended()) await k6.stop('SIGINT');
      readAll();
    },
    told: () => Promise.resolve(told.charges()),
    requests: () => requests,
    figures: () => figures,
    async close() {
      reader.stop();
      await fetch.close();
    },
  };
};
