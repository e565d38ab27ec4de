/**
 * The directory server and ACS on a real port. Names the process and the network, as `main.ts` does.
 *
 *     node acquirer-sim/three-d-secure-main.ts
 *
 * Environment: `PORT` (4243), `HOST` (127.0.0.1), `PUBLIC_URL` (where browsers and 3DS servers reach it; absent:
 * `http://HOST:PORT`), `TDS_CONFIG` (a JSON file with what else `three-d-secure/config.ts` takes), `SEED` (whole
 * number; without it each start draws anew), `LOG_LEVEL` (info).
 * Exit status 2 when one of them, or the file, is wrong: one line for each fault, and nothing was started.
 */
import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { z } from 'zod';
import { createThreeDSecure, onSockets, ThreeDSecureConfig } from './app.ts';
import { createLiveClock } from './clock.ts';
import { createLiveFetch } from './fetch.ts';
import { createLiveLog } from './log.ts';
import { createLiveRandom } from './random.ts';

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4243),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: z.url().optional(),
  SEED: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  TDS_CONFIG: z.string().optional(),
});

const refuse = (faults: readonly string[]): never => {
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exit(2);
};

const parsed = <T>(where: string, schema: z.ZodType<T>, input: unknown): T => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  return refuse(result.error.issues.map((issue) => `${where}: ${[...issue.path, issue.message].join(': ')}`));
};

const readJson = (path: string): object => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as object;
  } catch (error) {
    return refuse([`${path}: ${error instanceof Error ? error.message : String(error)}`]);
  }
};

const { PORT, HOST, PUBLIC_URL, SEED, LOG_LEVEL, TDS_CONFIG } = parsed('environment', Environment, process.env);
const settings = TDS_CONFIG === undefined ? {} : readJson(TDS_CONFIG);
const config = parsed(TDS_CONFIG ?? 'configuration', ThreeDSecureConfig, {
  publicUrl: (PUBLIC_URL ?? `http://${HOST}:${PORT}`).replace(/\/+$/, ''),
  ...settings,
});
const clock = createLiveClock();
const log = createLiveLog(clock, { acquirer: config.id, level: LOG_LEVEL });
const program = createThreeDSecure({ clock, random: createLiveRandom(SEED), fetch: createLiveFetch(), log, config });

const server = serve({ fetch: onSockets(clock, program.app.fetch), port: PORT, hostname: HOST }, ({ port }) => {
  log.info({ event: 'tds.listening', url: `http://${HOST}:${port}` });
});
server.on('error', (error: Error) => refuse([`http://${HOST}:${PORT}: ${error.message}`]));
await program.start();

const stop = async (): Promise<void> => {
  await program.stop();
  server.close();
  if ('closeAllConnections' in server) server.closeAllConnections();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
