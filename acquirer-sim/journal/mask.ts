/**
 * What the journal may keep of a message: card numbers by their first six and last four digits,
 * passwords not at all, and a security code not even by its name.
 */

const cardFields = /^(cardno|cardnumber|pan|number)$/i;
const codeFields = /^(securitycode|seccd|sec_cd|cvc2?|cvv2?)$/i;
const secretFields = /pass(word)?$|^(encrypted|key|seal)$/i;
/** Texts in which a card number is none: ids of the acquirer's and of the shop's own. */
const idFields = /^(orderid|tranid|transactionid|accessid|processid|trandate|transactiondate|memberid|merchantfree1)$/i;

const DIGITS = /(?<!\d)\d{14,16}(?!\d)/g;

const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const value = index % 2 === 0 ? digit : digit * 2;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
};

export const maskCard = (number: string): string =>
  number.length < 11
    ? '*'.repeat(number.length)
    : `${number.slice(0, 6)}${'*'.repeat(number.length - 10)}${number.slice(-4)}`;

/** A card number in disguise: right length, right check digit, and no time stamp. */
const maskRuns = (text: string): string =>
  text.replace(DIGITS, (run) =>
    /^[2-6]/.test(run) && !/^20\d{12}$/.test(run) && passesLuhn(run) ? maskCard(run) : run,
  );

/** The field as it may be kept; null when it may not. */
export const maskField = (name: string, value: string): string | null => {
  if (codeFields.test(name)) return null;
  if (secretFields.test(name)) return '***';
  if (cardFields.test(name)) return maskCard(value);
  return idFields.test(name) ? value : maskRuns(value);
};

const NAMED =
  /("?)\b(CardNo|CardNumber|card_number|pan|SecurityCode|SecCd|cvc2?|cvv2?|\w*Pass(?:word)?|Encrypted)\1(\s*[=:]\s*"?)([^&",\s}]*)/gi;

/** A whole body, whatever it is made of. */
export const maskText = (text: string): string =>
  maskRuns(
    text.replace(
      NAMED,
      (_, quote: string, name: string, sign: string, value: string) =>
        `${quote}${name}${quote}${sign}${codeFields.test(name) ? '' : (maskField(name, value) ?? '')}`,
    ),
  );
