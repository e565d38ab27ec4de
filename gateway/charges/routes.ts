/** `/v1/charges`: parse, service, render. */
import type { Hono } from 'hono';
import { cardById } from '../cards/store.ts';
import { type Call, type Endpoint, ok, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { ListChargesForm, listView, rangeOf } from '../http/list.ts';
import type { Store } from '../ports.ts';
import type { ChargeRow, Flag } from '../store/database.ts';
import type { createFollowUps } from './follow-ups.ts';
import { UpdateCharge } from './schema.ts';
import type { createChargeService } from './service.ts';
import { chargeOfMerchant, countCharges, describeCharge, listCharges } from './store.ts';
import { chargeView } from './view.ts';

export interface ChargeRoutesDeps {
  readonly store: Store;
  readonly charges: ReturnType<typeof createChargeService>;
  readonly followUps: ReturnType<typeof createFollowUps>;
}

export const chargeRoutes = (app: Hono, endpoint: Endpoint, { store, charges, followUps }: ChargeRoutesDeps): void => {
  const payment = { zone: 'payment', keys: 'sk' } as const;
  const other = { zone: 'sk', keys: 'sk' } as const;
  const ownerOf = (call: Call): { merchant: string; livemode: Flag } => ({
    merchant: call.principal.merchant.id,
    livemode: call.principal.mode === 'live' ? 1 : 0,
  });

  app.post('/v1/charges', endpoint(payment, charges.create));
  app.post('/v1/charges/:id/capture', endpoint(payment, followUps.capture));
  app.post('/v1/charges/:id/refund', endpoint(payment, followUps.refund));

  app.get(
    '/v1/charges/:id',
    endpoint(other, (call) =>
      store.read(async (tx) => {
        const charge = await tx.first(chargeOfMerchant, { id: call.id, ...ownerOf(call) });
        const card = charge === undefined ? undefined : await tx.first(cardById, { id: charge.card_id });
        if (charge === undefined || card === undefined)
          return refused({ kind: 'no_such', what: 'charge', id: call.id });
        return ok(chargeView(charge, card), { acquirer: charge.acquirer });
      }),
    ),
  );

  app.post(
    '/v1/charges/:id',
    endpoint(other, async (call) => {
      const parsed = checkForm(UpdateCharge, call.form);
      if (!parsed.ok) return refused(parsed.error);
      return store.unit(async (tx) => {
        const before = await tx.first(chargeOfMerchant, { id: call.id, ...ownerOf(call) });
        const card = before === undefined ? undefined : await tx.first(cardById, { id: before.card_id });
        if (before === undefined || card === undefined)
          return refused({ kind: 'no_such', what: 'charge', id: call.id });
        const charge: ChargeRow = {
          ...before,
          description: parsed.value.description ?? before.description,
          metadata: mergeMetadata(before.metadata, parsed.value.metadata),
        };
        await tx.run(describeCharge, charge);
        return ok(chargeView(charge, card), { acquirer: charge.acquirer });
      });
    }),
  );

  app.get(
    '/v1/charges',
    endpoint(other, async (call) => {
      const parsed = checkForm(ListChargesForm, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const range = { ...rangeOf(parsed.value), ...ownerOf(call), customer: parsed.value.customer ?? '%' };
      return store.read(async (tx) => {
        const count = Number((await tx.first(countCharges, range))?.count ?? 0);
        const views: unknown[] = [];
        for (const charge of await tx.all(listCharges, range)) {
          const card = await tx.first(cardById, { id: charge.card_id });
          if (card !== undefined) views.push(chargeView(charge, card));
        }
        return ok(listView('/v1/charges', views, count, range.offset));
      });
    }),
  );
};

/** Merge; an empty value removes its key (our choice, payjp-api section 1.2 leaves it open). */
export const mergeMetadata = (before: string, given: Readonly<Record<string, string>> | undefined): string => {
  if (given === undefined) return before;
  const merged = { ...(JSON.parse(before) as Record<string, string>), ...given };
  for (const [key, value] of Object.entries(merged)) if (value === '') delete merged[key];
  return JSON.stringify(merged);
};
