/**
 * No card number leaves the gateway but to an acquirer or a directory server: not in an answer, a
 * webhook, a notice, a fact for the status page, nor in a log line.
 *
 * Every number that was ever sent in is looked for, in digits, digits in groups, and full-width.
 * What lies in files is scanned by `test/canary`, which has the disk.
 */
import { hashOf } from '../hash-of.ts';
import { createNotebook, type Invariant, second } from '../invariant.ts';

/** Runs of 13 to 19 digits, also in groups. Ids are letters and digits mixed, so few things match. */
const candidate = /(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z])/g;
const written = /(?:^|&)card(?:%5B|\[)number(?:%5D|\])=([0-9%+ -]+)/i;
/** Full-width and Arabic digits as ASCII, so that one pattern finds all. */
const plain = (text: string): string =>
  /[０-９٠-٩]/.test(text)
    ? text.replace(/[０-９٠-٩]/g, (digit) =>
        String(
          (digit.codePointAt(0) ?? 0) >= 0xff10
            ? (digit.codePointAt(0) ?? 0) - 0xff10
            : (digit.codePointAt(0) ?? 0) - 0x660,
        ),
      )
    : text;
const numbersMax = 500_000;

export const inv31: Invariant = {
  id: 'INV-31',
  title: 'no card number in an answer, a message, a page or a log',
  watch() {
    const { judged, violate, judgement } = createNotebook();
    const numbers = new Set<number>();
    const scan = (text: string, where: () => string, atMs: number): void => {
      judged();
      for (const [found] of plain(text).matchAll(candidate)) {
        const digits = found.replace(/[ -]/g, '');
        if (numbers.has(hashOf(digits)))
          // The number itself is not repeated here, or the report would be the next leak.
          violate({
            atMs,
            objects: [`…${digits.slice(-4)}`],
            text: `a card number that ends in ${digits.slice(-4)} is in ${where()} at ${second(atMs)}`,
          });
      }
    };
    return {
      passed(exchange, from, to) {
        if (to === 'gateway') {
          const number = written.exec(exchange.requestBody)?.[1]?.replace(/%20|[^0-9]/g, '');
          if (number !== undefined && numbers.size < numbersMax) numbers.add(hashOf(number));
          // A directory server's answer about ranges is its own; what the gateway says is ours.
          if (from === 'merchant' || from === 'other' || from === 'status-page')
            scan(exchange.replyBody, () => `the answer to ${exchange.method} ${exchange.path}`, exchange.endedMs);
        } else if (from === 'gateway' && to !== 'acquirer' && to !== 'three-d-secure')
          scan(
            exchange.requestBody,
            () => `what ${exchange.from} posted to ${exchange.to}${exchange.path}`,
            exchange.sentMs,
          );
        else if (to === 'status-page' && from === 'merchant')
          scan(exchange.replyBody, () => `the status page ${exchange.path}`, exchange.endedMs);
      },
      logged({ program, atMs, fields }) {
        // The simulators' own logs are not the gateway's to keep clean.
        if (!program.startsWith('gateway') && program !== 'status-page') return;
        scan(JSON.stringify(fields), () => `the log of ${program} (${fields.event})`, atMs);
      },
      judge: judgement,
    };
  },
};
