/** What happened, and to whom it is delivered. */
import type { Flag } from './flag.ts';

export interface EventRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  type: string;
  object_id: string;
  data: string;
  created_ms: number;
}

export interface DeliveryRow {
  id: string;
  /** Merchant it is for; null for the upstream. */
  merchant_id: string | null;
  /** `webhook`, `notice` or `upstream`. */
  kind: string;
  /** What it carries, for the log: an event type or a notice type. */
  subject: string;
  url: string;
  token: string;
  /** Empty for webhooks, whose body is made of their event, and for what was delivered. */
  body: string;
  /** `waiting`, `delivered` or `dead`. */
  state: string;
  tries: number;
  due_ms: number;
  created_ms: number;
  /** `webhook_endpoints.id`; null for what is no webhook. */
  endpoint_id: string | null;
  /** The object that the event is about: its events arrive in order. */
  object_id: string | null;
  /** Order among the waiting rows of one endpoint and object. */
  seq: number;
  /** Why the last try failed; null while none did. */
  reason: string | null;
  /** HTTP status of the last answer; null when there was none. */
  status: number | null;
  /** When it arrived; null until then, and of rows from before that was written down. */
  delivered_ms: number | null;
  lease_owner: string | null;
  lease_until_ms: number | null;
  lease_token: number;
}

export interface WebhookEndpointRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  url: string;
  /** `token` (PAY.JP's header alone) or `standard` (Standard Webhooks signatures beside it). */
  signing: string;
  /** `whsec_…`; null when nothing is signed. */
  secret: string | null;
  /** The secret before the last rotation, and until when it signs too. */
  previous_secret: string | null;
  previous_until_ms: number | null;
  created_ms: number;
}
