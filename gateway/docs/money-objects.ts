/** Money movement: terms, statements, balances, transfers. */
import { z } from 'zod';
import { ChargeList } from './merchant-objects.ts';
import { head, id, listOf, nothing, seconds, text, yen } from './shapes.ts';

export const Term = z.strictObject({
  id: id('tm_'),
  object: z.literal('term'),
  livemode: z.boolean(),
  start_at: seconds,
  end_at: seconds.nullable(),
  closed: z.boolean(),
  charge_count: z.int(),
  refund_count: z.int(),
  dispute_count: z.int(),
});
export const TermList = listOf(Term);

export const Statement = z.strictObject({
  ...head('st_', 'statement'),
  updated: seconds,
  title: text,
  type: z.enum(['sales', 'service_fee', 'transfer_fee', 'forfeit', 'misc']),
  tenant_id: nothing,
  term: Term.nullable(),
  balance_id: text,
  net: yen,
  items: z.array(z.strictObject({ subject: z.string(), name: z.string(), amount: yen, tax_rate: z.string() })),
});
export const StatementList = listOf(Statement);

export const StatementUrl = z.strictObject({
  object: z.literal('statement_url'),
  url: z.url().meta({ description: 'Good for an hour, without a key.' }),
  expires: seconds,
});

export const Balance = z.strictObject({
  ...head('ba_', 'balance'),
  tenant_id: nothing,
  net: yen,
  statements: z.array(Statement),
  state: z.enum(['collecting', 'transfer', 'claim']),
  closed: z.boolean(),
  closed_date: seconds.nullable(),
  due_date: seconds.nullable(),
  bank_info: nothing,
});
export const BalanceList = listOf(Balance);

export const Transfer = z.strictObject({
  ...head('tr_', 'transfer'),
  amount: yen,
  carried_balance: yen.nullable(),
  charges: ChargeList,
  currency: z.literal('jpy'),
  description: text,
  scheduled_date: z.string().meta({ description: 'YYYY-MM-DD, JST.' }),
  status: z.enum(['pending', 'paid', 'failed', 'stop', 'carried_over', 'recombination']),
  summary: z.strictObject({
    charge_count: z.int(),
    charge_fee: yen,
    charge_gross: yen,
    net: yen,
    refund_amount: yen,
    refund_count: z.int(),
    dispute_amount: yen,
    dispute_count: z.int(),
  }),
  term_start: seconds,
  term_end: seconds,
  transfer_amount: yen.nullable(),
  transfer_date: text,
});
export const TransferList = listOf(Transfer);
