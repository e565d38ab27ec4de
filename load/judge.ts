/** What is made of observations: pure, so that it is tested without k6. */

/** What a run marks its payments with, so that a merchant's own list shows which intent each is. */
export const marker = 'breakwater_intent';

/** Of the payments in this stretch so many must have gone elsewhere (99 % in 30 s). */
const lookAheadMs = 30_000;
const share = 0.99;
export const probesMin = 5;

/** When new payments go elsewhere, as wall milliseconds; null: never. Probes in order of time. */
export const failoverAt = (
  probes: readonly { readonly sentMs: number; readonly elsewhere: boolean }[],
): number | null => {
  for (const [index, { sentMs, elsewhere }] of probes.entries()) {
    if (!elsewhere) continue;
    const ahead = probes.slice(index).filter((probe) => probe.sentMs <= sentMs + lookAheadMs);
    if (ahead.length < probesMin) return null;
    if (ahead.filter((probe) => probe.elsewhere).length >= share * ahead.length) return sentMs;
  }
  return null;
};

/** Intents with more than one charge that is paid and captured and not wholly given back. */
export const doublesIn = (charges: readonly Readonly<Record<string, unknown>>[]): readonly string[] => {
  const seen = new Map<string, number>();
  for (const { metadata, captured, paid, amount, amount_refunded: refunded } of charges) {
    const intent =
      typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>)[marker] : undefined;
    if (typeof intent !== 'string' || captured !== true || paid !== true || refunded === amount) continue;
    seen.set(intent, (seen.get(intent) ?? 0) + 1);
  }
  return [...seen].filter(([, times]) => times > 1).map(([intent]) => intent);
};
