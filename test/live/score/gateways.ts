/** Two gateways to be scored, as processes: ours with its status page, and the example without protections. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPlay } from '../../../scenarios/cli/load.ts';
import type { Household } from '../../../scenarios/live/children.ts';
import { hastened } from '../../../scenarios/live/hasten.ts';
import { takePorts } from '../../../scenarios/live/ports.ts';
import { realFetch } from '../../../scenarios/live/real-world.ts';
import type { Adapter } from '../../../scenarios/score/adapter.ts';
import { loadAdapter } from '../../../scenarios/score/load-adapter.ts';
import { payjpAdapter } from '../../../scenarios/score/payjp-adapter.ts';
import type { Upstream } from '../../../scenarios/score/stage.ts';
import { secrets } from '../../../scenarios/theatre/credentials.ts';
import { root } from '../../house/source.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const says =
  (event: string) =>
  (line: string): boolean =>
    line.includes(event);

interface Place {
  readonly household: Household;
  /** Configuration and state. */
  readonly folder: string;
  readonly upstreams: readonly Upstream[];
}

const node = (household: Household, name: string, file: string, env: Record<string, string>, ready: string) =>
  household.start({
    name,
    file: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', join(root, file)],
    env,
    readyWhen: says(ready),
  });

/** The policy `protected`, in the hurry of every live excerpt, on SQLite. */
export const startOurs = async ({
  household,
  folder,
  upstreams,
}: Place): Promise<Adapter & { readonly url: string; readonly secretKey: string; readonly publicKey: string }> => {
  const [chosen] = loadPlay('payjp-2017-07-12', ['protected']).policies;
  if (chosen === undefined) throw new Error('the policy protected is missing');
  const [port = 0, pagePort = 0] = await takePorts(0, 2);
  const [url, page] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${pagePort}`];
  const write = (name: string, value: unknown): string => {
    writeFileSync(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  const acquirers = upstreams.map(({ id, url: baseUrl, account }) => ({
    id,
    ...account,
    baseUrl,
    contactUrl: `${baseUrl}/contact`,
    contactTenant: 'gateway',
  }));
  await node(
    household,
    'status-page',
    'gateway/status-page/main.ts',
    {
      PORT: String(pagePort),
      STATUS_STATE: join(folder, 'status-page.json'),
      STATUS_SUBSCRIBERS: join(folder, 'subscribers.sqlite'),
      STATUS_FEED_SECRET: secrets.feed,
      STATUS_ADMIN_TOKEN: secrets.pageAdminToken,
      STATUS_PROBE_URL: `${url}/healthz`,
      STATUS_PUBLIC_URL: page,
    },
    '"event":"page.listening"',
  );
  await node(
    household,
    'gateway',
    'gateway/main.ts',
    {
      PORT: String(port),
      DATABASE_PATH: join(folder, 'gateway.sqlite'),
      ADMIN_TOKEN: secrets.adminToken,
      UPSTREAM_TOKEN: secrets.upstreamToken,
      MASTER_KEY: hex(secrets.masterKey),
      HASH_KEY: hex(secrets.hashKey),
      ACQUIRERS: write('acquirers.json', acquirers),
      POLICY: write('policy.json', hastened(chosen.policy)),
      STATUS_PAGE_URL: page,
      STATUS_PAGE_SECRET: secrets.feed,
      WEBHOOK_TARGETS: 'loopback',
      LOG_REQUESTS: 'false',
      DAILY_RECONCILIATION: 'false',
    },
    '"event":"gateway.listening"',
  );
  const made = await fetch(`${url}/admin/v1/merchants`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secrets.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'shop', name: 'shop' }),
  });
  const { keys } = (await made.json()) as { keys: { live: { secret: string; public: string } } };
  const target = {
    url,
    secretKey: keys.live.secret,
    publicKey: keys.live.public,
    statusUrl: `${page}/api/v1/status.json`,
  };
  return { ...payjpAdapter(target, realFetch()), ...target };
};

/** `test/example-gateway` on the first acquirer, by its own adapter. */
export const startExample = async ({ household, upstreams }: Place): Promise<Adapter> => {
  const [port = 0] = await takePorts(0, 1);
  const env = { PORT: String(port), ACQUIRER: upstreams[0]?.url ?? '' };
  await node(household, 'example', 'test/example-gateway/gateway.ts', env, 'listening on');
  process.env.EXAMPLE_GATEWAY = `http://127.0.0.1:${port}`;
  return loadAdapter(join(root, 'test/example-gateway/adapter.ts'));
};
