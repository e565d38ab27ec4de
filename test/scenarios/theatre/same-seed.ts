/** Plays the short flood day in a process of its own and prints its hash: `node same-seed.ts POLICY SEED`. */
import { floodDay, playShort } from './short-days.ts';

const [policy = '', seed = ''] = process.argv.slice(2);
const { traceHash } = await playShort(floodDay(), policy, { seed: Number(seed), onsetMs: null });
console.log(traceHash);
