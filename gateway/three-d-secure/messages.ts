/**
 * The messages of EMV 3-D Secure that a 3DS server writes and reads (emv-3ds.md sections 3 to 6).
 * Pure: who sent what, and which transaction it is about, is the callers' matter.
 */

import { complaintAbout, complaintAboutHead, type Elements, formats, isEciOf, type Version } from './elements.ts';
import { type Complaint, complain } from './erro.ts';
import type { AuthenticationResult, DecidedTransStatus } from './flow.ts';

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly complaint: Complaint };
const good = <T>(value: T): Read<T> => ({ ok: true, value });
const bad = (complaint: Complaint): { readonly ok: false; readonly complaint: Complaint } => ({ ok: false, complaint });

/** What the card holder's browser told of itself. Over-long headers are cut, never refused. */
export interface BrowserFacts {
  readonly acceptHeader: string;
  readonly userAgent: string;
  readonly language: string;
  readonly ip: string | null;
  /** Null: it runs no scripts. */
  readonly script: {
    readonly javaEnabled: boolean;
    readonly colorDepth: string;
    readonly screenHeight: string;
    readonly screenWidth: string;
    /** Minutes; positive is behind UTC. */
    readonly timeZone: string;
  } | null;
}

export interface AReqFacts {
  readonly version: Version;
  readonly serverTransId: string;
  readonly pan: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly cardholderName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  /** `charge`: a payment of `amountYen`; else no payment. */
  readonly kind: 'charge' | 'token' | 'card';
  readonly amountYen: number | null;
  readonly nowMs: number;
  readonly methodCompletion: 'Y' | 'N' | 'U';
  readonly browser: BrowserFacts;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly notificationUrl: string;
  readonly serverUrl: string;
  readonly acquirerBin: string;
  readonly mcc: string;
  readonly requestorId: string;
  readonly operatorId: string;
}

/** Depths that the specification has; a display of 30 bits is told as 24 (a classic 203). */
const depths = [48, 32, 24, 16, 15, 8, 4, 1];
export const legalDepth = (depth: number): string => String(depths.find((one) => depth >= one) ?? 24);

const authenticationIndicators = { charge: '01', token: '04', card: '05' } as const;

/** `yyyyMMddHHmmss`, UTC. */
const utcStamp = (ms: number): string => new Date(ms).toISOString().replace(/[-T:]/g, '').slice(0, 14);

/** ASCII names only: issuers print them on small screens. */
const nameOf = (name: string, max: number): string => name.slice(0, max) || '-';

/** A number of Japan, or with its country: digits after `+81`, or after a leading 0. */
const mobileOf = (phone: string): { cc: string; subscriber: string } | null => {
  const digits = phone.replace(/[^0-9+]/g, '');
  const abroad = /^\+(1|7|81|82|86|886|852|[2-9][0-9])([0-9]{4,15})$/.exec(digits);
  if (abroad !== null) return { cc: abroad[1]!, subscriber: abroad[2]! };
  return /^0[0-9]{5,14}$/.test(digits) ? { cc: '81', subscriber: digits.slice(1) } : null;
};

export const writeAReq = (facts: AReqFacts): Elements => {
  const { browser, version } = facts;
  const mobile = facts.phone === null ? null : mobileOf(facts.phone);
  return {
    messageType: 'AReq',
    messageVersion: version,
    messageCategory: facts.kind === 'charge' ? '01' : '02',
    deviceChannel: '02',
    threeDSServerTransID: facts.serverTransId,
    threeDSServerRefNumber: 'BREAKWATER_3DSS_00001',
    threeDSServerOperatorID: facts.operatorId,
    threeDSServerURL: facts.serverUrl,
    threeDSRequestorID: facts.requestorId,
    threeDSRequestorName: nameOf(facts.merchantName, 40),
    threeDSRequestorAuthenticationInd: authenticationIndicators[facts.kind],
    threeDSCompInd: facts.methodCompletion,
    notificationURL: facts.notificationUrl,
    acctNumber: facts.pan,
    cardExpiryDate: `${String(facts.expYear % 100).padStart(2, '0')}${String(facts.expMonth).padStart(2, '0')}`,
    ...(facts.cardholderName === null || facts.cardholderName.length < 2
      ? {}
      : { cardholderName: facts.cardholderName.slice(0, 45) }),
    ...(facts.email === null ? {} : { email: facts.email.slice(0, 254) }),
    ...(mobile === null ? {} : { mobilePhone: mobile }),
    acquirerBIN: facts.acquirerBin,
    acquirerMerchantID: facts.merchantId.slice(0, 35),
    mcc: facts.mcc,
    merchantCountryCode: '392',
    merchantName: nameOf(facts.merchantName, 40),
    ...(facts.amountYen === null
      ? {}
      : {
          purchaseAmount: String(facts.amountYen),
          purchaseCurrency: '392',
          purchaseExponent: '0',
          purchaseDate: utcStamp(facts.nowMs),
          transType: '01',
        }),
    browserAcceptHeader: browser.acceptHeader.slice(0, 2048) || '*/*',
    browserUserAgent: browser.userAgent.slice(0, 2048) || '-',
    browserLanguage: browser.language.slice(0, 8) || 'ja',
    ...(browser.ip === null ? {} : { browserIP: browser.ip.slice(0, 45) }),
    // 2.1 asks for all of a browser and does not know one without scripts.
    ...(version === '2.2.0' ? { browserJavascriptEnabled: browser.script !== null } : {}),
    ...(browser.script === null
      ? version === '2.1.0'
        ? scriptElements({ javaEnabled: false, colorDepth: '24', screenHeight: '0', screenWidth: '0', timeZone: '0' })
        : {}
      : scriptElements(browser.script)),
  };
};

const scriptElements = (script: NonNullable<BrowserFacts['script']>): Elements => ({
  browserJavaEnabled: script.javaEnabled,
  browserColorDepth: script.colorDepth,
  browserScreenHeight: script.screenHeight,
  browserScreenWidth: script.screenWidth,
  browserTZ: script.timeZone,
});

/** What an AReq asked, as far as its answers must agree with it. */
export interface Asked {
  readonly version: string;
  readonly serverTransId: string;
  readonly kind: 'charge' | 'token' | 'card';
  readonly brand: string;
}

export type ARes =
  | { readonly kind: 'challenge'; readonly acsUrl: string; readonly dsTransId: string; readonly acsTransId: string }
  | { readonly kind: 'decided'; readonly result: AuthenticationResult };

const decided = new Set<unknown>(['Y', 'A', 'N', 'R', 'U']);
const sameId = (one: unknown, other: string): boolean =>
  typeof one === 'string' && one.toLowerCase() === other.toLowerCase();

const optional = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Rules that ARes and RReq share once both say how it ended. */
const endComplaint = (elements: Elements, asked: Asked): Complaint | null => {
  const { transStatus, eci } = elements;
  const proved = asked.kind === 'charge' && (transStatus === 'Y' || transStatus === 'A');
  const needsReason = asked.kind === 'charge' && (transStatus === 'N' || transStatus === 'U' || transStatus === 'R');
  const complaint = complaintAbout(elements, {
    authenticationValue: { format: formats.authenticationValue, needed: proved },
    eci: { format: formats.two, needed: false },
    transStatusReason: { format: formats.two, needed: needsReason },
  });
  if (complaint !== null) return complaint;
  const reason = optional(elements.transStatusReason);
  if (reason !== undefined && asked.version === '2.1.0' && /^2[2-6]$/.test(reason))
    return complain('203', 'transStatusReason');
  if (typeof eci === 'string' && eci !== '' && !isEciOf(asked.brand, String(transStatus), eci))
    return complain('203', 'eci');
  return null;
};

const resultFrom = (elements: Elements, asked: Asked, challenged: boolean): AuthenticationResult => ({
  transStatus: elements.transStatus as DecidedTransStatus,
  reason: optional(elements.transStatusReason),
  eci: optional(elements.eci),
  cavv: optional(elements.authenticationValue),
  dsTransId: optional(elements.dsTransID),
  acsTransId: optional(elements.acsTransID),
  serverTransId: asked.serverTransId,
  version: asked.version,
  cancel: optional(elements.challengeCancel),
  challenged,
});

/** ARes: `C` sends the browser to the ACS, everything else decides. */
export const readARes = (elements: Elements, asked: Asked): Read<ARes> => {
  const complaint =
    complaintAboutHead(elements, 'ARes', asked.version) ??
    complaintAbout(elements, {
      threeDSServerTransID: { format: formats.uuid, needed: true },
      dsTransID: { format: formats.uuid, needed: true },
      acsTransID: { format: formats.uuid, needed: true },
      transStatus: { format: (value) => typeof value === 'string', needed: true },
    });
  if (complaint !== null) return bad(complaint);
  if (!sameId(elements.threeDSServerTransID, asked.serverTransId)) return bad(complain('301', 'threeDSServerTransID'));
  const { transStatus, dsTransID, acsTransID } = elements as Record<string, string>;
  if (transStatus === 'C') {
    const incomplete = complaintAbout(elements, { acsURL: { format: formats.url, needed: true } });
    if (incomplete !== null) return bad(incomplete);
    return good({
      kind: 'challenge',
      acsUrl: elements.acsURL as string,
      dsTransId: dsTransID!,
      acsTransId: acsTransID!,
    });
  }
  // D and I are legal only where they were asked for, and we ask for neither.
  if (!decided.has(transStatus)) return bad(complain('203', 'transStatus'));
  const illegal = endComplaint(elements, asked);
  return illegal === null ? good({ kind: 'decided', result: resultFrom(elements, asked, false) }) : bad(illegal);
};

/** Checks of an RReq that need no transaction: what it is, and the ids it names. */
export const rreqIds = (
  elements: Elements,
): Read<{ readonly serverTransId: string; readonly dsTransId: string; readonly acsTransId: string }> => {
  const complaint =
    complaintAboutHead(elements, 'RReq', null) ??
    complaintAbout(elements, {
      threeDSServerTransID: { format: formats.uuid, needed: true },
      dsTransID: { format: formats.uuid, needed: true },
      acsTransID: { format: formats.uuid, needed: true },
      messageCategory: { format: (value) => value === '01' || value === '02', needed: true },
      transStatus: { format: (value) => decided.has(value), needed: true },
    });
  if (complaint !== null) return bad(complaint);
  const { threeDSServerTransID, dsTransID, acsTransID } = elements as Record<string, string>;
  return good({
    serverTransId: threeDSServerTransID!.toLowerCase(),
    dsTransId: dsTransID!.toLowerCase(),
    acsTransId: acsTransID!.toLowerCase(),
  });
};

/** The rest of it, against what was asked. */
export const readRReq = (elements: Elements, asked: Asked): Read<AuthenticationResult> => {
  const complaint =
    complaintAboutHead(elements, 'RReq', asked.version) ??
    (elements.messageCategory === (asked.kind === 'charge' ? '01' : '02')
      ? null
      : complain('203', 'messageCategory')) ??
    complaintAbout(elements, {
      interactionCounter: { format: formats.two, needed: false },
      challengeCancel: {
        format: (value) =>
          typeof value === 'string' && /^0[1-8]$/.test(value) && !(value === '02' && asked.version === '2.2.0'),
        // "04/05 mandatory when reason is 14".
        needed: elements.transStatusReason === '14',
      },
    }) ??
    endComplaint(elements, asked);
  return complaint === null ? good(resultFrom(elements, asked, true)) : bad(complaint);
};

/** RRes: `01` received, `02` the first CReq never came. */
export const writeRRes = (rreq: Elements): Elements => ({
  messageType: 'RRes',
  messageVersion: rreq.messageVersion,
  threeDSServerTransID: rreq.threeDSServerTransID,
  dsTransID: rreq.dsTransID,
  acsTransID: rreq.acsTransID,
  resultsStatus: rreq.challengeCancel === '05' ? '02' : '01',
});

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The one CReq of the browser channel, as its form field. */
export const writeCReq = (of: {
  readonly version: string;
  readonly serverTransId: string;
  readonly acsTransId: string;
  readonly windowSize: string;
}): string =>
  base64url({
    messageType: 'CReq',
    messageVersion: of.version,
    threeDSServerTransID: of.serverTransId,
    acsTransID: of.acsTransId,
    challengeWindowSize: of.windowSize,
  });

export const writeMethodData = (serverTransId: string, notificationUrl: string): string =>
  base64url({ threeDSServerTransID: serverTransId, threeDSMethodNotificationURL: notificationUrl });

/** A form field of base64url(JSON), padded or not, of either alphabet. Null: it is none. */
export const fromBase64 = (field: string): string | null => {
  if (field === '' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(field)) return null;
  const text = Buffer.from(field, 'base64').toString('utf8');
  return text.includes('\uFFFD') ? null : text;
};

/**
 * A final CRes, or the ACS's Erro in its place, as the browser brought it: which transaction it says it is
 * about, and no more. What it says of the result is read for its form and never used.
 */
export const readCRes = (elements: Elements): Read<{ readonly serverTransId: string; readonly acsTransId: string }> => {
  const erro = elements.messageType === 'Erro';
  const complaint = erro
    ? complaintAbout(elements, { threeDSServerTransID: { format: formats.uuid, needed: true } })
    : (complaintAboutHead(elements, 'CRes', null) ??
      complaintAbout(elements, {
        threeDSServerTransID: { format: formats.uuid, needed: true },
        acsTransID: { format: formats.uuid, needed: true },
        transStatus: { format: (value) => value === 'Y' || value === 'N', needed: true },
      }));
  if (complaint !== null) return bad(complaint);
  const { threeDSServerTransID, acsTransID = '' } = elements as Record<string, string>;
  return good({ serverTransId: threeDSServerTransID!.toLowerCase(), acsTransId: acsTransID.toLowerCase() });
};
