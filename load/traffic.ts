/** Ordinary and abusive intents for scripts that have no plan: drawn by number, so segments never share one. */
import { declinedWhenCharged, goodCard } from './card.ts';
import { usualSdk } from './client.ts';
import type { Stage } from './operations.ts';
import type { Arrival, Merchant } from './plan.ts';
import { drawsOf } from './random.ts';
import { settings } from './settings.ts';

/** The one merchant that the settings' keys belong to, seen as this class. */
export const merchantAs = (name: string, innocent = true): Merchant => ({
  id: name,
  class: name,
  innocent,
  secretKey: settings.secretKey,
  publicKey: settings.publicKey,
  maxRetry: innocent ? 3 : 0,
  customers: [],
});

export const stageOf = (startedMs: number, durationS = settings.durationS): Stage => ({
  baseUrl: settings.gatewayUrl,
  sdk: { ...usualSdk, timeoutMs: settings.timeoutMs },
  untilMs: startedMs + durationS * 1000,
  originMs: startedMs,
  readBack: { afterMs: 2000, times: 2 },
});

/**
 * A checkout: a new card, captured now or a little later, sometimes refunded. `run` keeps two runs
 * against one gateway apart: an idempotency key is used for one payment only.
 */
export const checkout = (name: string, run: string, nth: number): Arrival => {
  const draws = drawsOf(`${name}/${nth}`);
  const amountYen = draws.integer(100, 20_000);
  const captureNow = draws.float() < 0.6;
  const wait = (medianMs: number): number => medianMs * (0.5 + draws.float());
  const [captures, refunds] = [draws.float() < 0.9, draws.float() < 0.08];
  return {
    atMs: 0,
    merchant: name,
    ordinal: `${run}-${nth}`,
    operation: draws.float() < 0.9 ? 'create' : 'registration',
    amountYen,
    captureNow,
    stored: false,
    customer: 0,
    namesCard: false,
    card: goodCard(draws),
    patienceMs: 25_000,
    capture: !captureNow && captures ? { afterMs: wait(1000), amountYen } : null,
    refund: refunds ? { afterMs: wait(1500), amountYen: draws.integer(1, amountYen) } : null,
  };
};

/** A charge that its issuer declines: what a broken shop sends in masses. */
export const declined = (name: string, run: string, nth: number): Arrival => ({
  ...checkout(name, run, nth),
  operation: 'create',
  card: declinedWhenCharged(),
  captureNow: true,
  capture: null,
  refund: null,
});
