/**
 * Where a card holder lives (payjp-api section 3.3): kept and shown as the merchant said it, and
 * checked for nothing but its shape, as PAY.JP does since 2026-05.
 */
import { z } from 'zod';
import type { RequestFault } from '../errors.ts';
import { optional, text } from '../http/fields.ts';

const country: RequestFault = 'invalid_card_country';

/** Fields of the card forms. */
export const addressFields = {
  country: optional(z.string(country).regex(/^[A-Za-z]{2}$/, country)),
  address_state: optional(text(255, 'invalid_card_address_state')),
  address_city: optional(text(255, 'invalid_card_address_city')),
  address_line1: optional(text(255, 'invalid_card_address_line')),
  address_line2: optional(text(255, 'invalid_card_address_line')),
  address_zip: optional(text(30, 'invalid_card_address_zip')),
};

const names = ['country', 'address_state', 'address_city', 'address_line1', 'address_line2', 'address_zip'] as const;

type Address = Partial<Record<(typeof names)[number], string | null | undefined>>;

/** As the API shows it: every field, null where nothing was said. */
export const addressView = (stored: string | null): Record<string, string | null> => {
  const said = stored === null ? {} : (JSON.parse(stored) as Address);
  return Object.fromEntries(names.map((name) => [name, said[name] ?? null]));
};

/** What is stored after `form`; `given` says which fields it named, so that an empty one clears. */
export const addressAfter = (stored: string | null, form: Address, given: object): string | null => {
  const named = names.filter((name) => name in given);
  if (named.length === 0) return stored;
  const said: Address = stored === null ? {} : (JSON.parse(stored) as Address);
  for (const name of named) said[name] = form[name] ?? null;
  return JSON.stringify(said);
};
