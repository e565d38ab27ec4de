/**
 * Chargebacks: an issuer claims a payment back for its cardholder, the acquirer takes the money from the tenant
 * or leaves it with the issuer, and tells the tenant, again and again until it is answered.
 *
 * Whoever asks for one says what the issuer claims and what the acquirer debits; nothing here decides by
 * itself, and no draw is made. The ledger stays as it is: it is what was decided about payments, and a
 * chargeback is settled beside it.
 *
 * `POST <disputeUrl>` with `{acquirer, dispute, reference, reason, reasonCode, amountYen, debitedYen, atMs}`.
 */
import { createAttempts, type SavedAttempt } from '../attempts.ts';
import type { Ledger, Transaction } from '../ledger/ledger.ts';
import type { Clock, Fetch, Log } from '../ports.ts';
import type { StatePart } from '../state.ts';

export interface DisputeTarget {
  readonly url: string;
  readonly token: string | null;
}

export interface Claim {
  readonly reference: string;
  readonly reason: 'fraud' | 'other';
  /** The card network's; Visa's 10.4 is fraud without the card present. */
  readonly reasonCode: string | null;
  /** Absent: all that is left of the payment. */
  readonly amountYen?: number | undefined;
  /** `none`: the issuer keeps the loss, as it does for a payment that it sees as authenticated. */
  readonly debit: 'full' | 'none';
}

export interface Dispute {
  readonly dispute: string;
  readonly tenant: string;
  readonly transactionId: string;
  readonly reference: string;
  readonly reason: 'fraud' | 'other';
  readonly reasonCode: string | null;
  readonly amountYen: number;
  readonly debitedYen: number;
  /** Wall time. */
  readonly atMs: number;
  /** `untold`: the tenant has no address for it. */
  readonly state: 'untold' | 'telling' | 'told' | 'given_up';
  /** HTTP status of the tenant's last answer; null: it gave none. */
  readonly status: number | null;
}

export interface DisputesState {
  readonly opened: number;
  readonly disputes: readonly Dispute[];
  readonly waiting: readonly SavedAttempt<Telling>[];
}

interface Telling {
  readonly dispute: string;
  readonly tenant: string;
  readonly nth: number;
}

export interface Disputes {
  /** The new dispute, or why there is none. */
  open(claim: Claim): Dispute | { readonly path: string; readonly reason: string };
  /** Oldest first. */
  list(): readonly Dispute[];
  readonly state: StatePart<DisputesState>;
  stop(): void;
}

export interface DisputesDeps {
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly acquirer: string;
  readonly ledger: Pick<Ledger, 'transactions'>;
  readonly targetOf: (tenant: string) => DisputeTarget | undefined;
}

/** Waits between attempts, milliseconds: a tenant may be busy with the payment (409). After the last one it is left. */
const RETRY_AFTER_MS = [5_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 3_600_000, 3_600_000] as const;
const TIMEOUT_MS = 10_000;

export const createDisputes = (deps: DisputesDeps): Disputes => {
  const { clock, fetch, log, acquirer, ledger, targetOf } = deps;
  const disputes = new Map<string, Dispute>();
  /** Numbers are never given twice. */
  let opened = 0;

  const change = (id: string, some: Partial<Dispute>): void => {
    const before = disputes.get(id);
    if (before !== undefined) disputes.set(id, { ...before, ...some });
  };

  const attempts = createAttempts<Telling>(clock, async (telling) => {
    const told = disputes.get(telling.dispute);
    const target = targetOf(telling.tenant);
    if (told === undefined || target === undefined) return null;
    const { tenant: _t, transactionId: _i, state: _s, status: _st, ...body } = told;
    const status = await fetch(target.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(target.token === null ? {} : { authorization: `Bearer ${target.token}` }),
      },
      body: JSON.stringify({ acquirer, ...body }),
      timeoutMs: TIMEOUT_MS,
      drawKey: `dispute/${telling.dispute}/${telling.nth}`,
    }).then(
      (reply) => reply.status,
      () => null,
    );
    if (status !== null && status >= 200 && status < 300) {
      change(telling.dispute, { state: 'told', status });
      log.info({ event: 'dispute.told', acquirer, tenant: telling.tenant, dispute: telling.dispute });
      return null;
    }
    const delayMs = RETRY_AFTER_MS[telling.nth];
    change(telling.dispute, { state: delayMs === undefined ? 'given_up' : 'telling', status });
    return delayMs === undefined ? null : { item: { ...telling, nth: telling.nth + 1 }, delayMs };
  });

  /** The payment under a reference that has money to claim. */
  const paidUnder = (reference: string): Transaction | undefined =>
    ledger.transactions.find((one) => one.reference === reference && one.money.capturedYen > one.money.refundedYen);

  const state: StatePart<DisputesState> = {
    save: () => ({ opened, disputes: [...disputes.values()], waiting: attempts.save() }),
    load(saved) {
      disputes.clear();
      opened = saved.opened;
      for (const one of saved.disputes) disputes.set(one.dispute, one);
      attempts.load(saved.waiting);
    },
    reset(tenant) {
      for (const [id, one] of disputes) if (tenant === null || one.tenant === tenant) disputes.delete(id);
      attempts.drop((telling) => tenant === null || telling.tenant === tenant);
    },
  };

  return {
    open({ reference, reason, reasonCode, amountYen, debit }) {
      const transaction = paidUnder(reference);
      if (transaction === undefined) return { path: 'reference', reason: 'is no payment with money left to claim' };
      const left = transaction.money.capturedYen - transaction.money.refundedYen;
      const claimed = amountYen ?? left;
      if (claimed > left) return { path: 'amountYen', reason: `only ${left} yen are left of the payment` };
      const { tenant, id: transactionId } = transaction;
      opened += 1;
      const target = targetOf(tenant);
      const dispute: Dispute = {
        dispute: `cb${String(opened).padStart(6, '0')}-${transactionId.slice(0, 12)}`,
        tenant,
        transactionId,
        reference,
        reason,
        reasonCode,
        amountYen: claimed,
        debitedYen: debit === 'full' ? claimed : 0,
        atMs: clock.wallMs(),
        state: target === undefined ? 'untold' : 'telling',
        status: null,
      };
      disputes.set(dispute.dispute, dispute);
      log.info({ event: 'dispute.opened', acquirer, tenant, dispute: dispute.dispute, reason, amountYen: claimed });
      if (target !== undefined) attempts.now({ dispute: dispute.dispute, tenant, nth: 0 });
      return disputes.get(dispute.dispute)!;
    },
    list: () => [...disputes.values()],
    state,
    stop: attempts.stop,
  };
};
