/** Idempotency keys of the gateway's own charges begin so; a merchant's may not. */
export const renewalKeyPrefix = 'renewal/';
