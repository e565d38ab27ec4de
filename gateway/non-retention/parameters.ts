/**
 * Which parameters of a call are card data that passed the merchant's server (NONRET-05 to -10).
 *
 * Only names of the fixed list leave this file, so nothing that a client wrote gets into a record, a
 * header or a log by way of a parameter's name.
 */
import type { Form } from '../http/body.ts';

/** Calls that once took card numbers from servers. `customers` is both creating and changing one (NONRET-X1). */
export const cardEndpoints = ['tokens', 'charges', 'customers', 'customer_cards'] as const;
export type CardEndpoint = (typeof cardEndpoints)[number];

/** S0 L76-86 and L88-98. */
export const cardParameters = [
  'number',
  'exp_month',
  'exp_year',
  'cvc',
  'address_state',
  'address_city',
  'address_line1',
  'address_line2',
  'address_zip',
  'country',
  'name',
] as const;

/** Keys of the tokens that stand behind passed-through calls; merchants may not send one that begins so. */
export const passthroughKeyPrefix = 'passthrough/';

const none: readonly string[] = [];
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The card fields of a form; null where it has none (a token's or a card's id is none). */
export const cardFieldsOf = (endpoint: CardEndpoint, form: Form): Readonly<Record<string, unknown>> | null => {
  if (isObject(form.card)) return form.card;
  if (endpoint !== 'customer_cards' || form.card !== undefined) return null;
  return cardParameters.some((name) => name in form) ? form : null;
};

/** Names as they were sent, `card[number]` or bare, in the order of the list. Empty: nothing passed through. */
export const passedThrough = (endpoint: CardEndpoint, form: Form): readonly string[] => {
  const fields = cardFieldsOf(endpoint, form);
  if (fields === null) return none;
  const bare = fields === form;
  return cardParameters.filter((name) => name in fields).map((name) => (bare ? name : `card[${name}]`));
};

/** A form without its card fields, and those fields: for whoever makes a token of them. */
export const splitForm = (
  endpoint: CardEndpoint,
  form: Form,
): { readonly card: Readonly<Record<string, unknown>>; readonly rest: Form } => {
  const fields = cardFieldsOf(endpoint, form) ?? {};
  if (fields !== form) {
    const { card: _, ...rest } = form;
    return { card: fields, rest };
  }
  const card: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(form))
    if ((cardParameters as readonly string[]).includes(name)) card[name] = value;
    else rest[name] = value;
  return { card, rest };
};
