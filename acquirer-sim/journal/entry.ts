/** One request to the acquirer and what came of it, as the journal keeps and shows it. */
import { z } from 'zod';

export const Entry = z.object({
  seq: z.int().describe('From 1, over all tenants'),
  atMs: z.number().describe('Wall time it came'),
  tookMs: z.number().describe('Until the answer was there'),
  tenant: z.string().nullable().describe('null: its credentials name nobody'),
  operation: z.string().describe("The dialect's own name: `1Auth`, `ExecTran`"),
  reference: z.string().nullable().describe("The merchant's own: MerchantFree1, OrderID, MemberID"),
  decidedBy: z.string().nullable().describe('`Breakwater-Decided-By` of the answer'),
  status: z.int().describe('HTTP status of the answer'),
  way: z.string().describe('How the answer left: `whole`, or what a fault made of it'),
  method: z.string(),
  path: z.string(),
  address: z.string().nullable().describe('Where it came from, if known'),
  fields: z.record(z.string(), z.string()).describe('Masked; a security code is never kept'),
  answer: z.string().describe('The body of the answer, masked, its first 4,096 characters'),
});
export type Entry = z.infer<typeof Entry>;
