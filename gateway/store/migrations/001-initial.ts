/** The first schema: merchants, cards, charges, attempts, ledger, idempotency, events, deliveries. */
export const initial: readonly string[] = [
  `create table merchants (
     id text primary key, name text not null, notice_url text, webhook_url text, webhook_token text not null,
     deferral text not null, paused_reason text, created_ms bigint not null)`,
  `create table api_keys (
     key_hash text primary key, merchant_id text not null, livemode integer not null, kind text not null)`,
  `create table vault (id text primary key, sealed text not null, created_ms bigint not null)`,
  `create table cards (
     id text primary key, merchant_id text not null, livemode integer not null, customer_id text, vault_id text not null,
     brand text not null, last4 text not null, exp_month integer not null, exp_year integer not null, name text,
     fingerprint text not null, cvc_check text not null, email text, phone text, metadata text not null,
     created_ms bigint not null, deleted_ms bigint)`,
  // Most cards are a token's and belong to nobody; only customers' cards are ever looked for.
  `create index cards_by_customer on cards (customer_id) where customer_id is not null`,
  `create table tokens (
     id text primary key, merchant_id text not null, livemode integer not null, card_id text not null,
     used_ms bigint, created_ms bigint not null)`,
  `create table customers (
     id text not null, merchant_id text not null, livemode integer not null, email text, description text,
     default_card text, metadata text not null, created_ms bigint not null, deleted_ms bigint,
     primary key (merchant_id, livemode, id))`,
  `create table charges (
     id text primary key, merchant_id text not null, livemode integer not null, amount integer not null,
     captured_amount integer not null, refunded_amount integer not null, state text not null, capture integer not null,
     card_id text not null, customer_id text, description text, metadata text not null, acquirer text not null,
     handle text, failure_code text, failure_message text, refund_reason text, expires_ms bigint, captured_ms bigint,
     created_ms bigint not null, idempotency_key text, pending_type text, pending_amount integer, pending_since_ms bigint,
     attempts integer not null,
     check (amount > 0),
     check (captured_amount between 0 and amount),
     check (refunded_amount between 0 and captured_amount))`,
  `create index charges_by_merchant on charges (merchant_id, livemode, created_ms)`,
  `create table attempts (
     reference text primary key, charge_id text not null, merchant_id text not null, acquirer text not null,
     kind text not null, amount integer not null, state text not null, owner text not null, code text, sent_ms bigint, due_ms bigint,
     tries integer not null, not_found integer not null, first_not_found_ms bigint, reason text)`,
  // Few rows have a due time at any moment; the settler reads nothing else.
  `create index attempts_due on attempts (acquirer, due_ms) where due_ms is not null`,
  // Append-only and read as a whole: an index would cost every payment and serve nobody.
  `create table transfers (
     id text not null, charge_id text not null, debit text not null, credit text not null, amount integer not null,
     kind text not null, at_ms bigint not null, check (amount > 0), check (debit <> credit))`,
  `create table idempotency (
     merchant_id text not null, livemode integer not null, key text not null, params_hash text not null,
     state text not null, owner text not null, charge_id text, reference text, status integer, body text, headers text, waiting integer not null,
     created_ms bigint not null, primary key (merchant_id, livemode, key))`,
  `create table events (
     id text primary key, merchant_id text not null, livemode integer not null, type text not null,
     object_id text not null, data text not null, created_ms bigint not null)`,
  `create table deliveries (
     id text primary key, merchant_id text, kind text not null, subject text not null, url text not null,
     token text not null, body text not null, state text not null, tries integer not null, due_ms bigint not null,
     created_ms bigint not null)`,
  `create index deliveries_due on deliveries (due_ms) where state = 'waiting'`,
];
