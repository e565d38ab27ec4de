/**
 * Answers on demand: a MerchantFree1 of the form `sim-<OperateId>-<ResponseCd>[-anything]` makes that
 * operation answer that code and do nothing else. Several codes are joined by a point: `sim-1Auth-C01.C03`
 * answers `C01|C03`. So a shop can see how its code takes what no card and no state of ours brings about.
 *
 * Any code of the table (`response-codes.ts`), and no other.
 */
import { responseCodes } from './response-codes.ts';

const pattern = /^sim-([0-9][A-Za-z]+)-([0-9A-Z]{2,3}(?:\.[0-9A-Z]{2,3})*)(-|$)/;

/** The ResponseCd that this operation shall answer, or undefined. */
export const forcedCode = (operateId: string, free1: string): string | undefined => {
  if (!free1.startsWith('sim-')) return undefined;
  const match = pattern.exec(free1);
  const codes = match?.[2]?.split('.') ?? [];
  const known = codes.every((code) => code !== 'OK' && Object.hasOwn(responseCodes, code));
  return match?.[1] === operateId && known ? codes.join('|') : undefined;
};
