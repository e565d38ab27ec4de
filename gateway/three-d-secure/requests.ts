/** `/v1/three_d_secure_requests`: authentication of a card that a customer has already (payjp-api section 3.10). */
import type { Hono } from 'hono';
import { z } from 'zod';
import { cardToCharge } from '../cards/store.ts';
import { type Endpoint, ok, refused } from '../http/endpoint.ts';
import { checkForm, optional, text } from '../http/fields.ts';
import { ListForm, listView, rangeOf } from '../http/list.ts';
import { ownerOf, Refused } from '../http/written.ts';
import type { KeyedWrite } from '../idempotency/keyed-write.ts';
import { labelOf, newId } from '../ids.ts';
import type { Entropy, Store } from '../ports.ts';
import type { ThreeDSecureFlowRow } from '../store/database.ts';
import { type FlowState, hasExpired, requestState } from './flow.ts';
import type { Flows } from './flows.ts';
import { countRequests, flowById, listRequests, setCardStatus } from './store.ts';

export const CreateRequest = z.strictObject({
  resource_id: text(100, 'missing_param'),
  tenant_id: optional(text(100)),
});

export const ListRequestsForm = ListForm.extend({
  resource_id: optional(text(100)),
  tenant_id: optional(text(100)),
});

const seconds = (ms: number | null): number | null => (ms === null ? null : Math.floor(ms / 1000));

export const requestView = (flow: ThreeDSecureFlowRow, nowMs: number): Record<string, unknown> => ({
  id: flow.id,
  object: 'three_d_secure_request',
  resource_id: flow.card_id,
  livemode: flow.livemode === 1,
  created: seconds(flow.created_ms),
  state: requestState(flow.state as FlowState),
  started_at: seconds(flow.started_ms),
  result_received_at: seconds(flow.result_ms),
  finished_at: seconds(flow.finished_ms),
  // Set once it is over, and nobody was authenticated in time.
  expired_at: flow.result_ms === null && hasExpired(flow, nowMs) ? seconds(flow.expires_ms) : null,
  tenant_id: null,
  three_d_secure_status: flow.status,
});

export interface RequestRoutesDeps {
  readonly store: Store;
  readonly entropy: Entropy;
  readonly flows: Flows;
  readonly write: KeyedWrite;
  readonly wallMs: () => number;
  /** The merchant asked about it after its result: told for detection. */
  readonly cameBack: (id: string, merchantId: string) => void;
}

export const requestRoutes = (app: Hono, endpoint: Endpoint, deps: RequestRoutesDeps): void => {
  const { store, entropy, flows, write, wallMs, cameBack } = deps;
  const zone = { zone: 'sk', keys: 'sk' } as const;

  app.post(
    '/v1/three_d_secure_requests',
    endpoint(zone, async (call) => {
      if (call.form.resource_id === undefined || call.form.resource_id === '')
        return refused({ kind: 'request', code: 'missing_param', param: 'resource_id' });
      const parsed = checkForm(CreateRequest, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const { resource_id: cardId, tenant_id: tenant } = parsed.value;
      if (tenant !== undefined) return refused({ kind: 'request', code: 'platform_not_supported', param: 'tenant_id' });
      const { merchant, livemode } = ownerOf(call);
      return write(call, async (tx) => {
        const card = await tx.first(cardToCharge, { id: cardId });
        if (card === undefined || card.merchant_id !== merchant || card.livemode !== livemode)
          throw new Refused({ kind: 'no_such', what: 'card', id: cardId });
        // A token's card that no customer has is authenticated with its token, or with its charge.
        if (card.customer_id === null)
          throw new Refused({ kind: 'request', code: 'not_customer_card', param: 'resource_id' });
        const nowMs = wallMs();
        const flow = await flows.open(tx, {
          id: newId(entropy, 'tdsr_', labelOf(merchant, call.idempotencyKey)),
          kind: 'card',
          merchantId: merchant,
          livemode,
          card,
          amountYen: null,
          expiryDays: null,
          nowMs,
        });
        await tx.run(setCardStatus, { id: card.id, status: 'unverified' });
        return { answer: ok(requestView(flow, nowMs)), deliveries: [] };
      });
    }),
  );

  app.get(
    '/v1/three_d_secure_requests/:id',
    endpoint(zone, async (call) => {
      const { merchant, livemode } = ownerOf(call);
      const flow = await store.read((tx) => tx.first(flowById, { id: call.id }));
      if (flow === undefined || flow.kind !== 'card' || flow.merchant_id !== merchant || flow.livemode !== livemode)
        return refused({ kind: 'no_such', what: 'three_d_secure_request', id: call.id });
      if (flow.result_ms !== null) cameBack(flow.id, merchant);
      return ok(requestView(flow, wallMs()));
    }),
  );

  app.get(
    '/v1/three_d_secure_requests',
    endpoint(zone, async (call) => {
      const parsed = checkForm(ListRequestsForm, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const { resource_id: resource, tenant_id: tenant } = parsed.value;
      if (tenant !== undefined) return refused({ kind: 'request', code: 'platform_not_supported', param: 'tenant_id' });
      const range = { ...rangeOf(parsed.value), ...ownerOf(call), resource: resource ?? '%' };
      return store.read(async (tx) => {
        const count = Number((await tx.first(countRequests, range))?.count ?? 0);
        const rows = await tx.all(listRequests, range);
        return ok(
          listView(
            '/v1/three_d_secure_requests',
            rows.map((flow) => requestView(flow, wallMs())),
            count,
            range.offset,
          ),
        );
      });
    }),
  );
};
