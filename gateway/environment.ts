/**
 * What `main.ts` is told by its environment, as one schema. Everything that is missing or wrong is
 * reported together, one line each and named, and no line repeats a value: they are secrets.
 */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { GatewayConfig } from './config.ts';
import { Policy } from './policy/schema.ts';
import type { MasterKeys } from './ports.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Settings {
  readonly port: number;
  readonly host: string;
  /** A file, or `:memory:`. Not looked at when there is a `databaseUrl`. */
  readonly databasePath: string;
  /** PostgreSQL; null: SQLite at `databasePath`. */
  readonly databaseUrl: string | null;
  /** Redis or Valkey, where instances count together; null: this one counts for itself. */
  readonly redisUrl: string | null;
  /** SMTP, for letters to merchants; null: they stay in memory. */
  readonly smtpUrl: string | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly policy: Policy;
  /** Where it is read from again while the gateway runs. */
  readonly policyFile: string;
  readonly config: GatewayConfig;
  /** Holds the master keys, and is read again when they are to be rotated; null: they are the environment's. */
  readonly masterKeysFile: string | null;
  /** Fraud rules, read again when it changes; null: the policy's run. */
  readonly fraudRulesFile: string | null;
}

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly string[] };

const key32 = z
  .string('is missing')
  .regex(/^[0-9a-f]{64}$/i, 'must be 32 bytes in hex (64 digits)')
  .transform((hex) => new Uint8Array(Buffer.from(hex, 'hex')));
/** Keys in hex, separated by commas, spaces or lines; the rest of a line after `#` is a remark. */
const keysIn = (text: string): string[] =>
  text
    .replace(/#.*$/gm, '')
    .split(/[\s,]+/)
    .filter((key) => key !== '');
const token = z.string('is missing').min(16, 'must have 16 characters or more');
const file = z.string('is missing');
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

const isPostgresUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname } = new URL(text);
  return /^postgres(ql)?:$/.test(protocol) && pathname.length > 1;
};

const isRedisUrl = (text: string): boolean =>
  text.startsWith('/') || (URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol));

/** Work that another instance left is found within this time after its lease. */
const lookEveryMs = 15_000;

const Names = z.object({
  PORT: z
    .string()
    .regex(/^[0-9]{1,5}$/, 'must be a port, 0 to 65535')
    .transform(Number)
    .pipe(z.int().max(65_535, 'must be a port, 0 to 65535'))
    .default(4240),
  HOST: z.string().default('127.0.0.1'),
  INSTANCE_ID: GatewayConfig.shape.instanceId.default('gateway-1'),
  DATABASE_PATH: z.string().default('.state/gateway.sqlite'),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, 'must be an address like postgres://user:password@host:5432/database')
    .optional(),
  REDIS_URL: z
    .string()
    .refine(isRedisUrl, 'must be an address like redis://host:6379, rediss://… or the path of a socket')
    .optional(),
  INSTANCES: z
    .string()
    .regex(/^[0-9]{1,4}$/, 'must be a number of instances, 1 to 1000')
    .transform(Number)
    .pipe(
      z.int().min(1, 'must be a number of instances, 1 to 1000').max(1000, 'must be a number of instances, 1 to 1000'),
    )
    .default(1),
  TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((range) => range !== ''))
    .pipe(GatewayConfig.shape.trustedProxies.unwrap())
    .default([]),
  KEY_RETENTION_HOURS: z
    .string()
    .regex(/^[0-9]{1,5}$/, 'must be a number of hours, 24 or more')
    .transform(Number)
    .pipe(z.int().min(24, 'must be a number of hours, 24 or more'))
    .default(72),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent')
    .default('info'),
  ADMIN_TOKEN: token,
  UPSTREAM_TOKEN: token,
  MASTER_KEY: key32,
  MASTER_KEYS_OLD: z.string().transform(keysIn).pipe(z.array(key32)).default([]),
  HASH_KEY: key32,
  ACQUIRERS: file,
  POLICY: file,
  /** Fraud rules instead of the policy's; looked at again while it runs. */
  FRAUD_RULES: z.string().optional(),
  METRICS_TOKEN: token.optional(),
  LOG_REQUESTS: z.stringbool('must be true or false').default(true),
  DIRECTORY_SERVER_URL: url.optional(),
  PUBLIC_URL: url.optional(),
  STATUS_PAGE_URL: url.optional(),
  /** Where people read the status page: named in letters. */
  STATUS_PAGE_PUBLIC_URL: url.optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an address like smtp://user:password@host:587' }).optional(),
  MAIL_FROM: GatewayConfig.shape.mailFrom.unwrap().optional(),
  STATUS_PAGE_SECRET: token.optional(),
  DIRECT_TOKENS: z.enum(['relaxed', 'required'], 'must be relaxed or required').default('relaxed'),
  WEBHOOK_TARGETS: z.enum(['public', 'loopback', 'stage'], 'must be public, loopback or stage').default('public'),
  DAILY_RECONCILIATION: z.stringbool('must be true or false').default(true),
  TOKEN_EVENTS: z.stringbool('must be true or false').default(true),
  TEST_CARDS_IN_LIVE: z.stringbool('must be true or false').default(true),
});

/** The lines of a zod error: where in the data, and why. */
const faultsOf = (where: string, { issues }: z.ZodError): string[] =>
  issues.map(({ path, message }) => [where, path.join('.'), message].filter((part) => part !== '').join(': '));

/** A YAML or JSON file of this shape. `name` is the environment's name for it. */
const readData = <Schema extends z.ZodType>(
  name: string,
  path: string,
  schema: Schema,
  readFile: (path: string) => string,
): Read<z.output<Schema>> => {
  const where = `${name}: ${path}`;
  let text: string;
  try {
    text = readFile(path);
  } catch (reason) {
    const why = (reason as { code?: unknown }).code;
    return { ok: false, faults: [`${where}: cannot be read (${typeof why === 'string' ? why : 'unknown reason'})`] };
  }
  const document = parseDocument(text, { prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) return { ok: false, faults: [`${where}: is neither YAML nor JSON (${broken.code})`] };
  const parsed = schema.safeParse(document.toJS());
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, faults: faultsOf(where, parsed.error) };
};

/** The master keys of a file: the present one, then those from before. No fault repeats a key. */
export const readMasterKeys = (text: string): Read<MasterKeys> => {
  const parsed = z.array(key32).min(1, 'holds no key').safeParse(keysIn(text));
  if (!parsed.success) return { ok: false, faults: faultsOf('', parsed.error) };
  const [current, ...old] = parsed.data;
  return { ok: true, value: { current: current!, old } };
};

/** `MASTER_KEYS_FILE` as the two names that it stands for, or what is wrong with it. */
const masterKeysOf = (
  given: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): { readonly named: Readonly<Record<string, string>>; readonly faults: readonly string[] } => {
  const path = given.MASTER_KEYS_FILE;
  if (path === undefined) return { named: {}, faults: [] };
  const where = `MASTER_KEYS_FILE: ${path}`;
  // Stands for a key that is there, so that it is not called missing as well.
  const named = { MASTER_KEY: '0'.repeat(64) };
  if (given.MASTER_KEY !== undefined || given.MASTER_KEYS_OLD !== undefined)
    return { named, faults: ['MASTER_KEYS_FILE: not together with MASTER_KEY or MASTER_KEYS_OLD'] };
  let text: string;
  try {
    text = readFile(path);
  } catch {
    return { named, faults: [`${where}: cannot be read`] };
  }
  const read = readMasterKeys(text);
  if (!read.ok) return { named, faults: read.faults.map((fault) => `${where}: ${fault}`) };
  const [first = '', ...others] = keysIn(text);
  return { named: { MASTER_KEY: first, MASTER_KEYS_OLD: others.join(',') }, faults: [] };
};

/** The policy in this file, for acquirers of these names (null: not known), or what is wrong with it. */
export const readPolicyFile = (
  path: string,
  acquirers: readonly string[] | null,
  readFile: (path: string) => string,
): Read<Policy> => {
  const read = readData('POLICY', path, Policy, readFile);
  if (!read.ok || acquirers === null) return read;
  const strangers = read.value.routing.order.filter((id) => !acquirers.includes(id));
  return strangers.length === 0
    ? read
    : {
        ok: false,
        faults: strangers.map((id) => `POLICY: ${path}: routing.order: ${id} is none of the acquirers`),
      };
};

/** What the gateway itself is given; it never sees the environment. */
const configOf = (env: z.output<typeof Names>, acquirers: GatewayConfig['acquirers']): GatewayConfig =>
  GatewayConfig.parse({
    instanceId: env.INSTANCE_ID,
    keyRetentionMs: env.KEY_RETENTION_HOURS * 3_600_000,
    // A file has one program; a server may have several.
    lookEveryMs: env.DATABASE_URL === undefined ? null : lookEveryMs,
    ...(env.MAIL_FROM === undefined ? {} : { mailFrom: env.MAIL_FROM }),
    publicStatusUrl: env.STATUS_PAGE_PUBLIC_URL ?? null,
    instances: env.INSTANCES,
    trustedProxies: env.TRUSTED_PROXIES,
    acquirers,
    adminToken: env.ADMIN_TOKEN,
    upstreamToken: env.UPSTREAM_TOKEN,
    metricsToken: env.METRICS_TOKEN ?? null,
    logRequests: env.LOG_REQUESTS,
    statusPage: env.STATUS_PAGE_URL === undefined ? null : { url: env.STATUS_PAGE_URL, secret: env.STATUS_PAGE_SECRET },
    masterKey: env.MASTER_KEY,
    masterKeysOld: env.MASTER_KEYS_OLD,
    dailyReconciliation: env.DAILY_RECONCILIATION,
    hashKey: env.HASH_KEY,
    threeDSecure:
      env.DIRECTORY_SERVER_URL === undefined
        ? null
        : { directoryServerUrl: env.DIRECTORY_SERVER_URL, publicUrl: env.PUBLIC_URL },
    directTokens: env.DIRECT_TOKENS,
    webhookTargets: env.WEBHOOK_TARGETS,
    tokenEvents: env.TOKEN_EVENTS,
    testCardsInLive: env.TEST_CARDS_IN_LIVE,
  });

/**
 * Settings from the environment and the two files it names: `ACQUIRERS`, a list of our accounts
 * (`GatewayConfig.acquirers`), and `POLICY`, a whole policy.
 */
export const readSettings = (environment: Environment, readFile: (path: string) => string): Read<Settings> => {
  // An empty value is how shells and compose files say "not set".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const masterKeys = masterKeysOf(given, readFile);
  const names = Names.safeParse({ ...given, ...masterKeys.named });
  const faults = [...(names.success ? [] : faultsOf('', names.error)), ...masterKeys.faults];
  if ((given.STATUS_PAGE_URL === undefined) !== (given.STATUS_PAGE_SECRET === undefined))
    faults.push('STATUS_PAGE_URL, STATUS_PAGE_SECRET: one without the other');

  if (given.SMTP_URL !== undefined && given.MAIL_FROM === undefined) faults.push('MAIL_FROM: is needed with SMTP_URL');
  if (given.DIRECTORY_SERVER_URL !== undefined && given.PUBLIC_URL === undefined)
    faults.push('PUBLIC_URL: is missing: DIRECTORY_SERVER_URL has card holders sent back to it');

  // The files are looked at even when a name is wrong: everything is reported together.
  let acquirers: GatewayConfig['acquirers'] | null = null;
  if (given.ACQUIRERS !== undefined) {
    const read = readData('ACQUIRERS', given.ACQUIRERS, GatewayConfig.shape.acquirers, readFile);
    if (read.ok) acquirers = read.value;
    else faults.push(...read.faults);
  }
  const ids = acquirers?.map(({ id }) => id) ?? null;
  for (const id of new Set(ids?.filter((one, index) => ids.indexOf(one) !== index)))
    faults.push(`ACQUIRERS: ${given.ACQUIRERS}: ${id} is there twice`);
  let policy: Policy | null = null;
  if (given.POLICY !== undefined) {
    const read = readPolicyFile(given.POLICY, ids, readFile);
    if (read.ok) policy = read.value;
    else faults.push(...read.faults);
  }
  if (!names.success || acquirers === null || policy === null || faults.length > 0) return { ok: false, faults };

  const { data: env } = names;
  return {
    ok: true,
    value: {
      port: env.PORT,
      host: env.HOST,
      databasePath: env.DATABASE_PATH,
      databaseUrl: env.DATABASE_URL ?? null,
      redisUrl: env.REDIS_URL ?? null,
      smtpUrl: env.SMTP_URL ?? null,
      logLevel: env.LOG_LEVEL,
      policy,
      policyFile: env.POLICY,
      config: configOf(env, acquirers),
      masterKeysFile: given.MASTER_KEYS_FILE ?? null,
      fraudRulesFile: env.FRAUD_RULES ?? null,
    },
  };
};
