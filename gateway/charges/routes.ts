/** `/v1/charges`: parse, service, render. */
import type { Hono } from 'hono';
import { cardById } from '../cards/store.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { Events } from '../events/events.ts';
import { type Endpoint, ok, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { ListChargesForm, rangeOf } from '../http/list.ts';
import { mergeMetadata } from '../http/metadata.ts';
import { need, ownerOf, Refused } from '../http/written.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import { createKeyedWrite } from '../idempotency/keyed-write.ts';
import type { Terms } from '../money-movement/terms.ts';
import type { Store } from '../ports.ts';
import type { ChargeRow } from '../store/database.ts';
import type { createFinish } from './finish.ts';
import type { createFollowUps } from './follow-ups.ts';
import { always, chargeList } from './lists.ts';
import type { createReauth } from './reauth.ts';
import { UpdateCharge } from './schema.ts';
import type { createChargeService } from './service.ts';
import { chargeOfMerchant, describeCharge } from './store.ts';
import { chargeView } from './view.ts';

export interface ChargeRoutesDeps {
  readonly store: Store;
  readonly charges: ReturnType<typeof createChargeService>;
  readonly followUps: ReturnType<typeof createFollowUps>;
  readonly finish: ReturnType<typeof createFinish>;
  /** Asked about after 3-D Secure: told for detection. */
  readonly cameBack: (id: string, merchantId: string) => void;
  readonly reauth: ReturnType<typeof createReauth>;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly idempotency: Idempotency;
  readonly terms: Terms;
}

export const chargeRoutes = (app: Hono, endpoint: Endpoint, deps: ChargeRoutesDeps): void => {
  const { store, charges, followUps, reauth, events, terms } = deps;
  const write = createKeyedWrite(deps);
  const payment = { zone: 'payment', keys: 'sk' } as const;
  const other = { zone: 'sk', keys: 'sk' } as const;
  app.post('/v1/charges', endpoint({ ...payment, cards: 'charges' }, charges.create));
  app.post('/v1/charges/:id/capture', endpoint(payment, followUps.capture));
  app.post('/v1/charges/:id/refund', endpoint(payment, followUps.refund));
  app.post('/v1/charges/:id/reauth', endpoint(payment, reauth));
  app.post('/v1/charges/:id/tds_finish', endpoint(payment, deps.finish));

  app.get(
    '/v1/charges/:id',
    endpoint(other, (call) =>
      store.read(async (tx) => {
        const charge = await tx.first(chargeOfMerchant, { id: call.id, ...ownerOf(call) });
        const card = charge === undefined ? undefined : await tx.first(cardById, { id: charge.card_id });
        if (charge === undefined || card === undefined)
          return refused({ kind: 'no_such', what: 'charge', id: call.id });
        const { three_d_secure_status: status } = charge;
        if (status !== null && status !== 'unverified') deps.cameBack(charge.id, charge.merchant_id);
        return ok(chargeView(charge, card), charge.acquirer === '' ? {} : { acquirer: charge.acquirer });
      }),
    ),
  );

  app.post(
    '/v1/charges/:id',
    endpoint(other, async (call) => {
      const parsed = checkForm(UpdateCharge, call.form);
      if (!parsed.ok) return refused(parsed.error);
      return write(call, async (tx) => {
        const before = await tx.first(chargeOfMerchant, { id: call.id, ...ownerOf(call) });
        const card = before === undefined ? undefined : await tx.first(cardById, { id: before.card_id });
        if (before === undefined || card === undefined)
          throw new Refused({ kind: 'no_such', what: 'charge', id: call.id });
        const charge: ChargeRow = {
          ...before,
          description: 'description' in call.form ? (parsed.value.description ?? null) : before.description,
          metadata: need(mergeMetadata(before.metadata, parsed.value.metadata)),
        };
        await tx.run(describeCharge, charge);
        const data = chargeView(charge, card);
        const { merchant } = call.principal;
        return {
          answer: ok(data, charge.acquirer === '' ? {} : { acquirer: charge.acquirer }),
          deliveries: await events.emit(tx, {
            merchant,
            livemode: charge.livemode,
            type: 'charge.updated',
            objectId: charge.id,
            data,
          }),
        };
      });
    }),
  );

  app.get(
    '/v1/charges',
    endpoint(other, async (call) => {
      const parsed = checkForm(ListChargesForm, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const { customer, subscription, tenant, term } = parsed.value;
      if (tenant !== undefined) return refused({ kind: 'request', code: 'platform_not_supported', param: 'tenant' });
      const within = term === undefined ? always : await terms.captured(call, term);
      if (within === null) return refused({ kind: 'no_such', what: 'term', id: term ?? '' });
      const filter = { ...rangeOf(parsed.value), ...ownerOf(call), ...within };
      return store.read(async (tx) =>
        ok(
          await chargeList(tx, '/v1/charges', {
            ...filter,
            customer: customer ?? '%',
            subscription: subscription ?? '%',
          }),
        ),
      );
    }),
  );
};
