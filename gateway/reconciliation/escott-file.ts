/**
 * e-SCOTT's settlement file: `POST /online/lst/OSTL001.do`, OperateId=9Settle, in pages. First line
 * `ResponseCd=OK&Count=&Next=`, then the listing's columns and SalesDate. `Amount` is what the
 * transaction stands at after the line, except that giving everything back leaves the last one there.
 */
import type { Fetch } from '../ports.ts';
import type { EscottSettings } from '../upstream/escott.ts';
import { formatFields, parseFields } from '../upstream/fields.ts';
import { exchange } from '../upstream/transport.ts';
import { stampMs } from './business-day.ts';
import type { FiledLine } from './payment.ts';
import { cells, type Fetched, type FetchFile, Unreadable, yen } from './settlement-file.ts';

/** `KBY` "processing incomplete": the day has not closed. */
const openCodes: ReadonlySet<string> = new Set(['KBY', 'K22']);
/** More pages than any day has: a file that never ends is not read for ever. */
const pagesMax = 100_000;

const takes: ReadonlySet<string> = new Set(['1Capture', '1Gathering']);
const gaveBack: ReadonlySet<string> = new Set(['refunded', 'voided']);

/** One page: its lines, and the number of the next; `code` when it is refused. Throws `Unreadable`. */
export const parseEscottPage = (
  text: string,
  date: string,
): { readonly lines: readonly FiledLine[]; readonly next: number | null } | { readonly code: string } => {
  const [head = '', ...rest] = text.split(/\r?\n/);
  const fields = parseFields(head);
  const code = fields.get('ResponseCd');
  if (code === undefined) throw new Unreadable(1, 'no ResponseCd');
  if (code !== 'OK') return { code };
  if (rest.at(-1) === '') rest.pop();
  if (fields.get('Count') !== String(rest.length))
    throw new Unreadable(1, `says ${fields.get('Count') ?? 'no count'} and has ${rest.length} lines`);
  const lines = rest.map((one, index): FiledLine => {
    const at = index + 2;
    const [, stamp, operateId, processId, , reference, amount, responseCd, state, salesDate] = cells(one, 10, at);
    const atMs = stampMs(stamp!);
    if (atMs === null) throw new Unreadable(at, 'a time that is none');
    if (responseCd !== 'OK') throw new Unreadable(at, 'an operation that was not approved');
    if (salesDate !== date) throw new Unreadable(at, 'another day');
    if (processId === '') throw new Unreadable(at, 'no ProcessId');
    const amountYen = yen(amount!, at);
    return {
      date,
      reference: reference!,
      transaction: processId!,
      kind: takes.has(operateId!) ? 'sale' : 'change',
      standingYen: gaveBack.has(state!) ? 0 : amountYen,
      atMs,
    };
  });
  const next = fields.get('Next') ?? '';
  if (next !== '' && !/^[1-9]\d{0,6}$/.test(next)) throw new Unreadable(1, 'a next page that is none');
  return { lines, next: next === '' ? null : Number(next) };
};

export const createEscottFile =
  (account: EscottSettings, { fetch, timeoutMs }: { fetch: Fetch; timeoutMs: number }): FetchFile =>
  async (date): Promise<Fetched> => {
    const all: FiledLine[] = [];
    for (let page = 1; page <= pagesMax; ) {
      const form = formatFields({
        OperateId: '9Settle',
        MerchantId: account.merchantId,
        MerchantPass: account.merchantPass,
        TenantId: account.tenantId,
        Date: date,
        Page: String(page),
      });
      const got = await exchange(fetch, `${account.baseUrl}/online/lst/OSTL001.do`, form, {
        timeoutMs,
        drawKey: `9Settle/${date}/${page}`,
      });
      if (got.kind !== 'answered') return { kind: 'unavailable', reason: got.reason };
      if (got.status !== 200) return { kind: 'unavailable', reason: `HTTP ${got.status}` };
      try {
        const read = parseEscottPage(got.text, date);
        if ('code' in read)
          return openCodes.has(read.code) ? { kind: 'open' } : { kind: 'unavailable', reason: read.code };
        all.push(...read.lines);
        if (read.next === null) return { kind: 'closed', lines: all };
        if (read.next <= page) return { kind: 'unavailable', reason: `page ${page} is followed by ${read.next}` };
        page = read.next;
      } catch (reason) {
        if (reason instanceof Unreadable) return { kind: 'unavailable', reason: `page ${page}, ${reason.message}` };
        throw reason;
      }
    }
    return { kind: 'unavailable', reason: `more than ${pagesMax} pages` };
  };
