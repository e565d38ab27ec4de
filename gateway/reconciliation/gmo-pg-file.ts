/**
 * GMO-PG's settlement file: `POST /payment/SettlementFile.idPass`, CSV in Windows-31J under a header.
 * `JobCd` is the call's; `Amount` and `Status` are the trade's after it. ChangeTran says
 * `JobCd=CAPTURE` like the sale that it changes: only on a trade whose status is SALES is it certain.
 *
 * Everything that is read from it is ASCII, which is the same bytes in Windows-31J and in UTF-8.
 */
import type { Fetch } from '../ports.ts';
import { formatFields, parseFields } from '../upstream/fields.ts';
import type { GmoPgSettings } from '../upstream/gmo-pg.ts';
import { exchange } from '../upstream/transport.ts';
import { stampMs } from './business-day.ts';
import type { FiledLine } from './payment.ts';
import { cells, type Fetched, type FetchFile, Unreadable, yen } from './settlement-file.ts';

const header = 'OrderID,AccessID,ProcessDate,JobCd,Amount,Approve,Status';
/** "Not settled yet": the day has not closed. */
const openInfo = 'E01110010';
const gaveBack: ReadonlySet<string> = new Set(['VOID', 'RETURN', 'RETURNX']);
const taken: ReadonlySet<string> = new Set(['CAPTURE', 'SALES']);

const kindOf = (jobCd: string, status: string): FiledLine['kind'] => {
  if (gaveBack.has(status)) return 'change';
  if (jobCd === 'SALES') return 'sale';
  return status === 'SALES' ? 'change' : 'either';
};

/** The lines, or the ErrInfo of a refusal. Throws `Unreadable`. */
export const parseGmoPgFile = (
  text: string,
  date: string,
): { readonly lines: readonly FiledLine[] } | { readonly code: string } => {
  const [head = '', ...rest] = text.split(/\r?\n/);
  if (head !== header) {
    const info = parseFields(head).get('ErrInfo');
    if (info === undefined) throw new Unreadable(1, 'another header');
    return { code: info.split('|')[0]! };
  }
  if (rest.pop() !== '') throw new Unreadable(rest.length + 2, 'cut short');
  return {
    lines: rest.map((one, index): FiledLine => {
      const at = index + 2;
      const [reference, accessId, stamp, jobCd, amount, , status] = cells(one, 7, at);
      const atMs = stampMs(stamp!);
      if (atMs === null) throw new Unreadable(at, 'a time that is none');
      if (accessId === '') throw new Unreadable(at, 'no AccessID');
      if (!gaveBack.has(status!) && !taken.has(status!)) throw new Unreadable(at, 'a status that moves no money');
      const amountYen = yen(amount!, at);
      return {
        date,
        reference: reference!,
        transaction: accessId!,
        kind: kindOf(jobCd!, status!),
        standingYen: gaveBack.has(status!) ? 0 : amountYen,
        atMs,
      };
    }),
  };
};

export const createGmoPgFile =
  (account: GmoPgSettings, { fetch, timeoutMs }: { fetch: Fetch; timeoutMs: number }): FetchFile =>
  async (date): Promise<Fetched> => {
    const form = formatFields({ ShopID: account.shopId, ShopPass: account.shopPass, Date: date });
    const got = await exchange(fetch, `${account.baseUrl}/payment/SettlementFile.idPass`, form, {
      timeoutMs,
      drawKey: `SettlementFile/${date}`,
    });
    if (got.kind !== 'answered') return { kind: 'unavailable', reason: got.reason };
    if (got.status !== 200) return { kind: 'unavailable', reason: `HTTP ${got.status}` };
    try {
      const read = parseGmoPgFile(got.text, date);
      if ('lines' in read) return { kind: 'closed', lines: read.lines };
      return read.code === openInfo ? { kind: 'open' } : { kind: 'unavailable', reason: read.code };
    } catch (reason) {
      if (reason instanceof Unreadable) return { kind: 'unavailable', reason: reason.message };
      throw reason;
    }
  };
