/**
 * What the gateway itself refused never reached an acquirer: a limit, a breaker, a pause, a disk
 * that is full. The answer said that nothing happened, and nothing did.
 *
 * Followed by idempotency key: a key whose every answer was such a refusal has no approval anywhere. What was answered
 * before counts, too: a request that is repeated after its answer may be refused by then.
 */
import { hashOf } from '../hash-of.ts';
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
    /** By merchant and key: when it was first refused. */
    const refused = new Map<string, number>();
    /** Merchants' keys that anything else was answered to, or nothing at all, before or after: hashes of 48 bits. */
    const otherwise = new Set<number>();
    return {
      asked({ kind, key, exchange, heard, decidedBy, status }) {
        if (kind !== 'create' || key === null || exchange.outcome === 'not-sent') return;
        const idempotencyKey = requestHeader(exchange, 'idempotency-key', 'Idempotency-Key');
        if (idempotencyKey === null) return;
        const name = `${key.merchant}|${idempotencyKey}`;
        const isRefusal = heard && refusers.has(decidedBy) && (status === 429 || status === 503 || status === 403);
        if (!isRefusal) otherwise.add(hashOf(name));
        else if (!refused.has(name) && refused.size < keysMax) refused.set(name, exchange.endedMs);
      },
      judge(view) {
        const { judged, violate, judgement } = createNotebook();
        const byKey = new Map<string, string>();
        for (const { id, merchantId, idempotencyKey } of view.charges.values())
          if (idempotencyKey !== null) byKey.set(`${merchantId}|${idempotencyKey}`, id);
        for (const [name, atMs] of refused) {
          if (otherwise.has(hashOf(name))) continue;
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
