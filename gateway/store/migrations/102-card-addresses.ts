/** Where a card holder lives, as far as the merchant said: JSON, null for most. */
export const cardAddresses: readonly string[] = [`alter table cards add column address text`];
