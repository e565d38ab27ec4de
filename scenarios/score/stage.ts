/** The upstreams that a foreign gateway is pointed at: real acquirers on ports that stay the same. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fetch } from '../../gateway/ports.ts';
import { createHousehold } from '../live/children.ts';
import { takePorts } from '../live/ports.ts';
import type { World } from '../play/world.ts';
import { accountAt, tenantAt } from '../theatre/credentials.ts';
import { callJson } from '../theatre/director.ts';
import type { Booked } from './observed.ts';

export interface Upstream {
  readonly id: string;
  readonly url: string;
  /** What the gateway has to present there, `name: value`. */
  readonly account: Readonly<Record<string, string>>;
}

export interface Upstreams {
  readonly all: readonly Upstream[];
  /** Where the gateway may send webhooks to. */
  readonly webhookPort: number;
  control(acquirer: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE', where: string, body?: unknown): Promise<unknown>;
  signal(acquirer: string, action: 'kill' | 'freeze' | 'resume' | 'restart'): Promise<void>;
  /** Every transaction of ours with money in it. */
  booked(): Promise<readonly Booked[]>;
  close(): Promise<void>;
}

const main = fileURLToPath(new URL('../../acquirer-sim/main.ts', import.meta.url));
const pageMax = 1000;

/** @throws HarnessError when a port is in use or an acquirer does not start */
export const startUpstreams = async (
  world: World,
  {
    port,
    seed,
    folder,
    fetch,
  }: { readonly port: number; readonly seed: number; readonly folder: string; readonly fetch: Fetch },
): Promise<Upstreams> => {
  const household = createHousehold(path.join(folder, 'logs'));
  mkdirSync(folder, { recursive: true });
  const ports = await takePorts(port, world.acquirers.length + 1);
  const urls = new Map(world.acquirers.map(({ id }, index) => [id, `http://127.0.0.1:${ports[index]}`]));
  const children = new Map<string, Awaited<ReturnType<typeof household.start>>>();
  const starters = new Map<string, () => Promise<void>>();
  for (const [index, acquirer] of world.acquirers.entries()) {
    const { noticeUrl: _, noticeToken: __, ...tenant } = tenantAt(acquirer);
    const config = path.join(folder, `${acquirer.id}.json`);
    writeFileSync(config, JSON.stringify({ ...acquirer, tenants: [tenant] }));
    const env = { PORT: String(ports[index]), SEED: String(seed), LOG_LEVEL: 'info' };
    starters.set(acquirer.id, async () => {
      const args = ['--disable-warning=ExperimentalWarning', main, config];
      const readyWhen = (line: string): boolean => line.includes('"event":"acquirer.listening"');
      children.set(
        acquirer.id,
        await household.start({ name: acquirer.id, file: process.execPath, args, env, readyWhen }),
      );
    });
  }
  const urlOf = (acquirer: string): string => {
    const url = urls.get(acquirer);
    if (url === undefined) throw new Error(`there is no acquirer ${acquirer}`);
    return url;
  };
  const control: Upstreams['control'] = (acquirer, method, where, body) =>
    callJson(fetch, method, `${urlOf(acquirer)}/sim/v1/${where}`, null, body);
  try {
    for (const start of starters.values()) await start();
  } catch (error) {
    await household.stopAll();
    throw error;
  }
  return {
    all: world.acquirers.map((acquirer) => {
      const { dialect, ...account } = accountAt(acquirer);
      return { id: acquirer.id, url: urlOf(acquirer.id), account: { dialect, ...account } };
    }),
    webhookPort: ports.at(-1) ?? 0,
    control,
    async signal(acquirer, action) {
      const child = children.get(acquirer);
      if (action === 'freeze') child?.signal('SIGSTOP');
      else if (action === 'resume') child?.signal('SIGCONT');
      else {
        await child?.stop('SIGKILL');
        if (action === 'restart') await starters.get(acquirer)?.();
      }
    },
    async booked() {
      const found: Booked[] = [];
      for (const { id } of world.acquirers)
        for (let after = 0; ; ) {
          const page = (await control(id, 'GET', `transactions?tenant=gateway&limit=${pageMax}&after=${after}`)) as {
            readonly rows: readonly Omit<Booked, 'acquirer'>[];
            readonly next: number | null;
          };
          for (const row of page.rows) found.push({ ...row, acquirer: id });
          if (page.next === null) break;
          after = page.next;
        }
      return found;
    },
    close: () => household.stopAll(),
  };
};
