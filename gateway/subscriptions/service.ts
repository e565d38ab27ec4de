/**
 * What merchants ask of subscriptions. The rules are in `subscription.ts`, the charges in
 * `billing.ts`; here is the order of effects.
 */

import type { createFollowUps } from '../charges/follow-ups.ts';
import { chargeById } from '../charges/store.ts';
import { customerById } from '../customers/store.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { EventType } from '../events/events.ts';
import { type Answer, type Call, ok, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { listView, rangeOf } from '../http/list.ts';
import { mergeMetadata, newMetadata } from '../http/metadata.ts';
import { need, ownerOf, Refused } from '../http/written.ts';
import { type Idempotency, type KeyOf, keptAnswer } from '../idempotency/idempotency.ts';
import { labelOf, newId } from '../ids.ts';
import { planById } from '../plans/store.ts';
import type { Entropy, Store, Tx } from '../ports.ts';
import type { PlanRow, SubscriptionRow } from '../store/database.ts';
import { type Billing, type Cause, Overtaken, type Saved } from './billing.ts';
import { renewalKeyPrefix } from './keys.ts';
import { planOf, viewIn } from './reading.ts';
import type { Scheduler } from './scheduler.ts';
import {
  CreateSubscription,
  DeleteSubscription,
  ListOfCustomerForm,
  ListSubscriptionsForm,
  NoFields,
  ResumeSubscription,
  UpdateSubscription,
} from './schema.ts';
import {
  countSubscriptions,
  insertSubscription,
  listSubscriptions,
  subscriptionOf,
  subscriptionRow,
  subscriptionsOfCustomer,
} from './store.ts';
import { begin, cancel, change, type Patch, pause, resume, type Step, unusedOf } from './subscription.ts';

export interface SubscriptionServiceDeps {
  readonly store: Store;
  readonly entropy: Entropy;
  readonly deliveries: Deliveries;
  readonly idempotency: Idempotency;
  readonly followUps: ReturnType<typeof createFollowUps>;
  readonly billing: Billing;
  readonly scheduler: Scheduler;
  readonly wallMs: () => number;
}

/** A row whose charge is still to be made, or the answer. */
type Begun = { readonly row: SubscriptionRow } | { readonly answer: Answer };

const trialEndMs = (given: number | 'now' | undefined): number | 'now' | undefined =>
  typeof given === 'number' ? given * 1000 : given;

export const createSubscriptionService = (deps: SubscriptionServiceDeps) => {
  const { store, entropy, deliveries, idempotency, followUps, billing, scheduler, wallMs } = deps;

  const told = (saved: Saved): void => {
    deliveries.wake(saved.deliveries);
    scheduler.dueAt(saved.row.deleted_ms === null ? saved.row.due_ms : null);
  };

  /** Refusals and lost races of a unit, as answers. */
  const unit = async <T>(work: (tx: Tx) => Promise<T>): Promise<{ value: T } | { answer: Answer }> => {
    try {
      return { value: await store.unit(work) };
    } catch (reason) {
      if (reason instanceof Refused) return { answer: reason.answer };
      if (reason instanceof Overtaken) return { answer: refused({ kind: 'operation_pending', pending: 'change' }) };
      throw reason;
    }
  };

  const find = async (tx: Tx, call: Call): Promise<SubscriptionRow> => {
    const id = call.subscriptionId === '' ? call.id : call.subscriptionId;
    const row = await tx.first(subscriptionOf, { id, ...ownerOf(call) });
    if (row === undefined || (call.subscriptionId !== '' && row.customer_id !== call.id))
      throw new Refused({ kind: 'no_such', what: 'subscription', id });
    return row;
  };

  const findPlan = async (tx: Tx, call: Call, id: string): Promise<PlanRow> => {
    const plan = await tx.first(planById, { id, ...ownerOf(call) });
    if (plan === undefined) throw new Refused({ kind: 'no_such', what: 'plan', id });
    return plan;
  };

  const shown = async (row: SubscriptionRow): Promise<Answer> => ok(await store.read((tx) => viewIn(tx, row)));

  /** A change that costs nothing, in one unit. */
  const simply = async (call: Call, event: EventType, rule: (row: SubscriptionRow) => Patch): Promise<Answer> => {
    const parsed = checkForm(NoFields, call.form);
    if (!parsed.ok) return refused(parsed.error);
    const done = await unit(async (tx) => {
      const row = await find(tx, call);
      const saved = await billing.apply(tx, row, rule(row), event, call.principal.merchant);
      return { saved, view: await viewIn(tx, saved.row) };
    });
    if ('answer' in done) return done.answer;
    told(done.value.saved);
    return ok(done.value.view);
  };

  /** Applies a step at once when it is free; otherwise writes it down and makes its charge. */
  const take = async (
    call: Call,
    cause: Cause,
    plan: (tx: Tx) => Promise<{ row: SubscriptionRow; step: Step }>,
  ): Promise<Answer> => {
    const { merchant } = call.principal;
    const begun = await unit(async (tx): Promise<Saved> => {
      const { row, step } = await plan(tx);
      if (step.amountYen === 0) return billing.apply(tx, row, step.patch, step.event, merchant);
      return { row: await billing.save(tx, billing.intending(row, step, cause)), deliveries: [] };
    });
    if ('answer' in begun) return begun.answer;
    told(begun.value);
    return begun.value.row.intent === null ? shown(begun.value.row) : pay(call, begun.value.row);
  };

  const pay = async (call: Call, row: SubscriptionRow): Promise<Answer> => {
    const settled = await billing.charge(row, call.principal.merchant);
    told(settled);
    return settled.verdict === 'paid' ? shown(settled.row) : settled.answer;
  };

  const keyOf = (call: Call): KeyOf | null =>
    call.idempotencyKey === null
      ? null
      : { merchantId: ownerOf(call).merchant, livemode: ownerOf(call).livemode, key: call.idempotencyKey };

  /** A repetition of a creation: its kept answer, or how its charge stands now. */
  const repeat = async (tx: Tx, key: KeyOf, hash: string): Promise<Begun | null> => {
    const kept = await idempotency.find(tx, key);
    if (kept === undefined) return null;
    if (kept.params_hash !== hash) return { answer: refused({ kind: 'key_reused' }) };
    if (kept.state === 'done') return { answer: keptAnswer(kept) };
    const row = kept.charge_id === null ? undefined : await tx.first(subscriptionRow, { id: kept.charge_id });
    if (kept.state === 'started' || row === undefined) return { answer: refused({ kind: 'key_in_progress' }) };
    if (row.intent !== null) return { row };
    if (row.state === 'incomplete' || row.deleted_ms !== null) return { answer: refused({ kind: 'not_sent' }) };
    return { answer: ok(await viewIn(tx, row)) };
  };

  const insert = async (tx: Tx, call: Call, form: ReturnType<typeof CreateSubscription.parse>): Promise<Saved> => {
    const { merchant, livemode } = ownerOf(call);
    const customer = await tx.first(customerById, { id: form.customer, merchant, livemode });
    if (customer === undefined) throw new Refused({ kind: 'no_such', what: 'customer', id: form.customer });
    const plan = await findPlan(tx, call, form.plan);
    if (customer.default_card === null) throw new Refused({ kind: 'request', code: 'missing_card', param: 'customer' });
    const others = await tx.all(subscriptionsOfCustomer, { customer: customer.id, merchant, livemode });
    if (others.some((one) => one.plan_id === plan.id))
      throw new Refused({ kind: 'request', code: 'already_subscribed', param: 'plan' });
    const now = wallMs();
    const prorate = form.prorate === true;
    const step = need(begin(plan, { trialEnd: trialEndMs(form.trial_end), prorate, nowMs: now }));
    const row: SubscriptionRow = {
      id: newId(entropy, 'sub_', labelOf(merchant, call.idempotencyKey)),
      merchant_id: merchant,
      livemode,
      customer_id: customer.id,
      plan_id: plan.id,
      next_plan_id: null,
      state: 'incomplete',
      prorate: prorate ? 1 : 0,
      start_ms: now,
      period_start_ms: now,
      period_end_ms: now,
      anchor_day: 1,
      trial_start_ms: null,
      trial_end_ms: null,
      paused_ms: null,
      canceled_ms: null,
      resumed_ms: null,
      metadata: newMetadata(form.metadata),
      created_ms: now,
      deleted_ms: null,
      cycle: 0,
      intent: null,
      charge_id: null,
      due_ms: null,
      tries: 0,
      version: 0,
      lease_owner: null,
      lease_until_ms: null,
      lease_token: 0,
    };
    await tx.run(insertSubscription, row);
    if (step.amountYen === 0) return billing.apply(tx, row, step.patch, step.event, call.principal.merchant);
    return { row: await billing.save(tx, billing.intending(row, step, 'create')), deliveries: [] };
  };

  /** Gives back what is not used of the present cycle. Null: nothing to give back, or done. */
  const giveBack = async (call: Call, row: SubscriptionRow, wantedYen: number): Promise<Answer | null> => {
    if (wantedYen <= 0) return null;
    const impossible = refused({ kind: 'request', code: 'cannot_prorated_refund_of_subscription' });
    if (row.charge_id === null) return impossible;
    const form = { amount: String(wantedYen) };
    const answer = await followUps.refund({
      ...call,
      id: row.charge_id,
      form,
      path: `/v1/charges/${row.charge_id}/refund`,
      text: `amount=${wantedYen}`,
      // The version: whoever repeats the call after a crash finds the row as it was.
      idempotencyKey: `${renewalKeyPrefix}${row.id}/refund/${row.version}`,
    });
    if (answer.status === 200 || answer.status === 422) return null;
    return answer.status < 500 && answer.status !== 409 ? impossible : answer;
  };

  const list = async (
    call: Call,
    form: ReturnType<typeof ListSubscriptionsForm.parse>,
    url: string,
  ): Promise<Answer> => {
    const filter = {
      ...rangeOf(form),
      ...ownerOf(call),
      customer: form.customer ?? '%',
      plan: form.plan ?? '%',
      state: form.status ?? '%',
    };
    return store.read(async (tx) => {
      const count = Number((await tx.first(countSubscriptions, filter))?.count ?? 0);
      const views: unknown[] = [];
      for (const row of await tx.all(listSubscriptions, filter)) views.push(await viewIn(tx, row));
      return ok(listView(url, views, count, filter.offset));
    });
  };

  return {
    async create(call: Call): Promise<Answer> {
      const parsed = checkForm(CreateSubscription, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const key = keyOf(call);
      const hash = key === null ? '' : idempotency.hashOf(call.path, call.text);
      const begun = await unit(async (tx): Promise<Begun & { saved?: Saved }> => {
        const before = key === null ? null : await repeat(tx, key, hash);
        if (before !== null) return before;
        const saved = await insert(tx, call, parsed.value);
        if (key !== null && !(await idempotency.begin(tx, { ...key, hash, chargeId: saved.row.id })))
          throw new Refused({ kind: 'key_in_progress' });
        if (saved.row.intent !== null) return { row: saved.row, saved };
        const answer = ok(await viewIn(tx, saved.row));
        if (key !== null) await idempotency.finish(tx, key, answer);
        return { answer, saved };
      });
      if ('answer' in begun) return begun.answer;
      if (begun.value.saved !== undefined) told(begun.value.saved);
      if ('answer' in begun.value) return begun.value.answer;
      const settled = await billing.charge(begun.value.row, call.principal.merchant);
      told(settled);
      const answer = settled.verdict === 'paid' ? await shown(settled.row) : settled.answer;
      if (key !== null)
        await store.unit((tx) =>
          settled.verdict === 'open' ? idempotency.leaveOpen(tx, key) : idempotency.finish(tx, key, answer),
        );
      return answer;
    },
    async retrieve(call: Call): Promise<Answer> {
      const read = await unit(async (tx) => ok(await viewIn(tx, await find(tx, call))));
      return 'answer' in read ? read.answer : read.value;
    },
    async update(call: Call): Promise<Answer> {
      const parsed = checkForm(UpdateSubscription, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const form = parsed.value;
      const planned = async (tx: Tx) => {
        const row = await find(tx, call);
        const plan = await planOf(tx, row, row.plan_id);
        const nextPlanId = form.next_cycle_plan ?? ('next_cycle_plan' in call.form ? null : undefined);
        if (typeof nextPlanId === 'string') await findPlan(tx, call, nextPlanId);
        const step = need(
          change(row, plan, {
            plan: form.plan === undefined ? undefined : await findPlan(tx, call, form.plan),
            nextPlanId,
            trialEnd: trialEndMs(form.trial_end),
            prorate: form.prorate,
            metadata: need(mergeMetadata(row.metadata, form.metadata)),
            nowMs: wallMs(),
          }),
        );
        return { row, step };
      };
      // What a cheaper plan gives back goes first: the charge it is taken from may refuse.
      const looked = await unit(planned);
      if ('answer' in looked) return looked.answer;
      const refusal = await giveBack(call, looked.value.row, looked.value.step.refundYen);
      if (refusal !== null) return refusal;
      return take(call, 'change', async (tx) => {
        if (looked.value.step.refundYen === 0) return planned(tx);
        const row = await find(tx, call);
        if (row.version !== looked.value.row.version) throw new Overtaken();
        return { row, step: looked.value.step };
      });
    },
    pause: (call: Call): Promise<Answer> => simply(call, 'subscription.paused', (row) => need(pause(row, wallMs()))),
    cancel: (call: Call): Promise<Answer> =>
      simply(call, 'subscription.canceled', (row) => need(cancel(row, wallMs()))),
    async resume(call: Call): Promise<Answer> {
      const parsed = checkForm(ResumeSubscription, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const { trial_end, prorate } = parsed.value;
      return take(call, 'resume', async (tx) => {
        const row = await find(tx, call);
        const plan = await planOf(tx, row, row.plan_id);
        return { row, step: need(resume(row, plan, { trialEnd: trialEndMs(trial_end), prorate, nowMs: wallMs() })) };
      });
    },
    async remove(call: Call): Promise<Answer> {
      const parsed = checkForm(DeleteSubscription, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const looked = await unit(async (tx) => {
        const row = await find(tx, call);
        if (row.intent !== null) throw new Refused({ kind: 'operation_pending', pending: 'charge' });
        const charge = row.charge_id === null ? undefined : await tx.first(chargeById, { id: row.charge_id });
        return { row, paidYen: charge?.captured_amount ?? 0 };
      });
      if ('answer' in looked) return looked.answer;
      const { row, paidYen } = looked.value;
      const refusal =
        parsed.value.prorate === true ? await giveBack(call, row, unusedOf(row, paidYen, wallMs())) : null;
      if (refusal !== null) return refusal;
      const ended = await unit((tx) => billing.end(tx, row, call.principal.merchant));
      if ('answer' in ended) return ended.answer;
      deliveries.wake(ended.value.deliveries);
      return ok({ deleted: true, id: row.id, livemode: row.livemode === 1 });
    },
    async list(call: Call): Promise<Answer> {
      const parsed = checkForm(ListSubscriptionsForm, call.form);
      return parsed.ok ? list(call, parsed.value, '/v1/subscriptions') : refused(parsed.error);
    },
    async listOfCustomer(call: Call): Promise<Answer> {
      const parsed = checkForm(ListOfCustomerForm, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const customer = await store.read((tx) => tx.first(customerById, { id: call.id, ...ownerOf(call) }));
      if (customer === undefined) return refused({ kind: 'no_such', what: 'customer', id: call.id });
      return list(call, { ...parsed.value, customer: call.id }, `/v1/customers/${call.id}/subscriptions`);
    },
  };
};
