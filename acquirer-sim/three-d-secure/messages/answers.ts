/** The messages that go out: ARes, RReq, CRes. Only elements whose condition holds (emv-3ds.md section 3). */
import type { Version } from '../config.ts';
import type { TransStatus, Verdict } from '../status.ts';

interface Ids {
  readonly threeDSServerTransID: string;
  readonly dsTransID: string;
  readonly acsTransID: string;
}

/** Reference numbers that EMVCo gives to products; these are nobody's. */
const ACS_REFERENCE = 'BREAKWATER_SIM_ACS_0001';
const DS_REFERENCE = 'BREAKWATER_SIM_DS_0001';

const present = (elements: Readonly<Record<string, string | null | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(elements).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== undefined),
  );

export interface AResFacts extends Ids {
  readonly version: Version;
  readonly sdkTransID: string | undefined;
  readonly status: TransStatus;
  readonly reason: string | null;
  readonly eci: string | undefined;
  readonly authenticationValue: string | null;
  /** With `C`. */
  readonly acsURL: string | null;
  readonly by: 'code' | 'app';
  readonly mandated: boolean;
  readonly cardholderInfo: string | null;
}

export const aResOf = (facts: AResFacts): Record<string, string> => {
  const pending = facts.status === 'C' || facts.status === 'D';
  const type = facts.status === 'D' ? '04' : facts.by === 'app' ? '03' : '02';
  return present({
    messageType: 'ARes',
    messageVersion: facts.version,
    threeDSServerTransID: facts.threeDSServerTransID,
    dsTransID: facts.dsTransID,
    acsTransID: facts.acsTransID,
    sdkTransID: facts.sdkTransID,
    acsReferenceNumber: ACS_REFERENCE,
    acsOperatorID: 'BREAKWATER',
    dsReferenceNumber: DS_REFERENCE,
    transStatus: facts.status,
    transStatusReason: facts.reason,
    eci: facts.eci,
    authenticationValue: facts.authenticationValue,
    acsURL: facts.acsURL,
    acsChallengeMandated: pending ? (facts.mandated ? 'Y' : 'N') : null,
    authenticationType: pending ? type : null,
    acsDecConInd: facts.status === 'D' ? 'Y' : null,
    cardholderInfo: facts.cardholderInfo,
  });
};

export interface RReqFacts extends Ids {
  readonly version: Version;
  readonly category: '01' | '02';
  readonly sdkTransID: string | undefined;
  readonly verdict: Verdict;
  readonly eci: string | undefined;
  readonly authenticationValue: string | null;
  /** `02` a code, `03` the issuer's app, `04` decoupled. */
  readonly authenticationType: '02' | '03' | '04';
  readonly interactions: number;
}

/** As the 3DS server gets it: the directory server has taken `authenticationMethod` off. */
export const rReqOf = (facts: RReqFacts): Record<string, string> =>
  present({
    messageType: 'RReq',
    messageVersion: facts.version,
    threeDSServerTransID: facts.threeDSServerTransID,
    dsTransID: facts.dsTransID,
    acsTransID: facts.acsTransID,
    sdkTransID: facts.sdkTransID,
    messageCategory: facts.category,
    transStatus: facts.verdict.status,
    transStatusReason: facts.verdict.reason,
    eci: facts.eci,
    authenticationValue: facts.authenticationValue,
    authenticationType: facts.verdict.status === 'Y' || facts.verdict.status === 'N' ? facts.authenticationType : null,
    interactionCounter: String(Math.min(99, facts.interactions)).padStart(2, '0'),
    challengeCancel: facts.verdict.cancel,
  });

export const cResOf = (
  { threeDSServerTransID, acsTransID, version }: Omit<Ids, 'dsTransID'> & { readonly version: Version },
  status: string,
): Record<string, string> => ({
  messageType: 'CRes',
  messageVersion: version,
  threeDSServerTransID,
  acsTransID,
  challengeCompletionInd: 'Y',
  transStatus: status,
});
