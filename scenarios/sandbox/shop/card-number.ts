/**
 * Whether a text carries a card number: the shop's server wants none, in no address and no body.
 *
 * 14 to 16 digits, with or without spaces and hyphens between them, that have a brand's first digits
 * and the right check digit. Ids of the shop and the gateway are hexadecimal and do not look so.
 */
const runs = /(?<![0-9A-Za-z])[3-6](?:[ \-+]?[0-9]){13,15}(?![0-9A-Za-z])/g;

const luhnValid = (digits: string): boolean => {
  let sum = 0;
  for (let at = digits.length - 1, nth = 0; at >= 0; at -= 1, nth += 1) {
    const digit = Number(digits[at]) * (nth % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

export const carriesCardNumber = (text: string): boolean =>
  [text, decoded(text)].some((one) => [...one.matchAll(runs)].some(([run]) => luhnValid(run.replace(/[^0-9]/g, ''))));
