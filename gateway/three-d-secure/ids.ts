/** Ids and proofs of an authentication. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Entropy } from '../ports.ts';
import type { Lang } from '../words.ts';

/** A random UUID (RFC 4122, version 4): 36 characters, as the protocol wants its ids. */
export const newUuid = (entropy: Entropy, label: string): string => {
  const bytes = Uint8Array.from(entropy.bytes(16, `uuid/${label}`));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** How the card holder's browser came, carried along because no cookie is. */
export interface Visit {
  readonly lang: Lang;
  /** The page around ours, its origin; null: ours is a page by itself. */
  readonly frame: string | null;
  /** The page that opened ours, its origin; absent: not known. */
  readonly opener?: string;
}

export interface Proofs {
  /**
   * What the card holder's browser shows on its way through our pages. It works without cookies, which a
   * POST from the ACS's page does not bring along (emv-3ds.md F18).
   */
  ticket(flowId: string, serverTransId: string, visit: Visit): string;
  /** Null: it is none of ours, or another authentication's. */
  readTicket(ticket: string, flowId: string, serverTransId: string): Visit | null;
  /**
   * What an RReq must bring. The directory server would show a certificate (mutual TLS); here the secret is
   * in the address that it alone was told, in the AReq.
   */
  serverKey(serverTransId: string): string;
}

export const createProofs = (hashKey: Uint8Array): Proofs => {
  const prove = (what: string): string => createHmac('sha256', hashKey).update(what).digest('hex').slice(0, 40);
  const seal = (said: string, flowId: string, transId: string): string =>
    prove(`three-d-secure/browser/${flowId}/${transId}/${said}`);
  return {
    ticket(flowId, transId, visit) {
      const said = Buffer.from(JSON.stringify(visit)).toString('base64url');
      return `${said}.${seal(said, flowId, transId)}`;
    },
    readTicket(ticket, flowId, transId) {
      const [said = '', proof = '', ...more] = ticket.split('.');
      if (ticket.length > 1024 || more.length > 0 || !sameProof(proof, seal(said, flowId, transId))) return null;
      return JSON.parse(Buffer.from(said, 'base64url').toString('utf8')) as Visit;
    },
    serverKey: (transId) => prove(`three-d-secure/server/${transId}`),
  };
};

/** Compared without telling how much of it is right. */
export const sameProof = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};
