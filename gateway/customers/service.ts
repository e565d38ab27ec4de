/**
 * Customers and their cards. Nothing here asks an acquirer: a card was checked when its token
 * was made, and lives in the gateway's vault, so it can be charged at any acquirer.
 */

import { addressAfter } from '../cards/address.ts';
import { cardView } from '../cards/card.ts';
import { cardById, cardsOfCustomer, deleteCardRow, setCardCustomer, updateCardRow } from '../cards/store.ts';
import type { Compliance } from '../compliance/compliance.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import { type Result, refuse, succeed } from '../errors.ts';
import type { Events, EventType } from '../events/events.ts';
import type { FraudRoom } from '../fraud/fraud.ts';
import { type Answer, type Call, ok, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { firstPage, ListForm, listView, rangeOf } from '../http/list.ts';
import { mergeMetadata, newMetadata } from '../http/metadata.ts';
import { need, ownerOf, plain, Refused } from '../http/written.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import { createKeyedWrite } from '../idempotency/keyed-write.ts';
import { labelOf, newId } from '../ids.ts';
import type { Entropy, Store, Tx } from '../ports.ts';
import type { CardRow, CustomerRow, DeliveryRow } from '../store/database.ts';
import { viewIn } from '../subscriptions/reading.ts';
import { saveSubscription, subscriptionsOfCustomer } from '../subscriptions/store.ts';
import { tokenById, useToken } from '../tokens/store.ts';
import { AddCard, CreateCustomer, UpdateCard, UpdateCustomer } from './schema.ts';
import { countCustomers, customerById, customerEver, insertCustomer, listCustomers, saveCustomer } from './store.ts';

export interface CustomerServiceDeps {
  readonly store: Store;
  readonly entropy: Entropy;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly idempotency: Idempotency;
  readonly wallMs: () => number;
  /** Judges cards that are registered; null: nobody does. */
  readonly fraud: Pick<FraudRoom, 'registration'> | null;
  /** Asks for 3-D Secure of cards that are registered; absent: nobody does. */
  readonly mandate?: Pick<Compliance, 'prepare' | 'registration'>;
}

export const createCustomerService = (deps: CustomerServiceDeps) => {
  const { store, entropy, events, wallMs, fraud, mandate } = deps;
  const write = createKeyedWrite(deps);

  /** Turns a token into the customer's card. */
  const takeCard = async (
    tx: Tx,
    call: Call,
    tokenId: string,
    customerId: string,
    metadata: string,
  ): Promise<Result<CardRow>> => {
    const token = await tx.first(tokenById, { id: tokenId, ...ownerOf(call) });
    if (token === undefined) return refuse({ kind: 'no_such', what: 'token', id: tokenId });
    if (token.three_d_secure === 'pending') return refuse({ kind: 'request', code: 'unverified_token', param: 'card' });
    const card = await tx.first(cardById, { id: token.card_id });
    if (card === undefined) return refuse({ kind: 'request', code: 'invalid_card', param: 'card' });
    const owned = await tx.all(cardsOfCustomer, { customer: customerId, ...ownerOf(call) });
    if (
      owned.some(
        (one) =>
          one.fingerprint === card.fingerprint && one.exp_month === card.exp_month && one.exp_year === card.exp_year,
      )
    )
      return refuse({ kind: 'request', code: 'already_have_the_same_card', param: 'card' });
    const never = fraud?.registration(call, card) ?? null;
    if (never !== null) return refuse(never);
    const unmet = mandate?.registration(call, card) ?? null;
    if (unmet !== null) return refuse(unmet);
    if ((await tx.run(useToken, { id: tokenId, at: wallMs() })) === 0)
      return refuse({ kind: 'request', code: 'token_already_used', param: 'card' });
    await tx.run(setCardCustomer, { id: card.id, customer: customerId, metadata });
    return succeed({ ...card, customer_id: customerId, metadata });
  };

  /** A new customer has no subscriptions to look for. */
  const view = async (tx: Tx, customer: CustomerRow, isNew = false): Promise<Record<string, unknown>> => {
    const subscriptions = isNew ? [] : await subscriptionsOf(tx, customer);
    const cards = await tx.all(cardsOfCustomer, {
      customer: customer.id,
      merchant: customer.merchant_id,
      livemode: customer.livemode,
    });
    return {
      id: customer.id,
      object: 'customer',
      livemode: customer.livemode === 1,
      created: Math.floor(customer.created_ms / 1000),
      email: customer.email,
      description: customer.description,
      default_card: customer.default_card,
      metadata: JSON.parse(customer.metadata) as unknown,
      cards: firstPage(`/v1/customers/${customer.id}/cards`, cards.map(cardView)),
      subscriptions: firstPage(`/v1/customers/${customer.id}/subscriptions`, subscriptions),
    };
  };

  const subscriptionsOf = async (tx: Tx, customer: CustomerRow): Promise<unknown[]> => {
    const { id, merchant_id: merchant, livemode } = customer;
    const views: unknown[] = [];
    for (const row of await tx.all(subscriptionsOfCustomer, { customer: id, merchant, livemode }))
      if (row.state !== 'incomplete') views.push(await viewIn(tx, row));
    return views;
  };

  const save = (tx: Tx, customer: CustomerRow): Promise<number> =>
    tx.run(saveCustomer, {
      id: customer.id,
      merchant: customer.merchant_id,
      livemode: customer.livemode,
      email: customer.email,
      description: customer.description,
      card: customer.default_card,
      metadata: customer.metadata,
      deleted: customer.deleted_ms,
    });

  const announce = (
    tx: Tx,
    call: Call,
    type: EventType,
    objectId: string,
    data: Record<string, unknown>,
  ): Promise<readonly DeliveryRow[]> =>
    events.emit(tx, { merchant: call.principal.merchant, livemode: ownerOf(call).livemode, type, objectId, data });

  /** A customer takes its subscriptions with it (payjp-api section 3.2); not one that is being charged. */
  const endSubscriptions = async (tx: Tx, call: Call, customer: string): Promise<DeliveryRow[]> => {
    const told: DeliveryRow[] = [];
    for (const row of await tx.all(subscriptionsOfCustomer, { customer, ...ownerOf(call) })) {
      if (row.intent !== null) throw new Refused({ kind: 'operation_pending', pending: 'charge' });
      await tx.run(saveSubscription, { ...row, deleted_ms: wallMs(), due_ms: null });
      const gone = { deleted: true, id: row.id, livemode: row.livemode === 1 };
      told.push(...(await announce(tx, call, 'subscription.deleted', row.id, gone)));
    }
    return told;
  };

  const find = async (tx: Tx, call: Call, id: string): Promise<CustomerRow> => {
    const customer = await tx.first(customerById, { id, ...ownerOf(call) });
    if (customer === undefined) throw new Refused({ kind: 'no_such', what: 'customer', id });
    return customer;
  };

  const findCard = async (tx: Tx, call: Call, customerId: string, cardId: string): Promise<CardRow> => {
    await find(tx, call, customerId);
    const card = (await tx.all(cardsOfCustomer, { customer: customerId, ...ownerOf(call) })).find(
      ({ id }) => id === cardId,
    );
    if (card === undefined) throw new Refused({ kind: 'no_such', what: 'card', id: cardId });
    return card;
  };

  return {
    async create(call: Call): Promise<Answer> {
      const parsed = checkForm(CreateCustomer, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const form = parsed.value;
      if (form.card !== undefined) await mandate?.prepare(call);
      return write(call, async (tx) => {
        const id = form.id ?? newId(entropy, 'cus_', labelOf(call.principal.merchant.id, call.idempotencyKey));
        if ((await tx.first(customerEver, { id, ...ownerOf(call) })) !== undefined)
          return plain(refused({ kind: 'request', code: 'already_exist_id', param: 'id' }));
        const card = form.card === undefined ? null : need(await takeCard(tx, call, form.card, id, '{}'));
        const customer: CustomerRow = {
          id,
          merchant_id: call.principal.merchant.id,
          livemode: ownerOf(call).livemode,
          email: form.email ?? null,
          description: form.description ?? null,
          default_card: card?.id ?? null,
          metadata: newMetadata(form.metadata),
          created_ms: wallMs(),
          deleted_ms: null,
        };
        await tx.run(insertCustomer, customer);
        const shown = await view(tx, customer, true);
        return { answer: ok(shown), deliveries: await announce(tx, call, 'customer.created', id, shown) };
      });
    },
    retrieve: (call: Call): Promise<Answer> =>
      write(call, async (tx) => plain(ok(await view(tx, await find(tx, call, call.id))))),
    async update(call: Call): Promise<Answer> {
      const parsed = checkForm(UpdateCustomer, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const form = parsed.value;
      if (form.card !== undefined) await mandate?.prepare(call);
      return write(call, async (tx) => {
        const before = await find(tx, call, call.id);
        const added = form.card === undefined ? null : need(await takeCard(tx, call, form.card, before.id, '{}'));
        if (form.default_card !== undefined) {
          const own = await tx.all(cardsOfCustomer, { customer: before.id, ...ownerOf(call) });
          if (!own.some(({ id }) => id === form.default_card))
            throw new Refused({ kind: 'request', code: 'dont_has_this_card', param: 'default_card' });
        }
        const customer: CustomerRow = {
          ...before,
          email: 'email' in call.form ? (form.email ?? null) : before.email,
          description: 'description' in call.form ? (form.description ?? null) : before.description,
          default_card: added?.id ?? form.default_card ?? before.default_card,
          metadata: need(mergeMetadata(before.metadata, form.metadata)),
        };
        await save(tx, customer);
        const shown = await view(tx, customer);
        return { answer: ok(shown), deliveries: await announce(tx, call, 'customer.updated', customer.id, shown) };
      });
    },
    remove: (call: Call): Promise<Answer> =>
      write(call, async (tx) => {
        const customer = await find(tx, call, call.id);
        const told = await endSubscriptions(tx, call, customer.id);
        await save(tx, { ...customer, deleted_ms: wallMs() });
        const gone = { deleted: true, id: customer.id, livemode: customer.livemode === 1 };
        told.push(...(await announce(tx, call, 'customer.deleted', customer.id, gone)));
        return { answer: ok(gone), deliveries: told };
      }),
    async list(call: Call): Promise<Answer> {
      const parsed = checkForm(ListForm, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const range = { ...rangeOf(parsed.value), ...ownerOf(call) };
      return store.read(async (tx) => {
        const count = Number((await tx.first(countCustomers, range))?.count ?? 0);
        const views: unknown[] = [];
        for (const customer of await tx.all(listCustomers, range)) views.push(await view(tx, customer));
        return ok(listView('/v1/customers', views, count, range.offset));
      });
    },
    async addCard(call: Call): Promise<Answer> {
      const parsed = checkForm(AddCard, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const form = parsed.value;
      if (form.card !== undefined) await mandate?.prepare(call);
      return write(call, async (tx) => {
        const customer = await find(tx, call, call.id);
        const card = need(await takeCard(tx, call, form.card, customer.id, newMetadata(form.metadata)));
        if (form.default === true || customer.default_card === null)
          await save(tx, { ...customer, default_card: card.id });
        const shown = cardView(card);
        return { answer: ok(shown), deliveries: await announce(tx, call, 'customer.card.created', card.id, shown) };
      });
    },
    listCards: (call: Call): Promise<Answer> =>
      write(call, async (tx) => {
        const customer = await find(tx, call, call.id);
        const parsed = checkForm(ListForm, call.form);
        if (!parsed.ok) return plain(refused(parsed.error));
        const { limit, offset, since, until } = rangeOf(parsed.value);
        const cards = (await tx.all(cardsOfCustomer, { customer: customer.id, ...ownerOf(call) })).filter(
          (card) => card.created_ms >= since && card.created_ms <= until,
        );
        return plain(
          ok(
            listView(
              `/v1/customers/${customer.id}/cards`,
              cards.slice(offset, offset + limit).map(cardView),
              cards.length,
              offset,
            ),
          ),
        );
      }),
    retrieveCard: (call: Call): Promise<Answer> =>
      write(call, async (tx) => plain(ok(cardView(await findCard(tx, call, call.id, call.cardId))))),
    async updateCard(call: Call): Promise<Answer> {
      const parsed = checkForm(UpdateCard, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const form = parsed.value;
      return write(call, async (tx) => {
        const before = await findCard(tx, call, call.id, call.cardId);
        const card: CardRow = {
          ...before,
          name: form.name ?? before.name,
          email: form.email ?? before.email,
          phone: form.phone ?? before.phone,
          address: addressAfter(before.address, form, call.form),
          metadata: need(mergeMetadata(before.metadata, form.metadata)),
        };
        await tx.run(updateCardRow, card);
        const shown = cardView(card);
        return { answer: ok(shown), deliveries: await announce(tx, call, 'customer.card.updated', card.id, shown) };
      });
    },
    removeCard: (call: Call): Promise<Answer> =>
      write(call, async (tx) => {
        const card = await findCard(tx, call, call.id, call.cardId);
        await tx.run(deleteCardRow, { id: card.id, at: wallMs() });
        const customer = await find(tx, call, call.id);
        if (customer.default_card === card.id) {
          const left = await tx.all(cardsOfCustomer, { customer: customer.id, ...ownerOf(call) });
          await save(tx, { ...customer, default_card: left[0]?.id ?? null });
        }
        const gone = { deleted: true, id: card.id, livemode: card.livemode === 1 };
        return { answer: ok(gone), deliveries: await announce(tx, call, 'customer.card.deleted', card.id, gone) };
      }),
  };
};
