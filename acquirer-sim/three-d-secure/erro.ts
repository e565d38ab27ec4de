/** The protocol's error message (emv-3ds.md section 9). */
import type { Version } from './config.ts';

export type ErrorCode =
  | '101'
  | '102'
  | '103'
  | '201'
  | '202'
  | '203'
  | '204'
  | '301'
  | '304'
  | '305'
  | '306'
  | '402'
  | '403'
  | '404'
  | '405';

const descriptions: Readonly<Record<ErrorCode, string>> = {
  101: 'Message received is invalid',
  102: 'Message version not supported',
  103: 'Sent messages limit exceeded',
  201: 'A message element required as defined is missing from the message',
  202: 'Critical message extension not recognised',
  203: 'Format or value of one or more data elements is invalid',
  204: 'Duplicate data element',
  301: 'Transaction ID received is not valid for the receiving component',
  304: 'ISO code not valid',
  305: 'Transaction data not valid',
  306: 'Merchant category code (MCC) not valid',
  402: 'Transaction timed out',
  403: 'Transient system failure',
  404: 'Permanent system failure',
  405: 'System connection failure',
};

/** The three phrases of 101. */
export const invalidMessage = {
  type: 'Invalid Message Type',
  receiver: 'Invalid Message for the receiving component',
  format: 'Invalid Formatted Message',
} as const;

/** What is wrong with a message; who says so is added by the component that answers. */
export interface Complaint {
  readonly code: ErrorCode;
  readonly detail: string;
}

export const complaint = (code: ErrorCode, detail: string): Complaint => ({ code, detail });

/** D: directory server, A: ACS. */
export type Component = 'D' | 'A';

/** Of the message complained of, as far as they could be read. */
export interface ErroContext {
  readonly messageVersion?: Version | undefined;
  readonly errorMessageType?: string | undefined;
  readonly threeDSServerTransID?: string | undefined;
  readonly dsTransID?: string | undefined;
  readonly acsTransID?: string | undefined;
}

export interface Erro extends Required<Pick<ErroContext, 'messageVersion'>>, Omit<ErroContext, 'messageVersion'> {
  readonly messageType: 'Erro';
  readonly errorCode: ErrorCode;
  readonly errorComponent: Component;
  readonly errorDescription: string;
  readonly errorDetail: string;
}

export const erroOf = (component: Component, { code, detail }: Complaint, context: ErroContext): Erro => {
  const { messageVersion = '2.2.0', errorMessageType, threeDSServerTransID, dsTransID, acsTransID } = context;
  return {
    messageType: 'Erro',
    messageVersion,
    errorCode: code,
    errorComponent: component,
    errorDescription: descriptions[code],
    errorDetail: detail.slice(0, 2_048),
    ...(errorMessageType === undefined ? {} : { errorMessageType }),
    ...(threeDSServerTransID === undefined ? {} : { threeDSServerTransID }),
    ...(dsTransID === undefined ? {} : { dsTransID }),
    ...(acsTransID === undefined ? {} : { acsTransID }),
  };
};
