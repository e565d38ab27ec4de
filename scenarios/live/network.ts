/**
 * The network between the programs: a real Toxiproxy, one proxy per link, driven by its own client.
 *
 * Every link has the delay that the scenario gives it, as a toxic on each direction; the faults of
 * the timeline come on top and are taken off together.
 */
import { Toxiproxy } from 'toxiproxy-node-client';
import { HarnessError } from '../cli/exit-status.ts';
import type { Toxic } from '../play/toxic.ts';
import type { World } from '../play/world.ts';
import type { Household } from './children.ts';
import { toolFile, toolVersions } from './tools.ts';

export interface Link {
  /** `from->to`, as scenarios write it. */
  readonly name: string;
  /** Ports on loopback. */
  readonly listen: number;
  readonly upstream: number;
  readonly delay: World['links']['default'];
}

export interface Network {
  /** Puts a fault on a link; null takes all of them off. @throws HarnessError for a link that is none */
  toxic(link: string, toxic: Toxic | null): Promise<void>;
  /** Faults that are on now. */
  faults(): number;
  readonly version: string;
}

type Proxys = Extract<Toxic, { type: 'latency' | 'bandwidth' | 'timeout' | 'reset_peer' }>;
const proxyToxics: ReadonlySet<string> = new Set(['latency', 'bandwidth', 'timeout', 'reset_peer']);
const isProxys = (toxic: Toxic): toxic is Proxys => proxyToxics.has(toxic.type);
/** Whether Toxiproxy has it; the virtual stage has more. */
export const isForProxies = (toxic: Toxic): boolean => toxic.type === 'down' || isProxys(toxic);

const streams = ['upstream', 'downstream'] as const;
const weather = 'weather';

export const startNetwork = async (household: Household, apiPort: number, links: readonly Link[]): Promise<Network> => {
  await household.start({
    name: 'toxiproxy',
    file: toolFile('toxiproxy'),
    args: ['-host', '127.0.0.1', '-port', String(apiPort)],
    env: { LOG_LEVEL: 'info' },
    readyWhen: (line) => /Starting|listening/i.test(line),
  });
  const client = new Toxiproxy(`http://127.0.0.1:${apiPort}`);
  for (let tries = 0; ; tries += 1) {
    try {
      await client.getVersion();
      break;
    } catch (error) {
      if (tries >= 50) throw new HarnessError(`Toxiproxy does not answer on port ${apiPort}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  for (const { name, listen, upstream, delay } of links) {
    const proxy = await client.createProxy({
      name,
      listen: `127.0.0.1:${listen}`,
      upstream: `127.0.0.1:${upstream}`,
      enabled: true,
    });
    // A lognormal delay has most of its mass this near to its median.
    const jitter = Math.round(delay.latencyMs * delay.sigma);
    if (delay.latencyMs >= 1)
      for (const stream of streams)
        await proxy.addToxic({
          name: `${weather}-${stream}`,
          type: 'latency',
          stream,
          toxicity: 1,
          attributes: { latency: Math.round(delay.latencyMs), jitter },
        });
  }
  const known = new Map(links.map((link) => [link.name, link]));
  const faulty = new Set<string>();
  let ordinal = 0;
  return {
    version: toolVersions.toxiproxy,
    faults: () => faulty.size,
    async toxic(name, toxic) {
      const link = known.get(name);
      if (link === undefined)
        throw new HarnessError(`the live stage has no link ${name}; it has ${[...known.keys()].join(', ')}`);
      const proxy = await client.get(name);
      const state = { listen: `127.0.0.1:${link.listen}`, upstream: `127.0.0.1:${link.upstream}` };
      if (toxic === null) {
        faulty.delete(name);
        for (const on of proxy.toJson().toxics)
          if (!on.name.startsWith(weather)) await (await proxy.getToxic(on.name)).remove();
        await proxy.update({ ...state, enabled: true });
        return;
      }
      faulty.add(name);
      if (toxic.type === 'down') {
        await proxy.update({ ...state, enabled: false });
        return;
      }
      if (!isProxys(toxic)) throw new HarnessError(`a proxy cannot do ${toxic.type}: the virtual stage alone has it`);
      const { type, toxicity = 1, stream = 'downstream', ...attributes } = toxic;
      ordinal += 1;
      // A latency without jitter is one with a jitter of 0 to the server.
      const given = type === 'latency' ? { jitter: 0, ...attributes } : attributes;
      await proxy.addToxic({ name: `fault-${ordinal}`, type, stream, toxicity, attributes: given });
    },
  };
};
