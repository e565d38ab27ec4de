/**
 * How the tests run. Processes rather than threads: the stage replaces globals while a run is on,
 * and a replaced global must never be seen by another file's tests.
 *
 * Most files share a process with others, one after the other: loading the house anew for each took
 * a third of the time. Files that play whole days, start programs or live by the wall's clock have a
 * process of their own: a real timer that outlives them would fire while the next file's stage has
 * taken the clock away.
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Continuous integration counts from this file; a person reads the terminal. */
const jsonReport = 'out/test.json';

const everything = 'test/**/*.test.ts';
const apart = [
  'test/{canary,clients,contracts,corpora,live,load}/**/*.test.ts',
  'test/**/*{browser,drill,postgres,redis}*.test.ts',
  'test/acquirer-sim/escott/wire.test.ts',
  'test/acquirer-sim/faults/departures.test.ts',
  'test/gateway/deliveries/signature.test.ts',
  'test/gateway/{browser/routes,docs/*,metrics/metrics,main}.test.ts',
  'test/gateway/charges/races.test.ts',
  'test/scenarios/{cli,faults,nightly,sandbox,theatre}/**/*.test.ts',
  'test/scenarios/prove/smoke.test.ts',
  'test/scenarios/explore/{found,smoke}.test.ts',
];

export default defineConfig({
  test: {
    pool: 'forks',
    // vitest leaves one core to others, which is half of two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 120_000,
    hookTimeout: 180_000,
    projects: [
      { extends: true, test: { name: 'rooms', include: [everything], exclude: apart, isolate: false } },
      { extends: true, test: { name: 'apart', include: apart } },
    ],
    ...(process.env.CI === 'true' ? { reporters: ['default', 'json'], outputFile: { json: jsonReport } } : {}),
  },
});
