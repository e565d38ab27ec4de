/** CReq of the browser channel, and how messages travel through a browser (emv-3ds.md sections 3 and 6). */
import { type Complaint, complaint, invalidMessage } from '../erro.ts';
import { isUuid } from '../uuid.ts';
import { type Elements, type Reading, readMessage } from './read.ts';

/** Unpadded base64url, as it is sent. */
export const encode = (message: object): string => Buffer.from(JSON.stringify(message)).toString('base64url');

/**
 * A liberal reader: padded or not, of either alphabet (where a form turned `+` into a space, that too).
 * Null when it is no base64 of a text.
 */
export const decode = (value: string): string | null => {
  const standard = value.trim().replaceAll(' ', '+').replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  if (standard === '' || !/^[A-Za-z0-9+/]+$/.test(standard) || standard.length % 4 === 1) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(standard, 'base64'));
  } catch {
    return null;
  }
};

export interface CReq {
  readonly threeDSServerTransID: string;
  readonly acsTransID: string;
  readonly messageVersion: string;
  /** Absent: full screen. */
  readonly challengeWindowSize?: '01' | '02' | '03' | '04' | '05';
}

export const readCReq = (value: string): Reading => {
  const text = decode(value);
  return text === null
    ? { complaint: complaint('101', invalidMessage.format), context: {} }
    : readMessage(text, 'CReq');
};

/** 201 and 203; whether the transaction is known is the ACS's to say. */
export const creqComplaint = ({
  threeDSServerTransID,
  acsTransID,
  challengeWindowSize,
}: Elements): Complaint | null => {
  const ids = { threeDSServerTransID, acsTransID };
  const missing = Object.entries({ ...ids, challengeWindowSize })
    .filter(([, value]) => value === undefined)
    .map(([name]) => name);
  if (missing.length > 0) return complaint('201', missing.join(','));
  const wrong = Object.entries(ids)
    .filter(([, value]) => typeof value !== 'string' || !isUuid(value))
    .map(([name]) => name);
  if (typeof challengeWindowSize !== 'string' || !/^0[1-5]$/.test(challengeWindowSize))
    wrong.push('challengeWindowSize');
  return wrong.length > 0 ? complaint('203', wrong.join(',')) : null;
};

/** Longest session data, after encoding. */
export const SESSION_DATA_MAX = 1_024;
