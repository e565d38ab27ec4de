/** Settlement files as they were recorded, and everything that must not be read as one. */
import { describe, expect, it } from 'vitest';
import { createEscottFile, parseEscottPage } from '../../../gateway/reconciliation/escott-file.ts';
import { createGmoPgFile, parseGmoPgFile } from '../../../gateway/reconciliation/gmo-pg-file.ts';
import { broken, type Script, scripted } from '../upstream/scripted.ts';

const date = '20170712';
const noon = Date.parse('2017-07-12T12:00:00+09:00');

const escottLines = [
  '0000000000001,20170712120000,1Capture,p1,s1,ref-1,1000,OK,captured,20170712',
  '0000000000002,20170712120001,1Change,p2,s2,ref-2,700,OK,captured,20170712',
  '0000000000003,20170712120002,1Delete,p3,s3,ref-3,3000,OK,refunded,20170712',
  '0000000000004,20170712120003,1Gathering,p4,s4,,50,OK,captured,20170712',
];
const escottPage = (lines: readonly string[], next = ''): string =>
  [`ResponseCd=OK&Count=${lines.length}&Next=${next}`, ...lines, ''].join('\n');

describe('e-SCOTT’s settlement file', () => {
  it('is read line by line: what each transaction stands at after it', () => {
    const read = parseEscottPage(escottPage(escottLines), date);
    const line = { date, atMs: noon };
    expect(read).toEqual({
      next: null,
      lines: [
        { ...line, reference: 'ref-1', transaction: 'p1', kind: 'sale', standingYen: 1_000 },
        { ...line, reference: 'ref-2', transaction: 'p2', kind: 'change', standingYen: 700, atMs: noon + 1_000 },
        { ...line, reference: 'ref-3', transaction: 'p3', kind: 'change', standingYen: 0, atMs: noon + 2_000 },
        { ...line, reference: '', transaction: 'p4', kind: 'sale', standingYen: 50, atMs: noon + 3_000 },
      ],
    });
    expect(parseEscottPage(escottPage(escottLines).replaceAll('\n', '\r\n'), date)).toEqual(read);
    expect(parseEscottPage('ResponseCd=OK&Count=0&Next=\n', date)).toEqual({ lines: [], next: null });
  });

  it.each([
    ['', 'line 1: no ResponseCd'],
    ['<html>busy</html>', 'line 1: no ResponseCd'],
    [escottPage(escottLines).replace('Count=4', 'Count=5'), 'line 1: says 5 and has 4 lines'],
    [escottPage(escottLines.slice(0, 3)).replace('Count=3', 'Count=4'), 'line 1: says 4 and has 3 lines'],
    [escottPage(['a,b']), 'line 2: 2 cells instead of 10'],
    [escottPage([escottLines[0]!.replace('1000', '1e3')]), 'line 2: an amount that is none'],
    [escottPage([escottLines[0]!.replace('1000', '-5')]), 'line 2: an amount that is none'],
    [escottPage([escottLines[0]!.replace('20170712120000', '20170712250000')]), 'line 2: a time that is none'],
    [escottPage([escottLines[0]!.replace(',OK,', ',G12,')]), 'line 2: an operation that was not approved'],
    [escottPage([escottLines[0]!.replace(/20170712$/, '20170713')]), 'line 2: another day'],
    [escottPage([escottLines[0]!.replace(',p1,', ',,')]), 'line 2: no ProcessId'],
    [escottPage(escottLines, 'x'), 'line 1: a next page that is none'],
  ])('is not used when a line is not understood (%#)', (text, why) => {
    expect(() => parseEscottPage(text, date)).toThrow(why);
  });

  const fileWith = (script: Script) => {
    const { fetch, sent } = scripted(script);
    const account = { id: 'escott', baseUrl: 'http://e', merchantId: 'M', merchantPass: 'P', tenantId: '0001' };
    return { fetchFile: createEscottFile(account, { fetch, timeoutMs: 1_000 }), sent };
  };

  it('is asked for page by page', async () => {
    const { fetchFile, sent } = fileWith(({ fields }) =>
      fields.Page === '1' ? escottPage(escottLines.slice(0, 3), '2') : escottPage(escottLines.slice(3)),
    );
    const got = await fetchFile(date);
    expect(got).toMatchObject({ kind: 'closed', lines: { length: 4 } });
    expect(sent.map(({ url, fields }) => [url, fields.OperateId, fields.Date, fields.Page, fields.TenantId])).toEqual([
      ['http://e/online/lst/OSTL001.do', '9Settle', date, '1', '0001'],
      ['http://e/online/lst/OSTL001.do', '9Settle', date, '2', '0001'],
    ]);
  });

  it.each<[Script, object]>([
    [() => 'ResponseCd=KBY&Count=0&Next=\n', { kind: 'open' }],
    [() => 'ResponseCd=K03&Count=0&Next=\n', { kind: 'unavailable', reason: 'K03' }],
    [() => ({ status: 503, text: '<html>' }), { kind: 'unavailable', reason: 'HTTP 503' }],
    [() => broken('ECONNREFUSED'), { kind: 'unavailable', reason: 'ECONNREFUSED' }],
    [() => broken('TimeoutError'), { kind: 'unavailable', reason: 'TimeoutError' }],
    [() => escottPage(escottLines, '1'), { kind: 'unavailable', reason: 'page 1 is followed by 1' }],
    [() => 'what', { kind: 'unavailable', reason: 'page 1, line 1: no ResponseCd' }],
  ])('that is not there is said to be so (%#)', async (script, told) => {
    expect(await fileWith(script).fetchFile(date)).toEqual(told);
  });
});

const gmoHeader = 'OrderID,AccessID,ProcessDate,JobCd,Amount,Approve,Status';
const gmoLines = [
  'ref-1,a1,20170712120000,CAPTURE,1000,1234567,CAPTURE',
  'ref-2,a2,20170712120001,SALES,2000,1234567,SALES',
  'ref-2,a2,20170712120002,CAPTURE,1500,1234567,SALES',
  'ref-1,a1,20170712120003,VOID,1000,1234567,VOID',
  'ref-3,a3,20170712120004,RETURN,800,1234567,RETURN',
];
const gmoFile = (lines: readonly string[]): string => [gmoHeader, ...lines, ''].join('\n');

describe('GMO-PG’s settlement file', () => {
  it('is read line by line: what each trade stands at after it', () => {
    const read = parseGmoPgFile(gmoFile(gmoLines), date);
    expect(
      'lines' in read &&
        read.lines.map(({ reference, transaction, kind, standingYen }) => [reference, transaction, kind, standingYen]),
    ).toEqual([
      ['ref-1', 'a1', 'either', 1_000],
      ['ref-2', 'a2', 'sale', 2_000],
      ['ref-2', 'a2', 'change', 1_500],
      ['ref-1', 'a1', 'change', 0],
      ['ref-3', 'a3', 'change', 0],
    ]);
    expect(parseGmoPgFile(`${gmoHeader}\r\n`, date)).toEqual({ lines: [] });
  });

  it.each([
    ['', 'line 1: another header'],
    [gmoFile(gmoLines).replace('OrderID', 'OrderId'), 'line 1: another header'],
    [gmoFile(gmoLines).trimEnd(), 'line 6: cut short'],
    [gmoFile(['x']), 'line 2: 1 cells instead of 7'],
    [gmoFile([gmoLines[0]!.replace('1000', '')]), 'line 2: an amount that is none'],
    [gmoFile([gmoLines[0]!.replace(',a1,', ',,')]), 'line 2: no AccessID'],
    [gmoFile([gmoLines[0]!.replace('20170712120000', '2017')]), 'line 2: a time that is none'],
    [gmoFile([gmoLines[0]!.replace(/CAPTURE$/, 'AUTH')]), 'line 2: a status that moves no money'],
  ])('is not used when a line is not understood (%#)', (text, why) => {
    expect(() => parseGmoPgFile(text, date)).toThrow(why);
  });

  it.each<[Script, object]>([
    [() => gmoFile([]), { kind: 'closed', lines: [] }],
    [() => 'ErrCode=E01&ErrInfo=E01110010', { kind: 'open' }],
    [() => 'ErrCode=E01&ErrInfo=E01040002', { kind: 'unavailable', reason: 'E01040002' }],
    [() => ({ status: 502, text: '' }), { kind: 'unavailable', reason: 'HTTP 502' }],
    [() => broken('ECONNRESET'), { kind: 'unavailable', reason: 'ECONNRESET' }],
    [() => gmoFile(['x']), { kind: 'unavailable', reason: 'line 2: 1 cells instead of 7' }],
  ])('that is not there is said to be so (%#)', async (script, told) => {
    const { fetch, sent } = scripted(script);
    const account = { id: 'gmo', baseUrl: 'http://g', shopId: 'tshop00000001', shopPass: 'x' };
    expect(await createGmoPgFile(account, { fetch, timeoutMs: 1_000 })(date)).toEqual(told);
    expect(sent).toMatchObject([
      { url: 'http://g/payment/SettlementFile.idPass', fields: { ShopID: 'tshop00000001', ShopPass: 'x', Date: date } },
    ]);
  });
});
