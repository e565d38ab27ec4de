/** Plans: what a subscription costs and how often. Price and rhythm never change once it exists. */
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { Events, EventType } from '../events/events.ts';
import { type Answer, type Call, ok, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { ListForm, listView, rangeOf } from '../http/list.ts';
import { mergeMetadata, newMetadata } from '../http/metadata.ts';
import { need, ownerOf, Refused } from '../http/written.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import { createKeyedWrite } from '../idempotency/keyed-write.ts';
import { labelOf, newId } from '../ids.ts';
import type { Entropy, Store, Tx } from '../ports.ts';
import type { DeliveryRow, PlanRow } from '../store/database.ts';
import { countSubscribers } from '../subscriptions/store.ts';
import { CreatePlan, UpdatePlan } from './schema.ts';
import { countPlans, insertPlan, listPlans, planById, planEver, savePlan } from './store.ts';
import { planView } from './view.ts';

export interface PlanServiceDeps {
  readonly store: Store;
  readonly entropy: Entropy;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly idempotency: Idempotency;
  readonly wallMs: () => number;
}

export const createPlanService = (deps: PlanServiceDeps) => {
  const { store, entropy, events, wallMs } = deps;
  const write = createKeyedWrite(deps);

  const find = async (tx: Tx, call: Call): Promise<PlanRow> => {
    const plan = await tx.first(planById, { id: call.id, ...ownerOf(call) });
    if (plan === undefined) throw new Refused({ kind: 'no_such', what: 'plan', id: call.id });
    return plan;
  };

  const announce = (
    tx: Tx,
    call: Call,
    type: EventType,
    objectId: string,
    data: Record<string, unknown>,
  ): Promise<readonly DeliveryRow[]> =>
    events.emit(tx, { merchant: call.principal.merchant, livemode: ownerOf(call).livemode, type, objectId, data });

  const save = (tx: Tx, plan: PlanRow): Promise<number> =>
    tx.run(savePlan, {
      id: plan.id,
      merchant: plan.merchant_id,
      livemode: plan.livemode,
      name: plan.name,
      metadata: plan.metadata,
      deleted: plan.deleted_ms,
    });

  return {
    async create(call: Call): Promise<Answer> {
      const parsed = checkForm(CreatePlan, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const form = parsed.value;
      if (form.billing_day !== undefined && form.interval !== 'month')
        return refused({ kind: 'request', code: 'billing_day_for_non_monthly_plan', param: 'billing_day' });
      return write(call, async (tx) => {
        const { merchant, livemode } = ownerOf(call);
        const id = form.id ?? newId(entropy, 'pln_', labelOf(merchant, call.idempotencyKey));
        if ((await tx.first(planEver, { id, merchant, livemode })) !== undefined)
          throw new Refused({ kind: 'request', code: 'already_exist_id', param: 'id' });
        const plan: PlanRow = {
          id,
          merchant_id: merchant,
          livemode,
          amount: form.amount,
          interval: form.interval,
          name: form.name ?? null,
          trial_days: form.trial_days ?? 0,
          billing_day: form.billing_day ?? null,
          metadata: newMetadata(form.metadata),
          created_ms: wallMs(),
          deleted_ms: null,
        };
        await tx.run(insertPlan, plan);
        const shown = planView(plan);
        return { answer: ok(shown), deliveries: await announce(tx, call, 'plan.created', id, shown) };
      });
    },
    retrieve: (call: Call): Promise<Answer> =>
      write(call, async (tx) => ({ answer: ok(planView(await find(tx, call))), deliveries: [] })),
    async update(call: Call): Promise<Answer> {
      const parsed = checkForm(UpdatePlan, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const form = parsed.value;
      return write(call, async (tx) => {
        const before = await find(tx, call);
        const plan: PlanRow = {
          ...before,
          name: 'name' in call.form ? (form.name ?? null) : before.name,
          metadata: need(mergeMetadata(before.metadata, form.metadata)),
        };
        await save(tx, plan);
        const shown = planView(plan);
        return { answer: ok(shown), deliveries: await announce(tx, call, 'plan.updated', plan.id, shown) };
      });
    },
    remove: (call: Call): Promise<Answer> =>
      write(call, async (tx) => {
        const plan = await find(tx, call);
        const subscribers = await tx.first(countSubscribers, { plan: plan.id, ...ownerOf(call) });
        if (Number(subscribers?.count ?? 0) > 0) throw new Refused({ kind: 'request', code: 'exist_subscribers' });
        await save(tx, { ...plan, deleted_ms: wallMs() });
        const gone = { deleted: true, id: plan.id, livemode: plan.livemode === 1 };
        return { answer: ok(gone), deliveries: await announce(tx, call, 'plan.deleted', plan.id, gone) };
      }),
    async list(call: Call): Promise<Answer> {
      const parsed = checkForm(ListForm, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const range = { ...rangeOf(parsed.value), ...ownerOf(call) };
      return store.read(async (tx) => {
        const count = Number((await tx.first(countPlans, range))?.count ?? 0);
        const plans = await tx.all(listPlans, range);
        return ok(listView('/v1/plans', plans.map(planView), count, range.offset));
      });
    },
  };
};
