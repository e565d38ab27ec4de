/** Card ranges of the directory server (emv-3ds.md sections 5 and 9, PRes): what is known of a card before anybody is asked. */
import type { Elements, Version } from './elements.ts';

export interface CardRange {
  /** First and last card number, as text of one length. */
  readonly start: string;
  readonly end: string;
  readonly methodUrl: string | null;
  readonly version: Version;
}

/** What a card number's range says; a number in no range is not enrolled, and may be asked about all the same. */
export const rangeOfCard = (ranges: readonly CardRange[], pan: string): CardRange | undefined =>
  ranges.find(({ start, end }) => {
    // Ranges are often written shorter or longer than a number: compared by their first digits.
    const digits = Math.min(start.length, pan.length);
    const head = pan.slice(0, digits);
    return head >= start.slice(0, digits) && head <= end.slice(0, digits);
  });

const isDigits = (value: unknown): value is string => typeof value === 'string' && /^[0-9]{13,19}$/.test(value);
const isMethodUrl = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 256 && /^https?:\/\//.test(value) && URL.canParse(value);

/** Ranges of a PRes; null when it is none. Ranges that are not in order are left out: their cards count as not enrolled. */
export const readPRes = (elements: Elements): { ranges: readonly CardRange[]; serial: string | null } | null => {
  if (elements.messageType !== 'PRes') return null;
  const { cardRangeData = [], serialNum } = elements;
  if (!Array.isArray(cardRangeData)) return null;
  const ranges = (cardRangeData as readonly (Elements | null)[]).flatMap((one): CardRange[] => {
    if (one === null || one.actionInd === 'D') return [];
    const { startRange, endRange, threeDSMethodURL, acsEndProtocolVersion } = one;
    if (!isDigits(startRange) || !isDigits(endRange)) return [];
    return [
      {
        start: startRange,
        end: endRange,
        methodUrl: isMethodUrl(threeDSMethodURL) ? threeDSMethodURL : null,
        version: acsEndProtocolVersion === '2.1.0' ? '2.1.0' : '2.2.0',
      },
    ];
  });
  return { ranges, serial: typeof serialNum === 'string' ? serialNum : null };
};
