/** Elements of messages, one by one: what each may hold (emv-3ds.md section 3). */
import { type Complaint, complain } from './erro.ts';

export type Elements = Readonly<Record<string, unknown>>;
type Format = (value: unknown) => boolean;

export const versions = ['2.2.0', '2.1.0'] as const;
export type Version = (typeof versions)[number];

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const matching =
  (pattern: RegExp): Format =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

export const formats = {
  uuid: matching(uuid),
  /** Two digits: indicators, reasons, ECI. */
  two: matching(/^[0-9A-Z]{2}$/),
  /** Base64 of 20 bytes: exactly 28 characters. */
  authenticationValue: matching(/^[A-Za-z0-9+/]{27}=$/),
  url: (value: unknown) =>
    typeof value === 'string' && value.length <= 2048 && /^https?:\/\//.test(value) && URL.canParse(value),
} as const;

/** First what is missing (201), then what is wrong (203), as lists of names. */
export const complaintAbout = (
  elements: Elements,
  rules: Readonly<Record<string, { readonly format: Format; readonly needed: boolean }>>,
): Complaint | null => {
  const missing: string[] = [];
  const wrong: string[] = [];
  for (const name in rules) {
    const { format, needed } = rules[name]!;
    const value = elements[name];
    if (value === undefined || value === null || value === '') {
      if (needed) missing.push(name);
    } else if (!format(value)) wrong.push(name);
  }
  if (missing.length > 0) return complain('201', missing.join(','));
  return wrong.length > 0 ? complain('203', wrong.join(',')) : null;
};

/** A message of this type, in this version where one was agreed: what every message is checked for first. */
export const complaintAboutHead = (elements: Elements, type: string, agreed: string | null): Complaint | null => {
  const { messageType, messageVersion } = elements;
  if (messageType !== type) return complain('101', `Invalid message for this receiver: not ${type}`);
  if (typeof messageVersion !== 'string') return complain('201', 'messageVersion');
  if (!(versions as readonly string[]).includes(messageVersion)) return complain('102', versions.join(','));
  if (agreed !== null && messageVersion !== agreed) return complain('203', 'messageVersion');
  return criticalExtension(elements);
};

/** We know no extension, so a critical one cannot be obeyed. */
const criticalExtension = ({ messageExtension }: Elements): Complaint | null => {
  if (messageExtension === undefined) return null;
  if (!Array.isArray(messageExtension) || messageExtension.length > 10) return complain('203', 'messageExtension');
  const critical = messageExtension.filter(
    (one: unknown) => (one as { criticalityIndicator?: unknown } | null)?.criticalityIndicator === true,
  );
  return critical.length === 0
    ? null
    : complain(
        '202',
        critical.map((one: unknown) => String((one as { id?: string | number }).id ?? '?').slice(0, 64)).join(','),
      );
};

/** ECI that a scheme gives with a result (emv-3ds.md section 7); another one is another scheme's, or a mistake. */
const mastercard: Readonly<Record<string, readonly string[]>> = { Y: ['02', '07'], A: ['01'] };
const others: Readonly<Record<string, readonly string[]>> = { Y: ['05'], A: ['06'] };

export const isEciOf = (brand: string, transStatus: string, eci: string): boolean => {
  const table = brand === 'MasterCard' ? mastercard : others;
  const legal = table[transStatus];
  return legal === undefined || legal.includes(eci);
};
