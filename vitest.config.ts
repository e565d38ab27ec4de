/**
 * How the tests run. Processes rather than threads: the stage replaces globals while a run is on,
 * and a replaced global must never be seen by another file's tests.
 */
import { defineConfig } from 'vitest/config';

/** Continuous integration counts from this file; a person reads the terminal. */
const jsonReport = 'out/test.json';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 180_000,
    ...(process.env.CI === 'true' ? { reporters: ['default', 'json'], outputFile: { json: jsonReport } } : {}),
  },
});
