/**
 * RReq: the ACS's word to the 3DS server, through the directory server (emv-3ds.md sections 2 and 8).
 *
 * One delivery waits 3 s for its RRes. A connection that fails is tried again at once and then every 10 s; an
 * RRes that is late is not asked for again. The browser is let go when there is an RRes, or after the second
 * failure: how long it is held beyond that the specification does not say.
 */

import type { Clock, Fetch, Log, Timer } from '../ports.ts';
import type { ThreeDSecureConfig } from './config.ts';
import { complaint, erroOf } from './erro.ts';
import { readMessage } from './messages/read.ts';
import type { Report } from './transactions.ts';

export interface ResultJob {
  readonly url: string;
  readonly body: Readonly<Record<string, string>>;
  readonly report: Report;
  readonly key: string;
}

export interface Results {
  /** Resolves when the browser may go on. */
  deliver(job: ResultJob): Promise<void>;
  /** The same message once more, whatever came back before: a fault's doing. */
  repeat(job: ResultJob): Promise<void>;
  stop(): void;
}

interface Dependencies {
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly timers: ThreeDSecureConfig['timers'];
}

type Outcome = 'answered' | 'refused' | 'late' | 'failed';

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';

const isAnswerTo = (text: string, body: ResultJob['body']): { resultsStatus: string } | null => {
  const reading = readMessage(text, 'RRes');
  if ('complaint' in reading) return null;
  const { elements } = reading;
  const { resultsStatus } = elements;
  const same = ['messageVersion', 'threeDSServerTransID', 'dsTransID', 'acsTransID'].every(
    (name) => elements[name] === body[name],
  );
  if (!same || typeof resultsStatus !== 'string' || !/^0[1-3]$/.test(resultsStatus)) return null;
  return { resultsStatus };
};

export const createResults = ({ clock, fetch, log, timers }: Dependencies): Results => {
  const waiting = new Set<Timer>();
  let stopped = false;

  const post = (url: string, body: object, drawKey: string) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      timeoutMs: timers.rResMs,
      drawKey,
    });

  const once = async ({ url, body, report, key }: ResultJob): Promise<Outcome> => {
    report.deliveries += 1;
    try {
      const reply = await post(url, body, `rreq/${key}/${report.deliveries}`);
      const text = await reply.text();
      if (reply.status >= 500) return 'failed';
      const answer = isAnswerTo(text, body);
      if (answer === null) return 'refused';
      report.resultsStatus = answer.resultsStatus;
      return 'answered';
    } catch (error) {
      if (!isTimeout(error)) return 'failed';
      log.info({ event: 'tds.result-late', transaction: body.acsTransID });
      // To the immediate peer only; nobody has to answer it.
      const { threeDSServerTransID, dsTransID, acsTransID } = body;
      const ids = { threeDSServerTransID, dsTransID, acsTransID, errorMessageType: 'RReq' };
      void post(url, erroOf('D', complaint('402', 'RRes'), ids), `erro/${key}/${report.deliveries}`).catch(() => null);
      return 'late';
    }
  };

  const settle = (report: Report, outcome: Exclude<Outcome, 'failed'>): void => {
    // A first answer stands; what comes to a repetition changes nothing.
    if (report.status !== 'answered') report.status = outcome;
  };

  const later = (job: ResultJob): void => {
    if (stopped) return;
    const timer = clock.after(timers.rReqRetryMs, () => {
      waiting.delete(timer);
      void once(job).then((outcome) => {
        if (outcome !== 'failed') settle(job.report, outcome);
        else if (job.report.deliveries < timers.rReqTriesMax) later(job);
        else job.report.status = 'undelivered';
      });
    });
    waiting.add(timer);
  };

  return {
    async deliver(job) {
      job.report.status = 'sending';
      for (let nth = 0; nth < Math.min(2, timers.rReqTriesMax); nth += 1) {
        const outcome = await once(job);
        if (outcome !== 'failed') return settle(job.report, outcome);
      }
      if (timers.rReqTriesMax <= 2) job.report.status = 'undelivered';
      else later(job);
    },
    async repeat(job) {
      await once(job);
    },
    stop() {
      stopped = true;
      for (const timer of waiting) timer.cancel();
      waiting.clear();
    },
  };
};
