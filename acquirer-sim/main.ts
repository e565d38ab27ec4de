/**
 * The simulator on a real port. The one file here that names the process, the network and the disk.
 *
 *     node acquirer-sim/main.ts <config.yaml>
 *     node acquirer-sim/main.ts --schema      JSON Schema of that file, for editors
 *
 * Environment: `ACQUIRER_CONFIG` (the file, when no argument names it), `PORT` (4241), `HOST`
 * (127.0.0.1), `SEED` (whole number; without it each start draws anew), `LOG_LEVEL` (info).
 * Exit status 2 when one of them, or the file, is wrong: one line for each fault, those of the file
 * with line and column, and nothing was started.
 */
import { readFileSync } from 'node:fs';
import module from 'node:module';
import type { z as Zod } from 'zod';
import type { AcquirerConfig } from './app.ts';

// Before anything is loaded: the second start takes half as long as the first.
module.enableCompileCache();
const [
  { serve },
  { z },
  { createAcquirer, onSockets },
  { createLiveClock },
  { readConfigFile },
  { createLiveFetch },
  { createLiveLog },
  { createLiveRandom },
] = await Promise.all([
  import('@hono/node-server'),
  import('zod'),
  import('./app.ts'),
  import('./clock.ts'),
  import('./config-file.ts'),
  import('./fetch.ts'),
  import('./log.ts'),
  import('./random.ts'),
]);

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4241),
  HOST: z.string().min(1).default('127.0.0.1'),
  SEED: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  ACQUIRER_CONFIG: z.string().optional(),
});

const refuse = (faults: readonly string[]): never => {
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exit(2);
};

const issuesOf = (where: string, error: Zod.ZodError): string[] =>
  error.issues.map((issue) => `${where}: ${[...issue.path, issue.message].join(': ')}`);

const readConfig = (path: string): AcquirerConfig => {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return refuse([`${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const reading = readConfigFile(path, bytes);
  return 'config' in reading ? reading.config : refuse(reading.faults);
};

if (process.argv[2] === '--schema') {
  const { configSchema } = await import('./config-schema.ts');
  process.stdout.write(`${JSON.stringify(configSchema(), null, 2)}\n`);
  process.exit(0);
}

const environment = Environment.safeParse(process.env);
const { PORT, HOST, SEED, LOG_LEVEL, ACQUIRER_CONFIG } = environment.success
  ? environment.data
  : refuse(issuesOf('environment', environment.error));
const path =
  process.argv[2] ??
  ACQUIRER_CONFIG ??
  refuse(['No configuration: name a file as the argument or in ACQUIRER_CONFIG.']);

const config = readConfig(path);
const clock = createLiveClock();
const log = createLiveLog(clock, { acquirer: config.id, level: LOG_LEVEL });
const acquirer = createAcquirer({ clock, random: createLiveRandom(SEED), fetch: createLiveFetch(), log, config });

const server = serve({ fetch: onSockets(clock, acquirer.app.fetch), port: PORT, hostname: HOST }, ({ port }) => {
  log.info({ event: 'acquirer.listening', url: `http://${HOST}:${port}`, dialect: config.dialect });
});
server.on('error', (error: Error) => refuse([`http://${HOST}:${PORT}: ${error.message}`]));
await acquirer.start();
// Now rather than at the end, which may be a SIGKILL.
module.flushCompileCache();

const stop = async (): Promise<void> => {
  await acquirer.stop();
  server.close();
  if ('closeAllConnections' in server) server.closeAllConnections();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
