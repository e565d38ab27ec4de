/** What we take for a mail address: one plain address, nothing that could end a header or name a second receiver. */
const shape =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

/** At most 254 characters (RFC 5321 section 4.5.3.1); quoted local parts and addresses by number are not taken. */
export const isMailAddress = (text: string): boolean =>
  text.length <= 254 && shape.test(text) && !text.startsWith('.') && !text.includes('..') && !text.includes('.@');
