import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLiveEntropy } from '../../../gateway/random.ts';
import { createVault, type Vault } from '../../../gateway/vault/vault.ts';

const key = (name: string): Uint8Array => new Uint8Array(createHash('sha256').update(name).digest());
const open = (master = 'master', print = 'print'): Vault =>
  createVault({ keys: { masterKey: key(master), fingerprintKey: key(print) }, entropy: createLiveEntropy() });
const pan = '4242424242424242';

describe('the vault', () => {
  it('opens what it sealed, for any number', () => {
    const vault = open();
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{12,19}$/), fc.string({ minLength: 1 }), (number, id) => {
        expect(vault.open(id, vault.seal(id, number))).toBe(number);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('seals the same number differently each time', () => {
    const vault = open();
    expect(vault.seal('van_1', pan)).not.toBe(vault.seal('van_1', pan));
  });

  it('holds no part of the number in the clear', () => {
    const sealed = open().seal('van_1', pan);
    const bytes = Buffer.from(sealed, 'base64');
    expect(bytes.includes(pan.slice(0, 6))).toBe(false);
    expect(sealed).not.toContain(Buffer.from(pan).toString('base64').slice(0, 8));
    // iv, wrapped key, tag; iv, number, tag.
    expect(bytes).toHaveLength(12 + 32 + 16 + 12 + 16 + 16);
  });

  it('refuses a record that was moved to another id', () => {
    const vault = open();
    const sealed = vault.seal('van_1', pan);
    expect(() => vault.open('van_2', sealed)).toThrow();
  });

  it('refuses a record in which any single bit was turned', () => {
    const vault = open();
    const bytes = Buffer.from(vault.seal('van_1', pan), 'base64');
    for (let at = 0; at < bytes.length * 8; at += 1) {
      const turned = Buffer.from(bytes);
      turned[at >> 3] = (turned[at >> 3] as number) ^ (1 << (at & 7));
      expect(() => vault.open('van_1', turned.toString('base64'))).toThrow();
    }
  });

  it.each(['', 'AAAA', Buffer.alloc(60).toString('base64'), 'no base64 at all!'])('refuses %j', (sealed) => {
    expect(() => open().open('van_1', sealed)).toThrow();
  });

  it('refuses a record that was cut short or made longer', () => {
    const vault = open();
    const bytes = Buffer.from(vault.seal('van_1', pan), 'base64');
    for (const wrong of [bytes.subarray(0, -1), bytes.subarray(1), Buffer.concat([bytes, Buffer.alloc(1)])])
      expect(() => vault.open('van_1', wrong.toString('base64'))).toThrow();
  });

  it('refuses two halves of two records put together', () => {
    const vault = open();
    const [one, two] = [vault.seal('van_1', pan), vault.seal('van_1', '5555555555554444')].map((text) =>
      Buffer.from(text, 'base64'),
    ) as [Buffer, Buffer];
    expect(() =>
      vault.open('van_1', Buffer.concat([one.subarray(0, 60), two.subarray(60)]).toString('base64')),
    ).toThrow();
  });

  it('refuses what another master key sealed', () => {
    expect(() => open('other').open('van_1', open().seal('van_1', pan))).toThrow();
  });

  it('gives one number one fingerprint, whoever seals it', () => {
    expect(open().fingerprint(pan)).toBe(open('other').fingerprint(pan));
    expect(open().fingerprint(pan)).toMatch(/^[0-9a-f]{32}$/);
    expect(open().fingerprint(pan)).not.toBe(open().fingerprint('4242424242424259'));
  });

  it('gives fingerprints that are worth nothing without the key', () => {
    expect(open().fingerprint(pan)).not.toBe(open('master', 'other').fingerprint(pan));
    expect(open().fingerprint(pan)).not.toBe(createHash('sha256').update(pan).digest('hex').slice(0, 32));
  });
});
