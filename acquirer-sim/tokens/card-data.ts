/**
 * Card data on its way to a token: what was sealed, field by field, and the result code of each fault
 * (gmo-pg-protocol.md section 8): pure.
 */

/** As it was sealed: nothing checked yet. */
export interface RawCardData {
  readonly cardNo: string;
  readonly expire: string;
  readonly securityCode: string;
  readonly holderName: string;
  readonly tokenNumber: string;
}

export interface CardData {
  readonly number: string;
  /** `YYMM` */
  readonly expiry: string;
  readonly hasSecurityCode: boolean;
  readonly holderName: string;
  /** How many tokens; null when the caller did not say, which means one, given as a text. */
  readonly count: number | null;
}

const TOKENS_MAX = 10;

/** The card, or every result code of what is wrong, in their order. */
export const readCardData = (raw: RawCardData): CardData | readonly string[] => {
  const codes: string[] = [];
  const { cardNo, expire, securityCode, holderName, tokenNumber } = raw;
  if (cardNo === '') codes.push('100');
  else if (!/^\d+$/.test(cardNo)) codes.push('101');
  else if (cardNo.length < 10 || cardNo.length > 16) codes.push('102');
  if (expire === '') codes.push('110');
  else if (!/^\d+$/.test(expire)) codes.push('111');
  else if (expire.length !== 4 && expire.length !== 6) codes.push('112');
  else if (!/(0[1-9]|1[0-2])$/.test(expire)) codes.push('113');
  if (!/^\d*$/.test(securityCode)) codes.push('121');
  else if (securityCode !== '' && (securityCode.length < 3 || securityCode.length > 4)) codes.push('122');
  if (!/^[0-9A-Za-z ,./'-]*$/.test(holderName)) codes.push('131');
  else if (holderName.length > 50) codes.push('132');
  if (!/^\d*$/.test(tokenNumber)) codes.push('141');
  else if (tokenNumber !== '' && (Number(tokenNumber) < 1 || Number(tokenNumber) > TOKENS_MAX)) codes.push('142');
  if (codes.length > 0) return codes;
  return {
    number: cardNo,
    expiry: expire.slice(-4),
    hasSecurityCode: securityCode !== '',
    holderName,
    count: tokenNumber === '' ? null : Number(tokenNumber),
  };
};
