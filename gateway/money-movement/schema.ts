/** Parameters of the money-movement lists (payjp-api section 3.7). */
import { z } from 'zod';
import { bool, optional, text } from '../http/fields.ts';
import { ListForm, unixSeconds } from '../http/list.ts';

const choice = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  optional(z.enum(values, { error: 'invalid_querystring' }));

/** Only a merchant's own: there are no tenants here. */
const owner = optional(z.enum(['merchant', 'tenant'], { error: 'invalid_owner_type' }));
const id = optional(text(100, 'invalid_querystring'));

export const ListTermsForm = ListForm.omit({ since: true, until: true }).extend({
  since_start_at: optional(unixSeconds),
  until_start_at: optional(unixSeconds),
});

export const ListStatementsForm = ListForm.extend({
  owner,
  source_transfer: id,
  tenant: id,
  term: id,
  type: choice(['sales', 'service_fee', 'transfer_fee', 'forfeit', 'misc']),
});

export const ListBalancesForm = ListForm.extend({
  since_due_date: optional(unixSeconds),
  until_due_date: optional(unixSeconds),
  state: choice(['collecting', 'transfer', 'claim']),
  closed: optional(bool),
  owner,
  tenant: id,
});

export const ListTransfersForm = ListForm.extend({
  status: choice(['pending', 'paid', 'failed', 'stop', 'carried_over', 'recombination']),
  since_scheduled_date: optional(unixSeconds),
  until_scheduled_date: optional(unixSeconds),
});

export const ListTransferChargesForm = ListForm.extend({ customer: id });

export const StatementUrl = z.strictObject({ platformer: optional(bool) });
