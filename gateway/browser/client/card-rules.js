// @ts-check
/**
 * What a card number, an expiry and a security code are while somebody types them. Pure: the day
 * comes in as an argument. The gateway judges again; this is for the person in front of the form.
 */

/** @typedef {import('./types.d.ts').ErrorCode} ErrorCode */
/** @typedef {import('./types.d.ts').Part} Part */

/** @type {readonly { name: string, begins: RegExp, digits: number, groups: readonly number[], cvcDigits: number }[]} */
export const brands = [
  { name: 'Visa', begins: /^4/, digits: 16, groups: [4, 4, 4, 4], cvcDigits: 3 },
  {
    name: 'MasterCard',
    begins: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/,
    digits: 16,
    groups: [4, 4, 4, 4],
    cvcDigits: 3,
  },
  { name: 'JCB', begins: /^(352[89]|35[3-8])/, digits: 16, groups: [4, 4, 4, 4], cvcDigits: 3 },
  { name: 'American Express', begins: /^3[47]/, digits: 15, groups: [4, 6, 5], cvcDigits: 4 },
  { name: 'Diners Club', begins: /^(3[689]|30[0-5]|3095)/, digits: 14, groups: [4, 6, 4], cvcDigits: 3 },
  { name: 'Discover', begins: /^(60|64|65)/, digits: 16, groups: [4, 4, 4, 4], cvcDigits: 3 },
];

const anyBrand = { name: 'unknown', digits: 19, groups: [4, 4, 4, 4, 3], cvcDigits: 4 };

/** @param {string} number digits only */
export const brandOf = (number) => brands.find(({ begins }) => begins.test(number)) ?? anyBrand;

/** @param {string} text @param {number} max */
export const digitsOf = (text, max) =>
  text
    .normalize('NFKC')
    .replace(/[^0-9]/g, '')
    .slice(0, max);

/** ISO/IEC 7812-1 check digit. @param {string} number */
export const luhnValid = (number) => {
  let sum = 0;
  for (let index = 0; index < number.length; index += 1) {
    let digit = number.charCodeAt(number.length - 1 - index) - 48;
    if (index % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 === 0;
};

/** As it is printed on a card. @param {string} text */
export const formatNumber = (text) => {
  const brand = brandOf(digitsOf(text, 19));
  const digits = digitsOf(text, brand.digits);
  const groups = [];
  let at = 0;
  for (const size of brand.groups) {
    if (at >= digits.length) break;
    groups.push(digits.slice(at, at + size));
    at += size;
  }
  return groups.join(' ');
};

/**
 * `12 / 40`. A month that can only have one digit gets its zero; four digits of a year lose two.
 * @param {string} text @param {boolean} isDeleting
 */
export const formatExpiry = (text, isDeleting) => {
  let digits = digitsOf(text, 6);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`;
  // `1/` and `1 ` say that the month is complete.
  else if (/^1\s*[/ ]/.test(text.normalize('NFKC'))) digits = `0${digits}`;
  if (/^\d{2}20\d{2}$/.test(digits)) digits = digits.slice(0, 2) + digits.slice(4);
  digits = digits.slice(0, /^\d{2}20\d?$/.test(digits) ? 5 : 4);
  if (digits.length < 2 || (digits.length === 2 && isDeleting)) return digits;
  return `${digits.slice(0, 2)} / ${digits.slice(2)}`;
};

/** @typedef {{ complete: boolean, empty: boolean, code: ErrorCode | null }} Judged */

/**
 * @param {Part} part
 * @param {{ number: string, expiry: string, cvc: string }} values as typed
 * @param {{ year: number, month: number }} today
 * @returns {Judged} `code` is what is wrong with it once nobody types any more
 */
export const judge = (part, values, today) => {
  const number = digitsOf(values.number, 19);
  if (part === 'number') {
    const brand = brandOf(number);
    if (number === '') return { complete: false, empty: true, code: null };
    if (number.length < (brand === anyBrand ? 12 : brand.digits))
      return { complete: false, empty: false, code: 'incomplete_error' };
    const isGood = luhnValid(number) && brand !== anyBrand;
    return { complete: isGood, empty: false, code: isGood ? null : 'invalid_number' };
  }
  if (part === 'cvc') {
    const cvc = digitsOf(values.cvc, 4);
    // Until the brand is known, three digits may be all there are.
    const needed = number === '' ? 3 : Math.min(brandOf(number).cvcDigits, brandOf(number) === anyBrand ? 3 : 4);
    if (cvc === '') return { complete: false, empty: true, code: null };
    return cvc.length < needed
      ? { complete: false, empty: false, code: 'incomplete_error' }
      : { complete: true, empty: false, code: null };
  }
  const expiry = expiryOf(values.expiry);
  if (digitsOf(values.expiry, 4) === '') return { complete: false, empty: true, code: null };
  if (expiry === null) return { complete: false, empty: false, code: 'incomplete_error' };
  if (expiry.year < today.year) return { complete: false, empty: false, code: 'invalid_expiry_year_past' };
  if (expiry.year === today.year && expiry.month < today.month)
    return { complete: false, empty: false, code: 'invalid_expiry_month_past' };
  return { complete: true, empty: false, code: null };
};

/** @param {string} text @returns {{ year: number, month: number } | null} */
export const expiryOf = (text) => {
  const digits = digitsOf(text, 4);
  const month = Number(digits.slice(0, 2));
  if (digits.length < 4 || month < 1 || month > 12) return null;
  return { month, year: 2000 + Number(digits.slice(2)) };
};
