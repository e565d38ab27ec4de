import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBytes, encodeWindows31j } from '../../../acquirer-sim/gmo-pg/charset.ts';
import { parseForm } from '../../../acquirer-sim/gmo-pg/form.ts';
import { parseMultipart } from '../../../acquirer-sim/gmo-pg/multipart.ts';

const seed = 20241012;
const GMOPG = 'GMO PG Client: Unofficial';
const FORM = 'application/x-www-form-urlencoded';

const sjis = (text: string): Buffer => Buffer.from(encodeWindows31j(text));
const percent = (bytes: Buffer): string => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const form = (body: string | Buffer, { type = FORM, agent = '' } = {}) => {
  const { fields, charset } = parseForm(Buffer.from(body as string), type, () => agent);
  return { ...Object.fromEntries(fields), charset: charset() };
};

const multipart = (parts: Readonly<Record<string, string | Buffer>>, boundary = 'xyz'): Buffer =>
  Buffer.concat([
    ...Object.entries(parts).flatMap(([name, value]) => [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
      Buffer.from(value as string),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
const TYPE = 'multipart/form-data; boundary=xyz';

describe(`an urlencoded body (seed ${seed})`, () => {
  it.each<[string, string | Buffer, object]>([
    ['ASCII', 'a=1&b=x+y&c=%26', { a: '1', b: 'x y', c: '&', charset: 'windows-31j' }],
    ['percent-encoded UTF-8', `n=${encodeURIComponent('坂田')}&a=1`, { n: '坂田', a: '1', charset: 'utf-8' }],
    ['percent-encoded Windows-31J', `n=${percent(sjis('坂田'))}&a=1`, { n: '坂田', a: '1', charset: 'windows-31j' }],
    ['UTF-8 as it is', 'n=坂田 銀時&a=1', { n: '坂田 銀時', a: '1', charset: 'utf-8' }],
    ['Windows-31J as it is', sjis('n=坂田銀時ﾊﾝｶｸ①&a=1'), { n: '坂田銀時ﾊﾝｶｸ①', a: '1', charset: 'windows-31j' }],
    ['values with a stray %', 'a=100%&b=50%zz&c=%e5%9d%82%', { a: '100%', b: '50%zz', c: '坂%', charset: 'utf-8' }],
    ['pairs without a name, or without =', '=x&y&a=b=c&&', { a: 'b=c', charset: 'windows-31j' }],
    ['a field that comes twice', 'a=1&a=2', { a: '2', charset: 'windows-31j' }],
    ['the word null for what is missing', 'a=null&b=nullify', { b: 'nullify', charset: 'windows-31j' }],
  ])('is read when it is %s', (_, body, expected) => {
    expect(form(body)).toEqual(expected);
  });

  it('is read as the charset it declares', () => {
    // These two bytes are a letter of UTF-8 and two half-width katakana of Windows-31J.
    const body = Buffer.from([0x6e, 0x3d, 0xc2, 0xb1]);
    expect(form(body)).toMatchObject({ n: '±', charset: 'utf-8' });
    expect(form(body, { type: `${FORM}; charset=Shift_JIS` })).toMatchObject({ n: 'ﾂｱ', charset: 'windows-31j' });
  });

  it('keeps + and stray escapes of the client that never encodes', () => {
    expect(form('a=1+1&b=50%ab&c=坂+田', { agent: GMOPG })).toEqual({
      a: '1+1',
      b: '50%ab',
      c: '坂+田',
      charset: 'utf-8',
    });
  });

  it('of any bytes is taken without complaint', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseForm(Buffer.from(bytes), FORM, () => '');
      }),
      { seed },
    );
  });
});

describe('a multipart body', () => {
  it.each<[string, Buffer, object]>([
    ['UTF-8', multipart({ n: '坂田', a: 'x&y=z\r\n+' }), { n: '坂田', a: 'x&y=z\r\n+', charset: 'utf-8' }],
    ['Windows-31J', multipart({ n: sjis('坂田'), a: '1' }), { n: '坂田', a: '1', charset: 'windows-31j' }],
    ['ASCII', multipart({ a: '1', b: '' }), { a: '1', b: '', charset: 'utf-8' }],
  ])('is read when it is %s', (_, body, expected) => {
    const message = parseMultipart(body, TYPE);
    expect({ ...Object.fromEntries(message?.fields ?? []), charset: message?.charset() }).toEqual(expected);
  });

  it.each<[string, Buffer, string]>([
    ['no boundary', multipart({ a: '1' }), 'multipart/form-data'],
    ['another boundary', multipart({ a: '1' }, 'abc'), TYPE],
    ['no end', multipart({ a: '1' }).subarray(0, -8), TYPE],
    ['a part without a name', Buffer.from('--xyz\r\n\r\nx\r\n--xyz--\r\n'), TYPE],
  ])('with %s is nothing', (_, body, type) => {
    expect(parseMultipart(body, type)).toBeNull();
  });
});

describe('Windows-31J', () => {
  it('is written as it is read, for every character it has', () => {
    const all = Array.from({ length: 0xfc - 0x80 }, (_, index) => 0x81 + index)
      .flatMap((lead) => Array.from({ length: 0xfd - 0x40 }, (_, index) => [lead, 0x40 + index]))
      .map((bytes) => new TextDecoder('shift_jis').decode(Uint8Array.from(bytes)))
      .filter((text) => text.length === 1 && text !== '\ufffd');
    expect(all.length).toBeGreaterThan(9_000);
    const text = all.join('');
    expect(new TextDecoder('shift_jis').decode(encodeWindows31j(text))).toBe(text);
  });

  it('writes vendors’ characters where Windows has them, and ? for what it lacks', () => {
    expect(sjis('①髙∥纊').toString('hex')).toBe('8740fbfc8161fa5c');
    expect(sjis('🍣').toString()).toBe('?');
  });

  it('is what bytes are taken for that are not UTF-8', () => {
    expect(decodeBytes(sjis('坂田'))).toEqual({ text: '坂田', charset: 'windows-31j' });
    expect(decodeBytes(Buffer.from('坂田'))).toEqual({ text: '坂田', charset: 'utf-8' });
  });
});
