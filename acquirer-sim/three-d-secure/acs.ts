/**
 * The issuers' access control servers: what they answer to an AReq, and what becomes of a challenge.
 *
 * The order of effects at a challenge's end is the specification's: verdict, RReq, RRes, and only then the CRes
 * that a browser may carry (emv-3ds.md section 2). Every wait is on the clock that was handed in.
 */
import { createHash } from 'node:crypto';
import type { Clock, Fetch, Log, Random } from '../ports.ts';
import { codeOf, planOf } from './cards.ts';
import { advance, beginChallenge, type ChallengeEvent, type ChallengeRules, type Remark } from './challenge.ts';
import type { Issuer, ThreeDSecureConfig, Version } from './config.ts';
import { type Answer, decide } from './decide.ts';
import { eciOf, foreignEci } from './eci.ts';
import { faultOf } from './faults/fault.ts';
import type { TdsFaults } from './faults/faults.ts';
import { createHistory } from './history.ts';
import { aResOf, cResOf, rReqOf } from './messages/answers.ts';
import { type AReq, amountYenOf } from './messages/areq.ts';
import { encode } from './messages/creq.ts';
import { createResults } from './results.ts';
import { cancelled, decoupledTooLate, reasonIn, type Verdict } from './status.ts';
import { createTransactions, type Transaction, type Transactions } from './transactions.ts';
import { drawUuid } from './uuid.ts';

/** How a cardholder answers, for the control API. */
export type CardholderAnswer = 'pass' | 'fail' | 'cancel';

export interface Acs {
  readonly transactions: Transactions;
  /** An authentication begins: nothing is decided yet. */
  begin(request: AReq, version: Version, issuer: Issuer): Transaction;
  /** The ACS's answer, of now. */
  answer(transaction: Transaction): Record<string, string>;
  /** One that the directory server makes in its place. */
  standIn(transaction: Transaction, how: 'attempts' | 'unavailable'): Record<string, string>;
  /** It came to nothing, and no ARes was sent. */
  abandon(transaction: Transaction): void;
  /** False: the CReq was one too many, and nothing has changed. */
  open(transaction: Transaction, sessionData: string | null, windowSize: string): boolean;
  act(transaction: Transaction, event: ChallengeEvent): void;
  /** Without a browser. False when no cardholder is waited for. */
  answerFor(transaction: Transaction, as: CardholderAnswer): boolean;
  /** The code that counts. */
  code(transaction: Transaction): string;
  reset(): void;
  stop(): void;
}

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly faults: TdsFaults;
  readonly config: ThreeDSecureConfig;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What stays the same when a cardholder comes back with the same device. */
const deviceOf = (request: AReq): string =>
  sha256(
    JSON.stringify([
      request.browserUserAgent ?? request.deviceChannel,
      request.browserScreenWidth ?? null,
      request.browserScreenHeight ?? null,
      request.browserTZ ?? null,
    ]),
  );

const isElsewhere = (request: Transaction['request']): boolean | null => {
  if (request.addrMatch !== undefined) return request.addrMatch === 'N';
  const { billAddrPostCode: billed, shipAddrPostCode: shipped } = request;
  return billed === undefined || shipped === undefined ? null : billed !== shipped;
};

export const createAcs = ({ clock, random, fetch, log, faults, config }: Dependencies): Acs => {
  const transactions = createTransactions(config.transactionsMax);
  const history = createHistory();
  const results = createResults({ clock, fetch, log, timers: config.timers });
  /** The last CRes of each issuer, for one that sends it again. */
  const lastCres = new Map<string, string>();

  const streamOf = ({ threeDSServerTransID }: { readonly threeDSServerTransID: string }): Random =>
    random.fork(`authentication/${threeDSServerTransID}`);

  const mishapOf = ({ plan }: Transaction) => (plan === null || plan.ends === 'D' ? null : plan.mishap);
  const codeFor = (transaction: Transaction): string => {
    const late = faultOf(transaction.faults, 'code-late') !== undefined ? 'code-late' : mishapOf(transaction);
    return codeOf(late, transaction.challenge?.resends ?? 0);
  };
  const rulesOf = (transaction: Transaction): ChallengeRules => ({
    triesMax: config.triesMax,
    resendsMax: config.resendsMax,
    failsAfterCode: mishapOf(transaction) === 'fails-after-code',
    code: codeFor(transaction),
  });

  /** 20 bytes as 28 characters. Null for a result that has none. */
  const authenticationValueOf = (transaction: Transaction, status: Answer['status']): string | null => {
    if (status !== 'Y' && status !== 'A') return null;
    const lacking = faultOf(transaction.faults, 'no-value');
    if (lacking !== undefined || (status === 'Y' && mishapOf(transaction) === 'no-value')) {
      lacking?.happened();
      return null;
    }
    const drawn = sha256(
      `${streamOf(transaction)
        .fork('value')
        .integer(0, 2 ** 47)}/${transaction.acsTransID}`,
    );
    return Buffer.from(drawn, 'hex').subarray(0, 20).toString('base64');
  };
  const eciFor = (transaction: Transaction, status: Answer['status']): string | undefined => {
    const { brand } = transaction.issuer;
    const foreign = faultOf(transaction.faults, 'foreign-eci');
    if (status !== 'Y' || (foreign === undefined && mishapOf(transaction) !== 'foreign-eci'))
      return eciOf(brand, status);
    foreign?.happened();
    return foreignEci(brand);
  };

  const setTimer = (transaction: Transaction, delayMs: number, wake: () => void): void => {
    transaction.timer?.cancel();
    transaction.timer = clock.after(delayMs, wake);
  };

  const finish = (transaction: Transaction, verdict: Verdict): void => {
    transaction.timer?.cancel();
    transaction.timer = null;
    transaction.verdict = verdict;
    transaction.endedAtMs = clock.wallMs();
    if (verdict.status !== 'U' && verdict.status !== 'A')
      history.ended(transaction.card, transaction.device, verdict.status === 'Y', clock.wallMs());
  };

  /** What the final CRes says. Whoever has no RRes knows of no success (F21). */
  const returnWith = (transaction: Transaction): void => {
    const wrong = faultOf(transaction.faults, 'wrong-status');
    const isKnown = transaction.report.status === 'answered' || transaction.report.status === 'none';
    let status: string = transaction.verdict?.status === 'Y' && isKnown ? 'Y' : 'N';
    if (wrong?.rule.parameters.in === 'CRes') {
      status = wrong.rule.parameters.status;
      wrong.happened();
    }
    const own = encode(cResOf(transaction, status));
    const replayed = faultOf(transaction.faults, 'replayed-cres');
    const earlier = lastCres.get(transaction.issuer.id);
    if (replayed !== undefined && earlier !== undefined) replayed.happened();
    transaction.cres = replayed === undefined ? own : (earlier ?? own);
    lastCres.set(transaction.issuer.id, own);
  };

  const report = async (transaction: Transaction, verdict: Verdict, type: '02' | '03' | '04'): Promise<void> => {
    const { request, threeDSServerTransID } = transaction;
    const job = {
      url: request.threeDSServerURL,
      body: rReqOf({
        ...transaction,
        category: request.messageCategory,
        sdkTransID: request.sdkTransID,
        verdict: { ...verdict, reason: reasonIn(transaction.version, verdict.reason) },
        eci: eciFor(transaction, verdict.status),
        // Left out when the cardholder went away (emv-3ds.md section 3).
        authenticationValue: verdict.cancel === null ? authenticationValueOf(transaction, verdict.status) : null,
        authenticationType: type,
        interactions: transaction.challenge?.interactions ?? 0,
      }),
      report: transaction.report,
      key: threeDSServerTransID,
    };
    const late = faultOf(transaction.faults, 'returns-late');
    if (late !== undefined) {
      late.happened();
      await clock.sleep(late.delayMs);
    }
    const first = faultOf(transaction.faults, 'returns-first');
    if (first !== undefined || mishapOf(transaction) === 'returns-first') {
      first?.happened();
      returnWith(transaction);
      transaction.state = 'ended';
      clock.after(first?.delayMs ?? 5_000, () => void results.deliver(job));
      return;
    }
    await results.deliver(job);
    const twice = faultOf(transaction.faults, 'reported-twice');
    if (twice !== undefined || mishapOf(transaction) === 'reported-twice') {
      twice?.happened();
      await results.repeat(job);
    }
    if (type !== '04') returnWith(transaction);
    transaction.state = 'ended';
  };

  const end = (transaction: Transaction, verdict: Verdict, type: '02' | '03' | '04'): void => {
    finish(transaction, verdict);
    transaction.state = 'reporting';
    transaction.reporting = report(transaction, verdict, type);
  };

  const act = (transaction: Transaction, event: ChallengeEvent): { readonly refused: boolean } => {
    if (transaction.challenge === null) return { refused: true };
    const { challenge, remark, refused } = advance(transaction.challenge, event, rulesOf(transaction));
    const resent = challenge.resends > transaction.challenge.resends;
    const isOver = challenge.verdict !== null && transaction.challenge.verdict === null;
    transaction.challenge = challenge;
    transaction.remark = remark;
    if (resent || event.type === 'creq') transaction.sentAtMs = clock.wallMs();
    if (refused) return { refused };
    if (isOver && challenge.verdict !== null) end(transaction, challenge.verdict, challenge.by === 'app' ? '03' : '02');
    else if (challenge.phase === 'open') {
      // Each screen has its own ten minutes.
      setTimer(transaction, config.timers.screenMs, () => act(transaction, { type: 'left' }));
    }
    return { refused };
  };

  const decoupledMaxMs = ({ request }: Transaction): number =>
    Number(request.threeDSRequestorDecMaxTime ?? '1') * 60_000;

  return {
    transactions,
    begin(request, version, issuer) {
      const stream = streamOf(request);
      const { acctNumber, ...rest } = request;
      const card = sha256(acctNumber);
      const atMs = clock.wallMs();
      const transaction: Transaction = {
        acsTransID: drawUuid(stream.fork('acs')),
        dsTransID: drawUuid(stream.fork('ds')),
        threeDSServerTransID: request.threeDSServerTransID,
        issuer,
        version,
        request: rest,
        amountYen: amountYenOf(request),
        card,
        cardLast4: acctNumber.slice(-4),
        device: deviceOf(request),
        plan: planOf(acctNumber) ?? null,
        faults: faults.drawnFor(issuer.id, request.threeDSServerTransID),
        askedAtMs: atMs,
        endedAtMs: null,
        state: 'asked',
        answered: null,
        challenge: null,
        remark: null,
        sentAtMs: atMs,
        language: request.browserLanguage?.toLowerCase().startsWith('ja') === true ? 'ja' : 'en',
        sessionData: null,
        windowSize: '05',
        verdict: null,
        report: { status: 'none', deliveries: 0, resultsStatus: null },
        cres: null,
        reporting: null,
        timer: null,
      };
      transactions.add(transaction);
      return transaction;
    },
    answer(transaction) {
      const { request, issuer } = transaction;
      const atMs = clock.wallMs();
      const facts = {
        amountYen: transaction.amountYen,
        isElsewhere: isElsewhere(request),
        wish: request.threeDSRequestorChallengeInd ?? null,
        methodFailed: issuer.method !== 'none' && request.threeDSCompInd === 'N',
        past: history.past(transaction.card, transaction.device, atMs),
      };
      const decided = decide(request, transaction.plan, facts);
      history.attempted(transaction.card, atMs);
      const { status, reason, by } = decided;
      transaction.answered = status;
      switch (status) {
        case 'C':
          transaction.state = 'challenge';
          transaction.challenge = beginChallenge(by);
          setTimer(transaction, config.timers.firstCReqMs, () => act(transaction, { type: 'left' }));
          break;
        case 'D': {
          transaction.state = 'decoupled';
          const maxMs = decoupledMaxMs(transaction);
          const inTime = config.timers.decoupledMs <= maxMs;
          setTimer(transaction, inTime ? config.timers.decoupledMs : maxMs, () =>
            end(transaction, inTime ? { status: 'Y', reason: null, cancel: null } : decoupledTooLate, '04'),
          );
          break;
        }
        default:
          finish(transaction, { status: status === 'I' ? 'U' : status, reason, cancel: null });
          transaction.state = 'ended';
      }
      const answer = aResOf({
        ...transaction,
        sdkTransID: request.sdkTransID,
        status,
        reason,
        eci: eciFor(transaction, status),
        authenticationValue: authenticationValueOf(transaction, status),
        acsURL: status === 'C' ? `${config.publicUrl}/acs/creq` : null,
        by,
        mandated: facts.wish === '04',
        cardholderInfo: status === 'D' ? `Please confirm the payment with ${issuer.name.en}.` : null,
      });
      const wrong = faultOf(transaction.faults, 'wrong-status');
      if (wrong?.rule.parameters.in !== 'ARes') return answer;
      wrong.happened();
      return { ...answer, transStatus: wrong.rule.parameters.status };
    },
    standIn(transaction, how) {
      const status = how === 'attempts' ? 'A' : 'U';
      const reason = how === 'attempts' ? null : reasonIn(transaction.version, '22');
      transaction.answered = status;
      finish(transaction, { status, reason, cancel: null });
      transaction.state = 'ended';
      return aResOf({
        ...transaction,
        sdkTransID: transaction.request.sdkTransID,
        status,
        reason,
        eci: eciOf(transaction.issuer.brand, status),
        authenticationValue: authenticationValueOf(transaction, status),
        acsURL: null,
        by: 'code',
        mandated: false,
        cardholderInfo: null,
      });
    },
    abandon(transaction) {
      transaction.timer?.cancel();
      transaction.timer = null;
      transaction.state = 'ended';
      transaction.endedAtMs = clock.wallMs();
    },
    open(transaction, sessionData, windowSize) {
      if (act(transaction, { type: 'creq' }).refused) return false;
      transaction.sessionData = sessionData;
      transaction.windowSize = windowSize;
      return true;
    },
    act: (transaction, event) => void act(transaction, event),
    answerFor(transaction, as) {
      if (transaction.state === 'decoupled') {
        const verdict: Verdict =
          as === 'cancel'
            ? cancelled
            : { status: as === 'pass' ? 'Y' : 'N', reason: as === 'pass' ? null : '01', cancel: null };
        end(transaction, verdict, '04');
        return true;
      }
      if (transaction.state !== 'challenge' || transaction.challenge === null) return false;
      if (transaction.challenge.phase === 'awaiting-creq') act(transaction, { type: 'creq' });
      switch (as) {
        case 'pass':
          act(
            transaction,
            transaction.challenge.by === 'app' ? { type: 'approve' } : { type: 'code', code: codeFor(transaction) },
          );
          return true;
        case 'fail':
          act(transaction, { type: 'give-up' });
          return true;
        case 'cancel':
          act(transaction, { type: 'cancel' });
          return true;
      }
    },
    code: codeFor,
    reset() {
      transactions.reset();
      history.reset();
      lastCres.clear();
    },
    stop() {
      results.stop();
      for (const { timer } of transactions.list()) timer?.cancel();
    },
  };
};

export type { Remark };
