/** What each server is started with, and what it is asked. Every stub answers one form POST with one fixed text. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Peers } from './peers.ts';
import type { Ask } from './server-process.ts';

export interface Target {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The stub, answered at once. */
  readonly stub: Ask;
  /** The same, answered after 100 ms; null where nothing can delay. */
  readonly delayed: Ask | null;
  /** Set before the delayed load and taken away after it, where it is not part of the stub. */
  readonly rule?: { readonly url: string; readonly body: string };
}

/** What every delayed answer is asked to wait. */
export const delayMs = 100;
/** Of a payment form, so that all of them parse or skip as much. */
const body = 'ShopID=tshop00000001&ShopPass=benchpas&OrderID=sim-SearchTrade-E01110002';
const answer = 'ErrCode=E01&ErrInfo=E01110002';

const root = path.resolve(import.meta.dirname, '..', '..');
const node = ['--disable-warning=ExperimentalWarning'] as const;
const askAt = (port: number, at: string): Ask => ({ url: `http://127.0.0.1:${port}${at}`, body, good: 'E01110002' });

/** The simulator without a queue to wait in: service times of a microsecond and a worker for everybody. */
export const simulator = (folder: string, port: number): Target & { readonly shop: string; readonly card: string } => {
  const config = path.join(folder, 'simulator.yaml');
  const serviceMs = Object.fromEntries(
    ['check', 'authorise', 'capture', 'change', 'void', 'search'].map((kind) => [kind, { mean: 0.001, sigma: 0 }]),
  );
  writeFileSync(
    config,
    stringify({
      id: 'bench',
      dialect: 'gmo-pg',
      capacity: { workers: 10_000, queueMax: 1_000_000, serviceMs },
      tenants: [{ id: 'bench', shopId: 'tshop00000001', shopPass: 'benchpas' }],
    }),
  );
  return {
    name: 'Breakwater',
    command: process.execPath,
    args: [...node, path.join(root, 'acquirer-sim', 'main.ts'), config],
    env: { PORT: `${port}`, LOG_LEVEL: 'silent', SEED: '1' },
    stub: askAt(port, '/payment/SearchTrade.idPass'),
    delayed: askAt(port, '/payment/SearchTrade.idPass'),
    rule: {
      url: `http://127.0.0.1:${port}/sim/v1/faults`,
      body: JSON.stringify({ id: 'delay', kind: 'latency', parameters: { delayMs }, ttlMs: 600_000 }),
    },
    shop: 'ShopID=tshop00000001&ShopPass=benchpas',
    card: 'CardNo=4111111111111111&Expire=3012&SecurityCode=123',
  };
};

export const bareEcho = (port: number): Target => ({
  name: 'bare node:http',
  command: process.execPath,
  args: [path.join(import.meta.dirname, 'bare-server.ts'), `${port}`, answer],
  stub: askAt(port, '/'),
  delayed: null,
});

export const mountebank = (folder: string, port: number, adminPort: number, { mountebank: file }: Peers): Target => {
  const config = path.join(folder, 'mountebank.json');
  const stub = (at: string, behaviors: readonly object[]) => ({
    predicates: [{ equals: { method: 'POST', path: at } }],
    responses: [{ is: { statusCode: 200, body: answer }, behaviors }],
  });
  const imposter = { port, protocol: 'http', stubs: [stub('/stub', []), stub('/delayed', [{ wait: delayMs }])] };
  writeFileSync(config, JSON.stringify({ imposters: [imposter] }));
  return {
    name: 'mountebank',
    command: process.execPath,
    args: [file, '--port', `${adminPort}`, '--nologfile', '--loglevel', 'error', '--localOnly', '--configfile', config],
    stub: askAt(port, '/stub'),
    delayed: askAt(port, '/delayed'),
  };
};

export const wireMock = (folder: string, port: number, { wiremockJar: jar }: Peers): Target => {
  const home = path.join(folder, 'wiremock');
  mkdirSync(path.join(home, 'mappings'), { recursive: true });
  const mapping = (at: string, more: object) => ({
    request: { method: 'POST', urlPath: at },
    response: { status: 200, body: answer, ...more },
  });
  writeFileSync(path.join(home, 'mappings', 'stub.json'), JSON.stringify(mapping('/stub', {})));
  const delayed = mapping('/delayed', { fixedDelayMilliseconds: delayMs });
  writeFileSync(path.join(home, 'mappings', 'delayed.json'), JSON.stringify(delayed));
  const settings = ['--port', `${port}`, '--bind-address', '127.0.0.1', '--root-dir', home];
  return {
    name: 'WireMock',
    command: 'java',
    args: ['-jar', jar, ...settings, '--no-request-journal', '--async-response-enabled', 'true', '--disable-banner'],
    stub: askAt(port, '/stub'),
    delayed: askAt(port, '/delayed'),
  };
};

export const mockServer = (folder: string, port: number, { mockserverJar: jar }: Peers): Target => {
  const config = path.join(folder, 'mockserver.json');
  const expectation = (at: string, more: object) => ({
    httpRequest: { method: 'POST', path: at },
    httpResponse: { statusCode: 200, body: answer, ...more },
  });
  const delay = { timeUnit: 'MILLISECONDS', value: delayMs };
  writeFileSync(config, JSON.stringify([expectation('/stub', {}), expectation('/delayed', { delay })]));
  const settings = [`-Dmockserver.initializationJsonPath=${config}`, '-Dmockserver.logLevel=ERROR'];
  return {
    name: 'MockServer',
    command: 'java',
    args: [...settings, '-jar', jar, '-serverPort', `${port}`],
    stub: askAt(port, '/stub'),
    delayed: askAt(port, '/delayed'),
  };
};
