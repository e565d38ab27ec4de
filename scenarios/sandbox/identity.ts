/**
 * Who a world is: the keys, shops and merchants by which callers choose it. Every acquirer's port
 * serves all worlds, so what names one at an acquirer is given out once.
 */
import type { Entropy } from '../../gateway/ports.ts';

/** A merchant at e-SCOTT. */
export interface EscottIdentity {
  readonly merchantId: string;
  readonly merchantPass: string;
  /** The shop code, `TenantId` on the wire. */
  readonly tenantId: string;
}

/** A shop and its site at GMO-PG. */
export interface GmoPgIdentity {
  readonly shopId: string;
  readonly shopPass: string;
  readonly siteId: string;
  readonly sitePass: string;
}

export interface Identity {
  /** `default`, or `w` and eight digits. No secret. */
  readonly id: string;
  /** Of the gateway's merchant. */
  readonly merchantId: string;
  readonly name: string;
  readonly keys: { readonly secret: string; readonly public: string };
  readonly escott: EscottIdentity;
  readonly gmoPg: GmoPgIdentity;
}

export const defaultWorld = 'default';

/** The key of PAY.JP's public examples, and the same with the prefix of a public key. */
const exampleKey = 'c62fade9d045b54cd76d7036';

/** The world that is always there. Its names are documented and no secret. */
export const defaultIdentity: Identity = {
  id: defaultWorld,
  merchantId: 'acct_mch_sandbox',
  name: 'Sandbox',
  keys: { secret: `sk_test_${exampleKey}`, public: `pk_test_${exampleKey}` },
  escott: { merchantId: 'SANDBOX00000001', merchantPass: 'escottpass01', tenantId: '0001' },
  gmoPg: { shopId: 'tshop00000001', shopPass: 'shoppass01', siteId: 'tsite00000001', sitePass: 'sitepass01' },
};

/** Eight digits that start neither a documented name nor one with a leading zero. */
const digits = (entropy: Entropy): string => {
  const bytes = Buffer.from(entropy.bytes(4, 'sandbox/world'));
  return String(10_000_000 + (bytes.readUInt32BE() % 90_000_000));
};

const hex = (entropy: Entropy, bytes: number, label: string): string =>
  Buffer.from(entropy.bytes(bytes, label)).toString('hex');

/** A new one whose id is not `taken`. */
export const freshIdentity = (entropy: Entropy, name: string | undefined, taken: (id: string) => boolean): Identity => {
  let number = digits(entropy);
  while (taken(`w${number}`)) number = digits(entropy);
  const key = (): string => hex(entropy, 12, 'sandbox/key');
  return {
    id: `w${number}`,
    merchantId: `acct_mch_w${number}`,
    name: name ?? `Sandbox ${number}`,
    keys: { secret: `sk_test_${key()}`, public: `pk_test_${key()}` },
    escott: { merchantId: `SANDBOX${number}`, merchantPass: hex(entropy, 6, 'sandbox/pass'), tenantId: '0001' },
    gmoPg: {
      shopId: `tshop${number}`,
      shopPass: hex(entropy, 5, 'sandbox/pass'),
      siteId: `tsite${number}`,
      sitePass: hex(entropy, 5, 'sandbox/pass'),
    },
  };
};

/** Entropy that gives a world the keys it was promised and everything else from `entropy`. */
export const keyedEntropy = (entropy: Entropy, { merchantId, keys }: Identity): Entropy => {
  const promised = new Map([
    [`key/sk/test/${merchantId}`, keys.secret],
    [`key/pk/test/${merchantId}`, keys.public],
  ]);
  return {
    bytes(length, label) {
      const key = promised.get(label);
      return key === undefined ? entropy.bytes(length, label) : new Uint8Array(Buffer.from(key.slice(8), 'hex'));
    },
  };
};
