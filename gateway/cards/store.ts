/** Statements about cards and the vault. */
import type { Query } from '../ports.ts';
import type { CardRow, Flag, VaultRow } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertVault = insertQuery('vault', ['id', 'sealed', 'created_ms']);

export const insertCard = insertQuery('cards', [
  'id',
  'merchant_id',
  'livemode',
  'customer_id',
  'vault_id',
  'brand',
  'last4',
  'exp_month',
  'exp_year',
  'name',
  'fingerprint',
  'cvc_check',
  'email',
  'phone',
  'metadata',
  'created_ms',
  'deleted_ms',
  'is_jp',
  'address',
  'three_d_secure_status',
]);

export type StoredCard = CardRow & Pick<VaultRow, 'sealed'>;

/** A card with its sealed number, for a charge. */
export const cardToCharge: Query<{ id: string }, StoredCard> = query((db, arg) =>
  db
    .selectFrom('cards')
    .innerJoin('vault', 'vault.id', 'cards.vault_id')
    .selectAll('cards')
    .select('vault.sealed')
    .where('cards.id', '=', arg.id)
    .where('cards.deleted_ms', 'is', null),
);

/** A card even after its deletion: a charge shows the card it was made with. */
export const cardById: Query<{ id: string }, CardRow> = query((db, arg) =>
  db.selectFrom('cards').selectAll().where('id', '=', arg.id),
);

export interface OwnedBy {
  readonly merchant: string;
  readonly livemode: Flag;
  readonly customer: string;
}

export const cardsOfCustomer: Query<OwnedBy, CardRow> = query((db, arg) =>
  db
    .selectFrom('cards')
    .selectAll()
    .where('customer_id', '=', arg.customer)
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('deleted_ms', 'is', null)
    .orderBy('created_ms', 'desc')
    .orderBy('id'),
);

export const setCardCustomer: Query<{ id: string; customer: string; metadata: string }, never> = query((db, arg) =>
  db.updateTable('cards').set({ customer_id: arg.customer, metadata: arg.metadata }).where('id', '=', arg.id),
);

export const updateCardRow: Query<
  {
    id: string;
    name: string | null;
    email: string | null;
    phone: string | null;
    address: string | null;
    metadata: string;
  },
  never
> = query((db, arg) =>
  db
    .updateTable('cards')
    .set({ name: arg.name, email: arg.email, phone: arg.phone, address: arg.address, metadata: arg.metadata })
    .where('id', '=', arg.id),
);

export const deleteCardRow: Query<{ id: string; at: number }, never> = query((db, arg) =>
  db.updateTable('cards').set({ deleted_ms: arg.at }).where('id', '=', arg.id),
);
