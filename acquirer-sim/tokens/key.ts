/**
 * The RSA key that card data is sealed to on its way to a token (gmo-pg-protocol.md section 8).
 *
 * The private half is public on purpose: it protects test cards in a simulator, and a key drawn at
 * every start would make saved pages, recorded requests and a shop's KeyHash useless after a restart.
 */
import { constants, createPrivateKey, createPublicKey, hash, type KeyObject, privateDecrypt } from 'node:crypto';

/** PKCS #8, base64 lines. Guards nothing; never use it elsewhere. */
const PUBLISHED_KEY = `
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDCP0GJs9xVYEpV
2o9qX003mDwyCZs9A15AdO+I8IxqhdOgWx3f6KB15AwY2rzR1DsXU0+B7KfajUVU
9N5frKBy6VzbVPpDB9cMh5dgNhPcaS2J8LGLXNFW4pOM2Y6RW6gZ2G2lcA6u8OGr
uMS9zK/4Ft/0asSu1bPiljc6v7VYEurtzWpnR2EWuYl1ndSnq4CY5tXukRwt5CeH
IyiTMA0t/0pB9rZRlWMd9OBmYmuds91Y8iTFGLsFMS9AZJfnPAFXYLzv1xn553mZ
XtrlQsXLXpI0KH5i78poALA6n0Pb6t4dRoR1B6wVBFmIBc9HT05s8dYyohMf7hxU
9T0PAw65AgMBAAECggEAEUqkQOfb81WxCFd+cM+vBgXtRd8JDLNiDobaU+xl842a
OyohTK9eqV/1m7jNGji0Ue0+pKg2gQQWaeuqaAXr+o6/j17PMGxgPmNLnGrz9aj/
PspIY8mNcRiWXfF3+YSZQEO97v48sGINFMZL7UFtYL5YjV97xryLWN5aaEZslDxj
E4TXUwc2gf5vZ3AC92UTH1yRb69+p09NNRbHpG23FABm1aig1LvbBa1ikACoOT6Y
y3g3gR+uaeeHau39h/5ajqucE+VIaUQiWXsK0TL99dHu699vaWu/37d+BNGVbEYm
i+3Qs4HlsCuqr3//oDwJGzxI14h4hI6V7BJ8JMKMiQKBgQDvlG7TRWpZ22yw6BBN
k5Ak1F3h9jQPB0r7sEb8OVXnG6ZSTgjm+uTRiKM9UixyKmZAA6bymDLnZxsCVHuf
HlPudMiSyjTdoiimPK1qvhbfxGiAxJLJeWJBeyt2cQiR7a/g5apNNV9ZDrXkP0gs
y+fj8l7RtuYIPnDX32MioUwY1wKBgQDPj28j6ESx3+YxBaLWAIjGNAFqFfxpQ9Mo
qanal5OcNgBhcHxmlFsZi9KiwTkJQHQNZs03NOt2skY18NnE1Kvu26dm/MPVucA/
JmU/hclhHuy7nR4IEpMBy8ZRYbJUS6CUsJ4H+ZkAWbVG5Rn/f7gY+v717EZaLAnA
nN61n7VS7wKBgGRn5tJwQxQJm9HAUCTS9RQaVIZAsqyht9EnnXhTZycGNXxE7AIx
n/gYtaEbcTkff97QKQV+t8a3NWCSm4SiJzbGhtDOIb3JGhQhVeRoahm5rLpap9H8
JyuePSbUVG0kGhO87NSSy7T9L0nLI6pygmrLxuVJK7rEwHIYUunOg5/dAoGAE7Fe
MB/3dJDzvC72tisyzutcPv57BlnDDRab4PuEq8uL2bLcercUtaXIhFyk1rXgzOy2
B8jjlk1vz+pcHwq2jWEVzvWodvy6usMf1BkTdD2E5IARu15XyFHXLR2B1/Gc+L6R
H9yUoa3hPyq5fr5VbzlRO3ABdMi83COGFeFjSM0CgYAWFlduR75jFrxqBMkEZ52A
Lxvl9XpGhSUszI9zLXGpyCUnNUEvmgZ0aAYgXLFGkcaOktsS9D2Rk+cR7dp0xEP6
g88QVS4m9g3xY/eXn01ccVED4nUNxSwMcuigynq7Q/HvnNViSV5RI70GBzErwR1F
7FnOIOBRR2Do8H0NfaPOZA==
`;

export interface TokenKey {
  /** SubjectPublicKeyInfo, base64, as the real admin page shows it. */
  readonly publicKey: string;
  /** SHA-256 of that text, hex: what the server call sends as KeyHash. Ours; how the real one is made is not known. */
  readonly keyHash: string;
  /** Modulus and exponent, hex, for the browser's script. */
  readonly modulusHex: string;
  readonly exponentHex: string;
  /** Opens a base64 text sealed with RSA PKCS #1 v1.5; null when it was not sealed to this key. */
  unseal(sealed: string): Buffer | null;
}

/**
 * Takes the padding off: 00 02, at least eight bytes that are not 0, 00, the message. Node would answer
 * noise for a bad padding, so that an attacker learns nothing; a developer should learn it.
 */
const unpad = (block: Buffer): Buffer | null => {
  const end = block.indexOf(0, 2);
  return block[0] === 0 && block[1] === 2 && end >= 10 ? block.subarray(end + 1) : null;
};

const hexOf = (base64url: string | undefined): string => Buffer.from(base64url ?? '', 'base64url').toString('hex');

const tokenKeyOf = (privateKey: KeyObject): TokenKey => {
  const published = createPublicKey(privateKey);
  const publicKey = published.export({ type: 'spki', format: 'der' }).toString('base64');
  const { n, e } = published.export({ format: 'jwk' });
  const sealedLength = Buffer.from(n ?? '', 'base64url').length;
  return {
    publicKey,
    keyHash: hash('sha256', publicKey),
    modulusHex: hexOf(n),
    exponentHex: hexOf(e),
    unseal(sealed) {
      const block = Buffer.from(sealed, 'base64');
      if (block.length !== sealedLength) return null;
      try {
        return unpad(privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block));
      } catch {
        // A number beyond the modulus.
        return null;
      }
    },
  };
};

let made: TokenKey | null = null;

/** The one key of every simulated acquirer; read when it is first needed. */
export const tokenKey = (): TokenKey => {
  made ??= tokenKeyOf(createPrivateKey(`-----BEGIN PRIVATE KEY-----${PUBLISHED_KEY}-----END PRIVATE KEY-----\n`));
  return made;
};
