/**
 * The auditor of the scenarios over a test's world: it watches the wire from now on, is shown what
 * the shop was told, and at the end compares the three books.
 */
import { type AuditResult, createAuditor } from '../../scenarios/audit/auditor.ts';
import { createToldBook } from '../../scenarios/cast/told.ts';
import { gatewayBook, readAcquirerBook } from '../../scenarios/theatre/books.ts';
import { keyedAnswer, upstreamExchange } from '../../scenarios/theatre/seen.ts';
import type { World } from './world.ts';

const acquirers = ['escott', 'gmo'] as const;

export interface Audited {
  /** Reads all books; nobody may die meanwhile. Call it once, when all is quiet. */
  audit(): Promise<AuditResult>;
}

/** `startWallMs` is the wall time at which the world began. */
export const audited = (world: World, startWallMs: number): Audited => {
  const auditor = createAuditor({ startWallMs, ourTenant: 'ours' });
  const told = createToldBook();
  world.stage.network.onExchange((exchange) => {
    const upstream = upstreamExchange(exchange, new Set(acquirers), 0);
    if (upstream !== null) auditor.exchange(upstream);
    const answer = keyedAnswer(exchange, 0);
    if (answer !== null) auditor.answered(answer);
    // What a shop was told by an answer that reached it, whatever it asked.
    if (exchange.outcome !== 'replied' || !exchange.path.startsWith('/v1/charges')) return;
    const merchantId = 'shop-1';
    // Only a creation names the charge's own key.
    const idempotencyKey = exchange.path === '/v1/charges' ? (answer?.key ?? null) : null;
    const body: unknown = JSON.parse(exchange.replyBody ?? 'null');
    const amountYen = null;
    told.shown({ member: merchantId, merchantId, idempotencyKey, amountYen }, body, exchange.endedUs / 1000);
  });
  return {
    audit: () =>
      world.play(async () => {
        const { fetch } = world.stage.castMember('auditor', 'auditor');
        const books: Awaited<ReturnType<typeof readAcquirerBook>>[] = [];
        for (const acquirer of acquirers) books.push(await readAcquirerBook(fetch, acquirer, startWallMs));
        return auditor.audit({
          told: told.charges(),
          gateway: gatewayBook(world.store, startWallMs),
          acquirers: books,
        });
      }),
  };
};

/** The first lines of all violations. */
export const violationsOf = ({ invariants }: AuditResult): string[] =>
  invariants.flatMap(({ id, violations }) => violations.map(({ text }) => `${id}: ${text}`));
