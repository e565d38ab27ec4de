/**
 * How an authentication travels in an authorisation, in both dialects. Only what proves something does: `Y` and
 * `A`; one that could not be performed leaves the payment as if nobody had been asked.
 */
import type { AuthenticationResult } from '../three-d-secure/flow.ts';

const proves = (proof: AuthenticationResult | undefined): proof is AuthenticationResult =>
  proof?.transStatus === 'Y' || proof?.transStatus === 'A';

const present = (fields: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined && field[1] !== ''),
  );

/** escott-protocol.md sections 3 and 6: the fields that follow a `3Secure` on the `1*` call. SecureResultCode 0: ok. */
export const escottProof = (proof: AuthenticationResult | undefined): Record<string, string> =>
  proves(proof)
    ? present({
        MessageVersionNo3D: proof.version,
        TransactionId3D: proof.acsTransId,
        TransactionStatus3D: proof.transStatus,
        CAVV3D: proof.cavv,
        ECI3D: proof.eci,
        SecureResultCode: '0',
        DSTransactionId: proof.dsTransId,
        ThreeDSServerTransactionId: proof.serverTransId,
      })
    : {};

/**
 * GMO-PG authenticates by itself (gmo-pg-protocol.md section 7); how it takes another server's result is in no
 * public text. `Tds2TransResult` is its own word for the status; the other names are ours.
 */
export const gmoPgProof = (proof: AuthenticationResult | undefined): Record<string, string> =>
  proves(proof)
    ? present({
        Tds2TransResult: proof.transStatus,
        Tds2Version: proof.version,
        Tds2Eci: proof.eci,
        Tds2Cavv: proof.cavv,
        Tds2DsTransId: proof.dsTransId,
        Tds2ServerTransId: proof.serverTransId,
      })
    : {};
