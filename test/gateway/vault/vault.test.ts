import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLiveEntropy } from '../../../gateway/random.ts';
import { keyIdOf } from '../../../gateway/vault/keyring.ts';
import { createVault, UnknownMasterKey, type Vault } from '../../../gateway/vault/vault.ts';

const key = (name: string): Uint8Array => new Uint8Array(createHash('sha256').update(name).digest());
/** A vault whose present master key is the first of `masters`; the others are known from before. */
const open = (masters: string | readonly string[] = 'master', print = 'print'): Vault => {
  const [current, ...old] = [masters].flat().map(key);
  return createVault({
    secrets: { masterKeys: () => ({ current: current!, old }) },
    fingerprintKey: key(print),
    entropy: createLiveEntropy(),
  });
};
/** The parts of a sealed record. */
const partsOf = (sealed: string): { id: string; bytes: Buffer } => {
  const [id = '', text = ''] = sealed.split('.');
  return { id, bytes: Buffer.from(text, 'base64') };
};
const joined = (id: string, bytes: Buffer): string => `${id}.${bytes.toString('base64')}`;
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
    const { bytes } = partsOf(sealed);
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
    const { id, bytes } = partsOf(vault.seal('van_1', pan));
    for (let at = 0; at < bytes.length * 8; at += 1) {
      const turned = Buffer.from(bytes);
      turned[at >> 3] = (turned[at >> 3] as number) ^ (1 << (at & 7));
      expect(() => vault.open('van_1', joined(id, turned))).toThrow();
    }
  });

  it.each(['', 'AAAA', Buffer.alloc(60).toString('base64'), 'no base64 at all!'])('refuses %j', (sealed) => {
    expect(() => open().open('van_1', sealed)).toThrow();
  });

  it('refuses a record that was cut short or made longer', () => {
    const vault = open();
    const { id, bytes } = partsOf(vault.seal('van_1', pan));
    for (const wrong of [bytes.subarray(0, -1), bytes.subarray(1), Buffer.concat([bytes, Buffer.alloc(1)])])
      expect(() => vault.open('van_1', joined(id, wrong))).toThrow();
  });

  it('refuses two halves of two records put together', () => {
    const vault = open();
    const one = partsOf(vault.seal('van_1', pan));
    const two = partsOf(vault.seal('van_1', '5555555555554444'));
    const mixed = Buffer.concat([one.bytes.subarray(0, 60), two.bytes.subarray(60)]);
    expect(() => vault.open('van_1', joined(one.id, mixed))).toThrow();
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

  it('opens what any of its master keys wrapped, and seals with the present one', () => {
    const sealed = open('old').seal('van_1', pan);
    const vault = open(['new', 'older', 'old']);
    expect(vault.open('van_1', sealed)).toBe(pan);
    expect(vault.keyIds()).toEqual(['new', 'older', 'old'].map((name) => keyIdOf(key(name))));
    expect(vault.seal('van_1', pan).startsWith(`${keyIdOf(key('new'))}.`)).toBe(true);
    expect(() => open(['new', 'older']).open('van_1', sealed)).toThrow(UnknownMasterKey);
  });

  it('rewraps a record and leaves the ciphertext of its number as it was', () => {
    const sealed = open('old').seal('van_1', pan);
    const vault = open(['new', 'old']);
    const rewrapped = vault.rewrap('van_1', sealed)!;
    expect(partsOf(rewrapped).id).toBe(keyIdOf(key('new')));
    expect(partsOf(rewrapped).bytes.subarray(60)).toEqual(partsOf(sealed).bytes.subarray(60));
    expect(partsOf(rewrapped).bytes.subarray(0, 60)).not.toEqual(partsOf(sealed).bytes.subarray(0, 60));
    expect(open('new').open('van_1', rewrapped)).toBe(pan);
    expect(vault.rewrap('van_1', rewrapped)).toBe(null);
    expect(() => vault.rewrap('van_2', sealed)).toThrow();
  });

  it('opens and rewraps records from before master keys had ids', () => {
    const { bytes } = partsOf(open('old').seal('van_1', pan));
    const vault = open(['new', 'old']);
    const ancient = bytes.toString('base64');
    expect(vault.open('van_1', ancient)).toBe(pan);
    expect(open('new').open('van_1', vault.rewrap('van_1', ancient)!)).toBe(pan);
    expect(() => open('other').open('van_1', ancient)).toThrow(UnknownMasterKey);
  });

  it('asks for the master keys again when a record names one that it does not know', () => {
    const sealed = open('new').seal('van_1', pan);
    let asked = 0;
    const late = createVault({
      secrets: {
        masterKeys() {
          asked += 1;
          return asked === 1 ? { current: key('old'), old: [] } : { current: key('new'), old: [key('old')] };
        },
      },
      fingerprintKey: key('print'),
      entropy: createLiveEntropy(),
    });
    expect(late.open('van_1', sealed)).toBe(pan);
    expect(asked).toBe(2);
    expect(late.open('van_1', sealed)).toBe(pan);
    expect(asked).toBe(2);
  });

  it('keeps its keys when new ones cannot be read', () => {
    let broken = false;
    const vault = createVault({
      secrets: {
        masterKeys() {
          if (broken) throw new Error('no such file');
          return { current: key('master'), old: [] };
        },
      },
      fingerprintKey: key('print'),
      entropy: createLiveEntropy(),
    });
    const sealed = vault.seal('van_1', pan);
    broken = true;
    expect(() => vault.reload()).toThrow('no such file');
    expect(vault.open('van_1', sealed)).toBe(pan);
  });
});
