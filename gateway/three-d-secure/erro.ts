/** Erro, the protocol's refusal (emv-3ds.md section 9). We are its component `S`, the 3DS server. */

export type ErroCode =
  | '101'
  | '102'
  | '201'
  | '202'
  | '203'
  | '204'
  | '301'
  | '303'
  | '305'
  | '402'
  | '403'
  | '404'
  | '405';

/** What is wrong with a message. */
export interface Complaint {
  readonly code: ErroCode;
  /** Names of elements, versions or ids, by code. */
  readonly detail: string;
}

export const complain = (code: ErroCode, detail: string): Complaint => ({ code, detail });

const descriptions: Readonly<Record<ErroCode, string>> = {
  '101': 'Message received is invalid',
  '102': 'Message version is not supported',
  '201': 'A required element is missing',
  '202': 'A critical message extension is not recognised',
  '203': 'An element has a wrong format or value',
  '204': 'An element is there twice',
  '301': 'Transaction id is not recognised, or duplicate',
  '303': 'Access denied, invalid endpoint',
  '305': 'Transaction data is not valid',
  '402': 'Transaction timed out',
  '403': 'Transient system failure',
  '404': 'Permanent system failure',
  '405': 'System connection failure',
};

/** The ids of a message, as far as they are there. */
export interface MessageIds {
  readonly threeDSServerTransID?: string | undefined;
  readonly dsTransID?: string | undefined;
  readonly acsTransID?: string | undefined;
}

export const erroOf = (
  { code, detail }: Complaint,
  about: {
    readonly version?: string | undefined;
    readonly messageType?: string | undefined;
    readonly ids?: MessageIds;
  },
): Readonly<Record<string, string>> => ({
  messageType: 'Erro',
  messageVersion: about.version ?? '2.2.0',
  errorCode: code,
  errorComponent: 'S',
  errorDescription: descriptions[code],
  errorDetail: detail.slice(0, 2048),
  ...(about.messageType === undefined ? {} : { errorMessageType: about.messageType }),
  ...Object.fromEntries(Object.entries(about.ids ?? {}).filter(([, id]) => id !== undefined)),
});
