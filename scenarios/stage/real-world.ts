/**
 * The pieces of the real world that the stage itself needs, taken when this module loads and
 * therefore before `escape.ts` puts throwing ones in their place. Nothing else keeps any.
 */

export const realSetImmediate = globalThis.setImmediate;
export const realSetInterval = globalThis.setInterval;
export const realClearInterval = globalThis.clearInterval;

const realPerformance = globalThis.performance;
const readPerformance = realPerformance.now;

/** Real elapsed milliseconds; only the watchdog may care. */
export const realElapsedMs = (): number => readPerformance.call(realPerformance);
