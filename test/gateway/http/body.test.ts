import { describe, expect, it } from 'vitest';
import { bodyBytesMax, parseForm } from '../../../gateway/http/body.ts';

const parsed = (text: string): unknown => {
  const form = parseForm(text);
  return form.ok ? JSON.parse(JSON.stringify(form.value)) : form.error;
};

describe('a form', () => {
  it.each<[string, unknown]>([
    ['', {}],
    ['amount=500&currency=jpy', { amount: '500', currency: 'jpy' }],
    ['a=&b', { a: '', b: '' }],
    ['&&a=1&', { a: '1' }],
    ['description=a+b%2Bc%26d%3De', { description: 'a b+c&d=e' }],
    ['description=%E3%83%9A%E3%83%B3', { description: 'ペン' }],
    ['description=ペン', { description: 'ペン' }],
    ['a=x=y', { a: 'x=y' }],
    // Brackets as Node and Python send them, as Go sends them, and in lower case.
    ['card%5Bnumber%5D=4242&card%5Bexp_year%5D=2030', { card: { number: '4242', exp_year: '2030' } }],
    ['card[number]=4242', { card: { number: '4242' } }],
    ['card%5bnumber%5d=4242', { card: { number: '4242' } }],
    ['metadata[a]=1&metadata[b]=x%20y&amount=5', { metadata: { a: '1', b: 'x y' }, amount: '5' }],
    ['metadata[キー]=値', { metadata: { キー: '値' } }],
    ['metadata[0]=first', { metadata: { 0: 'first' } }],
    // Words of JavaScript are ordinary words where no key stands.
    ['description=the+constructor+of+a+prototype', { description: 'the constructor of a prototype' }],
    ['metadata[note]=__proto__', { metadata: { note: '__proto__' } }],
    ['metadata[prototype_id]=7', { metadata: { prototype_id: '7' } }],
    ['toString=1', { toString: '1' }],
  ])('%j is read as %j', (text, value) => {
    expect(parsed(text)).toEqual(value);
  });

  it('keeps a parameter that comes twice as two, for the schema to refuse', () => {
    expect(parsed('amount=500&amount=600')).toEqual({ amount: ['500', '600'] });
    expect(parsed('amount=500&metadata[a]=1&amount=600')).toMatchObject({ amount: ['500', '600'] });
  });

  it('has no prototype that a key could reach', () => {
    const form = parseForm('a=1&metadata[b]=2');
    expect(form.ok && [Object.getPrototypeOf(form.value), Object.getPrototypeOf(form.value.metadata)]).toEqual([
      null,
      null,
    ]);
  });

  it.each([
    '__proto__=1',
    'constructor=1',
    'prototype=1',
    'a[__proto__]=1',
    'a%5B__proto__%5D=1',
    'a[constructor][prototype]=1',
    // Spelt so that a look at the raw text does not see it.
    '%5F%5Fproto%5F%5F=1',
    'metadata[%5F%5Fproto__]=1',
    'metadata%5B%63onstructor%5D=1',
  ])('%j is refused: nobody means to send that key', (text) => {
    expect(parsed(text)).toMatchObject({ kind: 'request', code: 'invalid_param_key' });
  });

  it.each([
    ['percent signs that encode nothing', 'description=100%'],
    ['broken percent-encoding behind a bracket', 'metadata[a]=%E3%81'],
    ['Shift_JIS, percent-encoded', 'description=%83y%83%93'],
    ['Shift_JIS in metadata', 'metadata[a]=%83y%83%93'],
    ['overlong UTF-8', 'description=%C0%AF'],
    ['half of a surrogate pair', 'description=%ED%A0%80'],
    ['bytes that were no UTF-8 and came as replacement characters', 'description=\uFFFD\uFFFD'],
    ['a NUL, which no PostgreSQL text holds', 'description=a%00b'],
    ['a NUL in a key', 'metadata[a%00]=b'],
    ['JSON', '{"amount":500,"card":{"number":"4242424242424242"}}'],
    ['multipart', '--x\r\nContent-Disposition: form-data; name="card[number]"\r\n\r\n4242424242424242\r\n--x--'],
    ['XML', '<charge><amount>500</amount></charge>'],
    ['brackets that are too deep', 'a[b][c][d][e]=1'],
    ['more parameters than anybody needs', Array.from({ length: 201 }, (_, index) => `a${index}=1`).join('&')],
    ['more keys of metadata than anybody needs', Array.from({ length: 201 }, (_, index) => `m[${index}]=1`).join('&')],
    ['too many bytes', `a=${'x'.repeat(bodyBytesMax)}`],
    ['too many bytes in few characters', `a=${'ペ'.repeat(bodyBytesMax / 3)}`],
  ])('is refused for %s, without repeating what it held', (_, text) => {
    const refusal = parsed(text);
    expect(refusal).toMatchObject({ kind: 'body_refused' });
    expect(JSON.stringify(refusal)).not.toContain('4242424242424242');
  });

  it('may be as long as the limit', () => {
    expect(parsed(`a=${'x'.repeat(bodyBytesMax - 2)}`)).toHaveProperty('a');
  });

  it('is read in time that grows with its length only', () => {
    const nasty = [
      `a${'['.repeat(30_000)}=1`,
      `a=${'%'.repeat(60_000)}`,
      '&'.repeat(65_000),
      `a${'[]'.repeat(15_000)}=1`,
    ];
    for (const text of nasty) {
      const startedMs = performance.now();
      parseForm(text);
      expect(performance.now() - startedMs).toBeLessThan(250);
    }
  });
});
