/** Chargebacks, as the issuer of a card claims them. */
import { z } from 'zod';
import { operation, Refusal } from '../operation.ts';
import type { Controlled } from './controlled.ts';

const DisputeView = z.strictObject({
  dispute: z.string(),
  tenant: z.string(),
  transactionId: z.string(),
  reference: z.string(),
  reason: z.enum(['fraud', 'other']),
  reasonCode: z.string().nullable(),
  amountYen: z.int(),
  debitedYen: z.int().meta({ description: 'Taken from the tenant.' }),
  atMs: z.number(),
  state: z.enum(['untold', 'telling', 'told', 'given_up']),
  status: z.int().nullable().meta({ description: 'Of the last answer to `disputeUrl`.' }),
});

const NewDispute = z.strictObject({
  /** Of the payment: MerchantFree1 at e-SCOTT, OrderID at GMO-PG. */
  reference: z.string().min(1).max(64),
  reason: z.enum(['fraud', 'other']).default('fraud'),
  reasonCode: z
    .string()
    .regex(/^[A-Za-z0-9.]{1,10}$/)
    .nullable()
    .default('10.4'),
  /** All that is left of the payment, unless told. */
  amountYen: z.int().positive().optional(),
  /** `none`: the issuer keeps the loss. */
  debit: z.enum(['full', 'none']).default('full'),
});

export const disputeOperations = ({ disputes }: Pick<Controlled, 'disputes'>) => [
  operation({
    id: 'postDispute',
    method: 'post',
    path: '/disputes',
    summary: 'An issuer claims a payment back; its tenant is told at its disputeUrl until it answers',
    body: NewDispute,
    changes: true,
    answer: DisputeView,
    status: 201,
    refusals: [409],
    handle({ body }) {
      const opened = disputes.open(body);
      return 'path' in opened ? new Refusal(409, opened.path, opened.reason) : opened;
    },
  }),
  operation({
    id: 'getDisputes',
    method: 'get',
    path: '/disputes',
    summary: 'All chargebacks, and whether their tenants know of them',
    answer: z.object({ rows: z.array(DisputeView) }),
    handle: () => ({ rows: [...disputes.list()] }),
  }),
];
