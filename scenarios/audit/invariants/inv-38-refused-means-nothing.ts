/**
 * What the gateway itself refused never reached an acquirer: a limit, a breaker, a pause, a disk
 * that is full. The answer said that nothing happened, and nothing did.
 *
 * Followed by idempotency key: a key whose every answer was such a refusal has no approval anywhere.
 */
import { createNotebook, type Invariant, second } from '../invariant.ts';
import { requestHeader } from '../wire-exchange.ts';

/** Refusals that promise that nothing was sent. */
const refusers: ReadonlySet<string> = new Set(['gateway-limiter', 'gateway-breaker', 'gateway-paused']);
const keysMax = 200_000;

export const inv38: Invariant = {
  id: 'INV-38',
  title: 'what was refused was never sent to an acquirer',
  comparesAcquirers: true,
  watch() {
    /** By merchant and key: when it was refused; null once anything else was answered, or nothing at all. */
    const refused = new Map<string, number | null>();
    return {
      asked({ kind, key, exchange, heard, decidedBy, status }) {
        if (kind !== 'create' || key === null) return;
        const isRefusal = heard && refusers.has(decidedBy) && (status === 429 || status === 503 || status === 403);
        // The usual case leaves no trace: most keys are never refused.
        if (heard && !isRefusal && refused.size === 0) return;
        const idempotencyKey = requestHeader(exchange, 'idempotency-key', 'Idempotency-Key');
        if (idempotencyKey === null) return;
        const name = `${key.merchant}|${idempotencyKey}`;
        if (isRefusal) {
          if (!refused.has(name) && refused.size < keysMax) refused.set(name, exchange.endedMs);
        } else if (exchange.outcome !== 'not-sent') {
          if (refused.has(name)) refused.set(name, null);
          else if (!heard && refused.size < keysMax) refused.set(name, null);
        }
      },
      judge(view) {
        const { judged, violate, judgement } = createNotebook();
        const byKey = new Map<string, string>();
        for (const { id, merchantId, idempotencyKey } of view.charges.values())
          if (idempotencyKey !== null) byKey.set(`${merchantId}|${idempotencyKey}`, id);
        for (const [name, atMs] of refused) {
          if (atMs === null) continue;
          judged();
          const chargeId = byKey.get(name);
          if (chargeId === undefined) continue;
          const held = view.heldOf(chargeId).filter(({ approval }) => approval !== null);
          if (held.length === 0) continue;
          violate({
            atMs,
            objects: [chargeId, ...held.map(({ transaction }) => transaction.transactionId)],
            text: [
              `key ${name.slice(name.indexOf('|') + 1)} was refused at ${second(atMs)} and never answered otherwise, and ${held[0]?.acquirer} approved ${chargeId}`,
              view.story(chargeId),
            ].join('\n'),
          });
        }
        return judgement();
      },
    };
  },
};
