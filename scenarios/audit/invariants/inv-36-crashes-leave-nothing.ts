/**
 * A crash leaves nothing that nobody comes back for: what was under way when an instance died, and
 * had got its answer from no acquirer, is taken up again by somebody, and whoever was restarted
 * serves again within seconds.
 *
 * That what was taken up is finished and not repeated are INV-01 to INV-16, judged in the same run.
 */
import { createNotebook, type Invariant, second } from '../invariant.ts';
import { requestHeader } from '../wire-exchange.ts';

const servesAfterMs = 5_000;

export const inv36: Invariant = {
  id: 'INV-36',
  title: 'after a crash what was under way is taken up, and the instance serves again',
  settled: true,
  watch() {
    const { judged, judgement } = createNotebook();
    /** Instances by their last return; nothing of an instance that never died is kept. */
    const returned = new Map<string, { readonly atMs: number; served: boolean; refused: number }>();
    const died = new Map<string, number>();
    /** By the charge that was named, or by the key of one that nobody had named yet. */
    const lost: { readonly chargeId: string | null; readonly name: string; readonly atMs: number }[] = [];
    return {
      program({ program, change, atMs }) {
        if (!program.startsWith('gateway')) return;
        if (change === 'kill' || change === 'restart') {
          died.set(program, atMs);
          judged();
        }
        if (change === 'restart') returned.set(program, { atMs, served: false, refused: 0 });
      },
      asked({ kind, key, exchange, heard, chargeId, objectId }) {
        const back = returned.get(exchange.to);
        if (back !== undefined && exchange.sentMs > back.atMs + servesAfterMs) {
          if (heard && (exchange.status ?? 500) < 500) back.served = true;
          else if (!heard) back.refused += 1;
        }
        if (heard || died.size === 0) return;
        const id = chargeId ?? (objectId?.startsWith('ch_') === true ? objectId : null);
        const idempotencyKey = kind === 'create' ? requestHeader(exchange, 'idempotency-key', 'Idempotency-Key') : null;
        if ((id === null && idempotencyKey === null) || lost.length >= 50_000) return;
        lost.push({ chargeId: id, name: `${key?.merchant}|${idempotencyKey}`, atMs: exchange.endedMs });
      },
      judge(view) {
        const all = createNotebook();
        all.judged(judgement().judged);
        for (const [program, { atMs, served, refused }] of returned)
          if (!served && refused > 3)
            all.violate({
              atMs,
              objects: [program],
              text: `${program} came back at ${second(atMs)} and answered none of ${refused} requests after ${servesAfterMs} ms`,
            });
        const byKey = new Map<string, string>();
        for (const { id, merchantId, idempotencyKey } of view.charges.values())
          if (idempotencyKey !== null) byKey.set(`${merchantId}|${idempotencyKey}`, id);
        for (const { chargeId: named, name, atMs } of lost) {
          const chargeId = named ?? byKey.get(name) ?? '';
          const charge = view.charges.get(chargeId);
          if (charge === undefined) continue;
          all.judged();
          if (charge.state === 'pending')
            all.violate({
              atMs,
              objects: [chargeId],
              text: [
                `${chargeId} was under way when its answer was lost at ${second(atMs)}, and nobody took it up`,
                view.story(chargeId),
              ].join('\n'),
            });
        }
        return all.judgement();
      },
    };
  },
};
