/** A TLS alert on a connection that speaks plain HTTP: a terminator that lost its certificate. */
import { z } from 'zod';
import { faultKind, nothing } from '../kind.ts';

/** RFC 8446 section 6: record type 21, version 3.3, two bytes; level and description. */
const alert = (description: number): Uint8Array => Uint8Array.of(21, 3, 3, 0, 2, 2, description);

const descriptions = { 'handshake-failure': 40, 'certificate-expired': 45, 'unknown-ca': 48 } as const;

export const tlsAlert = faultKind({
  kind: 'tls-alert',
  title: { en: 'a TLS alert instead of HTTP', ja: 'HTTPの代わりにTLSアラートが返る' },
  rows: ['NET-18'],
  parameters: z.strictObject({
    says: z.enum(['handshake-failure', 'certificate-expired', 'unknown-ca']).default('handshake-failure'),
  }),
  async inject({ says }, incident) {
    return incident.leave(nothing, { how: 'alien', bytes: alert(descriptions[says]) });
  },
});
