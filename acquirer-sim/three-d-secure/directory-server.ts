/**
 * The schemes' directory server: which ranges there are, whose card it is, and what is said when an ACS is not
 * there (emv-3ds.md sections 8 and 9). Answers are messages; what carries them is the routes' business.
 */
import { drawServiceMs } from '../capacity/service-time.ts';
import type { Clock, Random } from '../ports.ts';
import type { Acs } from './acs.ts';
import type { StandIn, ThreeDSecureConfig, Version } from './config.ts';
import { eciOf } from './eci.ts';
import { type Complaint, complaint, type Erro, type ErroContext, erroOf } from './erro.ts';
import { faultOf } from './faults/fault.ts';
import type { Directory } from './issuers.ts';
import { aResOf } from './messages/answers.ts';
import { asAReq, complaintOf } from './messages/areq.ts';
import { readMessage } from './messages/read.ts';
import type { Transaction } from './transactions.ts';
import { drawUuid, isUuid } from './uuid.ts';

/** Null: the caller is never answered. */
export type DirectoryAnswer = Readonly<Record<string, unknown>> | Erro | null;

export interface DirectoryServer {
  preq(text: string): DirectoryAnswer;
  areq(text: string): Promise<DirectoryAnswer>;
  reset(): void;
}

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly directory: Directory;
  readonly acs: Acs;
  readonly config: ThreeDSecureConfig;
}

const LATE_MS = 8_000;

/** Callers of a PReq that are remembered. */
const CALLERS_MAX = 10_000;

export const createDirectoryServer = ({ clock, random, directory, acs, config }: Dependencies): DirectoryServer => {
  const askedAtMs = new Map<string, number>();
  /** Ids of authentications that no ACS saw: not enrolled. */
  const unseen = new Set<string>();
  const { timers } = config;

  const ranges = directory.ranges.map(({ start, end, issuer }) => ({
    startRange: start,
    endRange: end,
    acsStartProtocolVersion: '2.1.0',
    acsEndProtocolVersion: issuer.version,
    actionInd: 'A',
    acsInfoInd: ['01', '02', '03'],
    ...(issuer.method === 'none' ? {} : { threeDSMethodURL: `${config.publicUrl}/acs/method/${issuer.id}` }),
  }));
  /** 2.1 has no `acsInfoInd`. */
  const rangesIn: Readonly<Record<Version, readonly object[]>> = {
    '2.2.0': ranges,
    '2.1.0': ranges.map(({ acsInfoInd: _, ...range }) => range),
  };

  const refuse = (refused: Complaint, context: ErroContext): Erro => erroOf('D', refused, context);

  const notEnrolled = (request: { threeDSServerTransID: string }, version: Version, number: string) => {
    const stream = random.fork(`not-enrolled/${request.threeDSServerTransID}`);
    const brand = directory.issuerOf(number.slice(0, 1));
    unseen.add(request.threeDSServerTransID);
    if (unseen.size > CALLERS_MAX) unseen.delete(unseen.values().next().value ?? '');
    return aResOf({
      threeDSServerTransID: request.threeDSServerTransID,
      dsTransID: drawUuid(stream.fork('ds')),
      acsTransID: drawUuid(stream.fork('acs')),
      version,
      sdkTransID: undefined,
      status: 'A',
      reason: null,
      eci: eciOf(brand === undefined || brand === 'none' ? 'visa' : brand.brand, 'A'),
      authenticationValue: Buffer.from(Uint8Array.from({ length: 20 }, () => stream.integer(0, 255))).toString(
        'base64',
      ),
      acsURL: null,
      by: 'code',
      mandated: false,
      cardholderInfo: null,
    });
  };

  const standIn = (
    transaction: Transaction,
    how: StandIn,
    code: '402' | '403' | '404' | '405',
    context: ErroContext,
  ): DirectoryAnswer => {
    if (how !== 'error') return acs.standIn(transaction, how);
    acs.abandon(transaction);
    return refuse(complaint(code, 'AReq'), { ...context, dsTransID: transaction.dsTransID });
  };

  return {
    preq(text) {
      const reading = readMessage(text, 'PReq');
      if ('complaint' in reading) return refuse(reading.complaint, reading.context);
      const { elements, version, context } = reading;
      const { threeDSServerTransID, threeDSServerRefNumber, threeDSServerOperatorID } = elements;
      if (threeDSServerTransID === undefined) return refuse(complaint('201', 'threeDSServerTransID'), context);
      if (typeof threeDSServerTransID !== 'string' || !isUuid(threeDSServerTransID))
        return refuse(complaint('203', 'threeDSServerTransID'), context);
      const caller = threeDSServerOperatorID ?? threeDSServerRefNumber;
      if (caller !== undefined && (typeof caller !== 'string' || caller.length > 32))
        return refuse(
          complaint(
            '203',
            threeDSServerOperatorID === undefined ? 'threeDSServerRefNumber' : 'threeDSServerOperatorID',
          ),
          context,
        );
      if (caller !== undefined) {
        const before = askedAtMs.get(caller);
        if (before !== undefined && clock.monotonicMs() - before < timers.pReqMs)
          return refuse(complaint('103', `one PReq in ${timers.pReqMs / 60_000} minutes`), context);
        askedAtMs.set(caller, clock.monotonicMs());
        if (askedAtMs.size > CALLERS_MAX) askedAtMs.delete(askedAtMs.keys().next().value ?? '');
      }
      return {
        messageType: 'PRes',
        messageVersion: version,
        threeDSServerTransID,
        dsTransID: drawUuid(random.fork(`preq/${threeDSServerTransID}`)),
        dsStartProtocolVersion: '2.1.0',
        dsEndProtocolVersion: '2.2.0',
        serialNum: '1',
        cardRangeData: rangesIn[version],
      };
    },

    async areq(text) {
      const reading = readMessage(text, 'AReq');
      if ('complaint' in reading) return refuse(reading.complaint, reading.context);
      const { elements, version, context } = reading;
      const wrong = complaintOf(elements, version);
      if (wrong !== null) return refuse(wrong, context);
      const request = asAReq(elements);
      const issuer = directory.issuerOf(request.acctNumber);
      if (issuer === undefined) return refuse(complaint('305', 'acctNumber'), context);
      const id = request.threeDSServerTransID;
      if (acs.transactions.hasServerTransID(id) || unseen.has(id))
        return refuse(complaint('301', 'threeDSServerTransID'), context);
      if (issuer === 'none') return notEnrolled(request, version, request.acctNumber);
      if (version > issuer.version) return refuse(complaint('102', issuer.version), context);

      const transaction = acs.begin(request, version, issuer);
      const { faults } = transaction;
      const mishap = transaction.plan === null || transaction.plan.ends === 'D' ? null : transaction.plan.mishap;
      const own = config.standIn[issuer.brand] ?? 'error';

      const gone = faultOf(faults, 'ds-timeout');
      if (gone !== undefined) {
        gone.happened();
        acs.abandon(transaction);
        return null;
      }
      const broken = faultOf(faults, 'acs-error');
      if (broken !== undefined || mishap === 'acs-broken') {
        broken?.happened();
        const { code, standIn: how } = broken?.rule.parameters ?? { code: '404' as const, standIn: 'error' as const };
        return standIn(transaction, how, code, context);
      }
      const silent = faultOf(faults, 'acs-timeout');
      const slow = faultOf(faults, 'acs-slow');
      const thinkMs =
        drawServiceMs(random.fork(`service/${id}`), config.serviceMs) +
        (slow?.delayMs ?? 0) +
        (mishap === 'acs-late' ? LATE_MS : 0);
      slow?.happened();
      if (silent !== undefined || mishap === 'acs-silent' || thinkMs > timers.aResMs) {
        silent?.happened();
        await clock.sleep(timers.aResMs);
        return standIn(transaction, silent?.rule.parameters.standIn ?? own, '402', context);
      }
      await clock.sleep(thinkMs);
      return acs.answer(transaction);
    },

    reset() {
      askedAtMs.clear();
      unseen.clear();
    },
  };
};
