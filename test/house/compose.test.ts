/** `docker-compose.yml` says nothing that the programs would refuse: their own readers read it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { AcquirerConfig } from '../../acquirer-sim/app.ts';
import { readSettings } from '../../gateway/environment.ts';
import { root } from './source.ts';

const Compose = z.object({
  services: z.record(
    z.string(),
    z.object({
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.string()).optional(),
      configs: z.array(z.string()).optional(),
      ports: z.array(z.string()).optional(),
    }),
  ),
  configs: z.record(z.string(), z.object({ content: z.string() })),
});

const { services, configs } = Compose.parse(
  parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }),
);

/** A file as a container of this service sees it. */
const readIn = (service: string) => (path: string) => {
  const name = path.replace(/^\//, '');
  if (path.startsWith('/') && services[service]?.configs?.includes(name) === true) return configs[name]?.content ?? '';
  return readFileSync(join(root, path), 'utf8');
};

const programs = Object.entries(services).filter(([, { command }]) => command !== undefined);
const gateways = programs.filter(([, { command }]) => command?.includes('gateway/main.ts'));
const acquirers = programs.filter(([, { command }]) => command?.includes('acquirer-sim/main.ts'));

describe('docker-compose.yml', () => {
  it.each(programs)('starts %s from a file that exists', (_, { command }) => {
    expect(existsSync(join(root, command?.[1] ?? ''))).toBe(true);
  });

  it('has two gateways on one database, under two names', () => {
    expect(gateways).toHaveLength(2);
    expect(new Set(gateways.map(([, { environment }]) => environment?.DATABASE_URL)).size).toBe(1);
    expect(new Set(gateways.map(([, { environment }]) => environment?.INSTANCE_ID)).size).toBe(2);
  });

  it.each(gateways)('gives %s settings that it takes', (name, { environment }) => {
    expect(readSettings(environment ?? {}, readIn(name))).toMatchObject({ ok: true });
  });

  it.each(acquirers)('gives %s a configuration that it takes', (name, { command }) => {
    const read = AcquirerConfig.safeParse(parse(readIn(name)(command?.[2] ?? '')));
    expect(read.error?.issues ?? []).toEqual([]);
  });

  it('gives both sides of an acquirer the same account', () => {
    const ours = z
      .array(z.looseObject({ id: z.string(), baseUrl: z.string() }))
      .parse(parse(configs['acquirers.yaml']?.content ?? ''));
    for (const account of ours) {
      const theirs = AcquirerConfig.parse(parse(configs[`${account.id}.yaml`]?.content ?? ''));
      const [tenant] = theirs.tenants;
      const credentials = ['merchantId', 'merchantPass', 'tenantId', 'shopId', 'shopPass'] as const;
      for (const name of credentials) expect((tenant as Record<string, unknown>)[name]).toBe(account[name]);
      expect(new URL(account.baseUrl).hostname).toBe(account.id);
      expect(services[account.id]?.environment?.PORT).toBe(new URL(account.baseUrl).port);
    }
  });

  it('publishes ports to this machine alone', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(3);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});
