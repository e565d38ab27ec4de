/**
 * Finds the keys that are old enough to be forgotten. Renewals' own keys are not among them: they
 * are asked again for as long as a renewal is under way, whatever its age (`idempotency/purge.ts`).
 */
export const idempotencyAge: readonly string[] = [
  `create index idempotency_by_age on idempotency (created_ms) where substr(key, 1, 8) <> 'renewal/'`,
];
