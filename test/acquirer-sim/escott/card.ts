/** e-SCOTT messages as a merchant would write them, for the tests of this room. */
import type { AcquirerConfigInput } from '../../../acquirer-sim/app.ts';
import { createWorld, type Json, type Reply, type World } from '../world.ts';

export const escottConfig = (changes: Partial<Json> = {}): AcquirerConfigInput => ({
  id: 'escott',
  dialect: 'escott',
  capacity: { workers: 10, queueMax: 100 },
  tenants: [
    { id: 'gateway', merchantId: 'M0001', merchantPass: 'secret1', tenantId: '0001' },
    { id: 'other', merchantId: 'M0002', merchantPass: 'secret2' },
  ],
  ...changes,
});

export const createEscottWorld = (changes: Partial<Json> = {}, options: { seed?: number } = {}): World =>
  createWorld(escottConfig(changes), options);

export const OAUT = '/online/aut/OAUT002.do';
export const OLST = '/online/lst/OLST001.do';
export const OCRP = '/online/crp/OCRP005.do';
export const OSTL = '/online/lst/OSTL001.do';

export const GOOD_CARD = '4242424242424242';

const shop = {
  MerchantId: 'M0001',
  MerchantPass: 'secret1',
  TenantId: '0001',
  TransactionDate: '20170712',
};

export type Fields = Record<string, string>;

/** A message that names a card. */
export const newPayment = (operateId: string, reference: string, changes: Fields = {}): Fields => ({
  ...shop,
  OperateId: operateId,
  MerchantFree1: reference,
  CardNo: GOOD_CARD,
  CardExp: '3012',
  ...(operateId === '1Check' ? {} : { PayType: '01', Amount: '1000' }),
  ...changes,
});

/** A message about an earlier one. */
export const followUp = (operateId: string, of: Reply, changes: Fields = {}): Fields => ({
  ...shop,
  OperateId: operateId,
  MerchantFree1: `${of.pairs.MerchantFree1}`,
  ProcessId: of.pairs.ProcessId ?? '',
  ProcessPass: of.pairs.ProcessPass ?? '',
  ...(operateId === '1Capture' ? { SalesDate: '20170712' } : {}),
  ...changes,
});

export const listing = (changes: Fields = {}): Fields => ({
  MerchantId: 'M0001',
  MerchantPass: 'secret1',
  TenantId: '0001',
  OperateId: '9List',
  From: '20170712200000',
  To: '20170712235959',
  ...changes,
});

export const settlement = (changes: Fields = {}): Fields => ({
  MerchantId: 'M0001',
  MerchantPass: 'secret1',
  TenantId: '0001',
  OperateId: '9Settle',
  Date: '20170712',
  ...changes,
});

/** The field of an object without one key: a message that lacks it. */
export const without = (fields: Fields, ...keys: string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key)));
