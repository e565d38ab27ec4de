/**
 * Names, addresses and secrets of a play. They are worth nothing outside it: fixed, so that the
 * same seed gives the same bytes.
 */
import { createHash } from 'node:crypto';
import type { WorldAcquirer } from '../play/world.ts';
import { ownTenant } from '../play/world.ts';

export const hosts = {
  gateway: 'gateway.test',
  statusPage: 'status.test',
  merchants: 'merchants.test',
  threeDSecure: 'tds.test',
} as const;

export const urlOf = (host: string): string => `http://${host}`;
export const acquirerHost = (id: string): string => `${id}.test`;

const secret = (name: string): string =>
  createHash('sha256').update(`breakwater stage ${name}`).digest('hex').slice(0, 32);
const key32 = (name: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(`breakwater stage ${name}`).digest());

export const secrets = {
  adminToken: secret('gateway admin'),
  upstreamToken: secret('upstream notices'),
  feed: secret('status feed'),
  pageAdminToken: secret('status page admin'),
  masterKey: key32('vault'),
  hashKey: key32('hashes'),
} as const;

/** Our account at an acquirer, in the words of its dialect. */
export const accountAt = ({ dialect }: Pick<WorldAcquirer, 'dialect'>) =>
  dialect === 'escott'
    ? { dialect, merchantId: 'BREAKWATER01', merchantPass: 'stagepass01', tenantId: '0001' }
    : { dialect, shopId: 'tshop00000001', shopPass: 'stagepas' };

/** The acquirer's side of the same account. */
export const tenantAt = ({ dialect }: Pick<WorldAcquirer, 'dialect'>) => {
  const notices = {
    noticeUrl: `${urlOf(hosts.gateway)}/upstream/notices`,
    disputeUrl: `${urlOf(hosts.gateway)}/upstream/disputes`,
    noticeToken: secrets.upstreamToken,
  };
  return dialect === 'escott'
    ? { id: ownTenant, merchantId: 'BREAKWATER01', merchantPass: 'stagepass01', tenantId: '0001', ...notices }
    : { id: ownTenant, shopId: 'tshop00000001', shopPass: 'stagepas', ...notices };
};
