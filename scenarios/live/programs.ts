/**
 * The programs of a world as child processes on loopback, with a proxy on every link between them.
 *
 * Nobody knows anybody's own port: acquirers, page and gateway are told the addresses of proxies.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Policy } from '../../gateway/app.ts';
import { HarnessError } from '../cli/exit-status.ts';
import { threeDSecureProgram, type World } from '../play/world.ts';
import { accountAt, secrets, tenantAt } from '../theatre/credentials.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import type { Child, Household } from './children.ts';
import { type Network, startNetwork } from './network.ts';
import { takePorts } from './ports.ts';
import { pause, realFetch } from './real-world.ts';

export interface ProgramsRequest {
  readonly world: World;
  readonly policy: Policy;
  readonly seed: number;
  /** First port; 0: any that are free. */
  readonly port: number;
  /** Configuration files and state. */
  readonly folder: string;
  /** PostgreSQL; null: a SQLite file in the folder. */
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly smtpUrl: string | null;
  /** Each line a program logs. */
  readonly onLine: (program: string, line: string) => void;
}

export interface Programs {
  /** Addresses for the cast: through the proxies. */
  readonly gatewayUrl: string;
  readonly statusUrl: string;
  /** Where the merchants' servers must listen, and what the gateway is told of them. */
  readonly receiversPort: number;
  readonly receiversUrl: string;
  /** The theatre's own way to a program, past every proxy; by its name on the stage. */
  readonly direct: ReadonlyMap<string, string>;
  /** Of one gateway instance, past proxy and balancer. */
  readonly gatewayPorts: readonly number[];
  readonly databasePath: string;
  readonly network: Network;
  readonly children: ReadonlyMap<string, Child>;
  /** After a kill. Resolves when it is up again. */
  restart(program: string): Promise<void>;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const programFile = (name: string): string => path.join(root, name);
const http = (port: number): string => `http://127.0.0.1:${port}`;
const nodeFlags = ['--disable-warning=ExperimentalWarning'];
const upWithinMs = 30_000;
const restartsMax = 10;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Says that a JSON line carries this event. */
const says =
  (event: string) =>
  (line: string): boolean =>
    line.includes(`"event":"${event}"`);

/** @throws HarnessError */
export const startPrograms = async (household: Household, request: ProgramsRequest): Promise<Programs> => {
  const { world, policy, folder, onLine } = request;
  mkdirSync(folder, { recursive: true });
  const acquirers = world.acquirers.map(({ id }) => id);
  const { instances } = world.gateway;
  const hasTds = world.threeDSecure !== undefined;

  // --- ports and links ---------------------------------------------------------------------
  const ends = [
    ...acquirers,
    'status-page',
    'balancer',
    'receivers',
    'toxiproxy',
    ...(hasTds ? [threeDSecureProgram] : []),
    ...Array.from({ length: instances }, (_, index) => `gateway-${index + 1}`),
  ];
  const linkNames = [
    'merchants->gateway',
    'merchants->status-page',
    'gateway->merchants',
    'gateway->status-page',
    'status-page->gateway',
    ...acquirers.flatMap((id) => [`gateway->${id}`, `${id}->gateway`]),
    ...(hasTds ? [`gateway->${threeDSecureProgram}`, `${threeDSecureProgram}->gateway`] : []),
  ];
  const ports = await takePorts(request.port, ends.length + linkNames.length);
  const own = new Map(ends.map((end, index) => [end, ports[index] as number]));
  const listens = new Map(linkNames.map((name, index) => [name, ports[ends.length + index] as number]));
  const portOf = (end: string): number => {
    const port = own.get(end === 'gateway' ? 'balancer' : end === 'merchants' ? 'receivers' : end);
    if (port === undefined) throw new HarnessError(`no port for ${end}`);
    return port;
  };
  const through = (link: string): string => http(listens.get(link) ?? 0);
  const network = await startNetwork(
    household,
    portOf('toxiproxy'),
    linkNames.map((name) => ({
      name,
      listen: listens.get(name) ?? 0,
      upstream: portOf(name.split('->')[1] ?? ''),
      delay: world.links.named?.[name] ?? world.links.default,
    })),
  );

  // --- acquirers, directory server, page ---------------------------------------------------
  const children = new Map<string, Child>();
  const starters = new Map<string, () => Promise<Child>>();
  const write = (name: string, value: unknown): string => {
    const file = path.join(folder, name);
    writeFileSync(file, JSON.stringify(value, null, 2));
    return file;
  };
  const declare = (name: string, start: () => Promise<Child>): void => {
    starters.set(name, start);
  };
  const startChild = async (name: string): Promise<void> => {
    const start = starters.get(name);
    if (start === undefined) throw new HarnessError(`the live stage has no program ${name}`);
    children.set(name, await start());
  };
  const node = (name: string, args: readonly string[], env: Record<string, string>, ready: string) =>
    household.start({
      name,
      file: process.execPath,
      args: [...nodeFlags, ...args],
      env,
      cwd: folder,
      onLine: (line) => onLine(name, line),
      readyWhen: says(ready),
    });

  for (const acquirer of world.acquirers) {
    const tenant = { ...tenantAt(acquirer), noticeUrl: `${through(`${acquirer.id}->gateway`)}/upstream/notices` };
    const config = write(`${acquirer.id}.json`, {
      ...acquirer,
      tenants: [tenant],
      journal: { entriesMax: 200_000, bytesMax: 512 * 1024 * 1024 },
    });
    declare(acquirer.id, () =>
      node(
        acquirer.id,
        [programFile('acquirer-sim/main.ts'), config],
        { PORT: String(portOf(acquirer.id)), SEED: String(request.seed) },
        'acquirer.listening',
      ),
    );
  }
  if (world.threeDSecure !== undefined) {
    const config = write('tds.json', { ...world.threeDSecure, publicUrl: through(`gateway->${threeDSecureProgram}`) });
    declare(threeDSecureProgram, () =>
      node(
        threeDSecureProgram,
        [programFile('acquirer-sim/three-d-secure-main.ts')],
        { PORT: String(portOf(threeDSecureProgram)), TDS_CONFIG: config, SEED: String(request.seed) },
        'tds.listening',
      ),
    );
  }
  declare('status-page', () =>
    node(
      'status-page',
      [programFile('gateway/status-page/main.ts')],
      {
        PORT: String(portOf('status-page')),
        STATUS_STATE: path.join(folder, 'status-page.json'),
        STATUS_SUBSCRIBERS: path.join(folder, 'subscribers.sqlite'),
        STATUS_FEED_SECRET: secrets.feed,
        STATUS_ADMIN_TOKEN: secrets.pageAdminToken,
        STATUS_PROBE_URL: `${through('status-page->gateway')}/healthz`,
        STATUS_PUBLIC_URL: through('merchants->status-page'),
        STATUS_MACHINE_NOTICES: String(policy.incidents.machineNotices),
        STATUS_WEBHOOK_TARGETS: 'stage',
        ...(request.smtpUrl === null
          ? {}
          : {
              SMTP_URL: request.smtpUrl,
              STATUS_MAIL_FROM: 'status@breakwater.test',
              STATUS_LINK_KEY: secrets.feed + secrets.pageAdminToken,
            }),
      },
      'page.listening',
    ),
  );

  // --- gateway -----------------------------------------------------------------------------
  const accounts = write(
    'accounts.json',
    world.acquirers.map((acquirer) => ({
      id: acquirer.id,
      ...accountAt(acquirer),
      baseUrl: through(`gateway->${acquirer.id}`),
      contactUrl: `${through(`gateway->${acquirer.id}`)}/contact`,
      contactTenant: tenantAt(acquirer).id,
    })),
  );
  const policyFile = write('policy.json', policy);
  const databasePath = path.join(folder, 'gateway.sqlite');
  const gateways = Array.from({ length: instances }, (_, index) => `gateway-${index + 1}`);
  for (const name of gateways)
    declare(name, () =>
      node(
        name,
        [programFile('gateway/main.ts')],
        {
          PORT: String(portOf(name)),
          INSTANCE_ID: name,
          INSTANCES: String(instances),
          ...(request.databaseUrl === null ? { DATABASE_PATH: databasePath } : { DATABASE_URL: request.databaseUrl }),
          ...(request.redisUrl === null ? {} : { REDIS_URL: request.redisUrl }),
          ADMIN_TOKEN: secrets.adminToken,
          UPSTREAM_TOKEN: secrets.upstreamToken,
          MASTER_KEY: hex(secrets.masterKey),
          HASH_KEY: hex(secrets.hashKey),
          ACQUIRERS: accounts,
          POLICY: policyFile,
          STATUS_PAGE_URL: through('gateway->status-page'),
          STATUS_PAGE_SECRET: secrets.feed,
          WEBHOOK_TARGETS: 'stage',
          TRUSTED_PROXIES: '127.0.0.0/8',
          TOKEN_EVENTS: 'false',
          LOG_REQUESTS: 'false',
          DAILY_RECONCILIATION: 'false',
          ...(hasTds
            ? {
                DIRECTORY_SERVER_URL: through(`gateway->${threeDSecureProgram}`),
                PUBLIC_URL: through('merchants->gateway'),
              }
            : {}),
        },
        'gateway.listening',
      ),
    );

  await Promise.all([...starters.keys()].filter((name) => !name.startsWith('gateway-')).map(startChild));
  // One after the other: the first one makes the tables.
  for (const name of gateways) await startChild(name);
  const balancer: Balancer = await startBalancer(portOf('balancer'), gateways.map(portOf));
  const fetch = realFetch();
  for (const deadline = Date.now() + upWithinMs; !balancer.allUp(); await pause(100))
    if (Date.now() > deadline) throw new HarnessError('the gateway instances do not answer');
  await fetch.close();

  /** Under way now: on a busy machine the next blow may come before they are up. */
  const restarting = new Map<string, Promise<void>>();
  const restartOf = async (program: string): Promise<void> => {
    await children.get(program)?.gone;
    // As whoever runs it in earnest would: what it needs may have gone away while it came up.
    for (let tries = 1; ; tries += 1) {
      try {
        await startChild(program);
        return;
      } catch (error) {
        if (tries >= restartsMax) throw error;
        await pause(500);
      }
    }
  };

  return {
    gatewayUrl: through('merchants->gateway'),
    statusUrl: through('merchants->status-page'),
    receiversPort: portOf('receivers'),
    receiversUrl: through('gateway->merchants'),
    direct: new Map([
      ...acquirers.map((id): [string, string] => [`${id}.test`, http(portOf(id))]),
      ['gateway.test', http(portOf('balancer'))],
      ['status.test', http(portOf('status-page'))],
      ...(hasTds ? ([[`${threeDSecureProgram}.test`, http(portOf(threeDSecureProgram))]] as [string, string][]) : []),
    ]),
    gatewayPorts: gateways.map(portOf),
    databasePath,
    network,
    children,
    restart(program) {
      const under = restarting.get(program);
      if (under !== undefined) return under;
      const started = restartOf(program).finally(() => restarting.delete(program));
      restarting.set(program, started);
      return started;
    },
    close: () => balancer.close(),
  };
};
