/** What the document says of one call. */
import type { z } from 'zod';
import type { ObjectName } from './objects.ts';

export const tags = {
  Charges: 'Payments: authorise, capture, refund.',
  '3-D Secure': 'The card holder is authenticated by the card’s issuer: for a charge, a token, or a customer’s card.',
  Tokens: 'A card number comes in and leaves as a token for one use.',
  Customers: 'Buyers who come back, and their cards.',
  Plans: 'What is charged again and again.',
  Subscriptions: 'Who is charged again and again.',
  Events: 'What happened, for a receiver that missed its webhooks.',
  Account: 'Who a key belongs to.',
  Browser: 'For buyers’ browsers: card numbers go from there to here, past the merchant.',
  'Money movement': 'Terms, statements, balances and transfers, computed from the ledger. Read-only.',
  Platform: 'Not offered by this gateway; a clear refusal.',
  Operators: 'For those who run the gateway. JSON, behind the admin token.',
  Upstream: 'For those who run an acquirer.',
  Operation: 'Is it alive, is it ready, how is it doing.',
} as const;
export type Tag = keyof typeof tags;

/** Whose word opens a call. `publicKey` accepts secret keys too. */
export type Security = 'secretKey' | 'publicKey' | 'adminToken' | 'upstreamToken' | 'metricsToken' | 'none';

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** With `{id}` where the app has `:id`. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly security: Security;
  /** A body of `application/x-www-form-urlencoded`; of a GET or DELETE, its query. */
  readonly form?: z.ZodObject;
  /** Of a POST, its query. */
  readonly query?: z.ZodObject;
  /** A body of JSON. */
  readonly json?: z.ZodType;
  /** 200 unless told. */
  readonly status?: 200 | 201 | 202;
  /** What a good answer holds: an object, or another media type. */
  readonly answers: ObjectName | { readonly type: string; readonly description: string } | null;
  /** `Idempotency-Key` keeps the answer for repetitions; elsewhere it only names the new object. */
  readonly replays?: true;
  /** An acquirer may be asked. */
  readonly upstream?: true;
}

/** Of most calls: a merchant's server. */
export const secret = { security: 'secretKey' } as const;
