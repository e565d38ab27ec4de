import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ChangesView,
  ClockView,
  LedgerPage,
  Load,
  OperatorsView,
  TransactionsPage,
} from '../../../acquirer-sim/control/schema.ts';
import { createEscottWorld, newPayment, OAUT } from '../escott/card.ts';
import type { Json } from '../world.ts';

const document = async (): Promise<Json> => (await createEscottWorld().control('GET', '/openapi.json')).json;
const methods = ['get', 'put', 'post', 'delete'];

/** `GET /sim/v1/caps/{tenant}`, of the document. */
const documented = async (): Promise<string[]> => {
  const { paths } = await document();
  return Object.entries<Json>(paths)
    .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`))
    .sort();
};

describe('the OpenAPI document of the control API', () => {
  it('names every route there is, and none that is not', async () => {
    const { routes } = createEscottWorld().acquirer.app;
    const served = routes
      .filter(({ path, method }) => path.startsWith('/sim/v1/') && methods.includes(method.toLowerCase()))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(await documented()).toEqual([...new Set(served)].sort());
  });

  it('has an id, a summary, an answer and a refusal for each call', async () => {
    const { openapi, paths } = await document();
    expect(openapi).toBe('3.1.0');
    const calls = Object.values<Json>(paths).flatMap((item) => Object.values<Json>(item));
    expect(new Set(calls.map(({ operationId }) => operationId)).size).toBe(calls.length);
    for (const call of calls) {
      expect(call.summary.length).toBeGreaterThan(5);
      expect(call.responses['400'].content['application/json'].schema.$ref).toBe('#/components/schemas/Refusal');
      expect(call.responses['200'] ?? call.responses['201']).toBeDefined();
    }
  });

  it('says of a body which fields it wants, from the schema that checks it', async () => {
    const { paths } = await document();
    const schema = paths['/sim/v1/caps/{tenant}'].put.requestBody.content['application/json'].schema;
    expect(schema).toMatchObject({ required: ['ratePerSecond'], additionalProperties: false });
    expect(paths['/sim/v1/ledger'].get.parameters.map(({ name }: Json) => name)).toContain('card');
  });

  it('points at nothing that it does not hold', async () => {
    const whole = await document();
    const names = [...JSON.stringify(whole).matchAll(/"\$ref":"([^"]*)"/g)].map(([, ref]) => `${ref}`);
    expect(names.length).toBeGreaterThan(20);
    for (const name of new Set(names)) {
      expect(Object.keys(whole.components.schemas).map((key) => `#/components/schemas/${key}`)).toContain(name);
    }
  });

  it.each([
    ['/load', Load],
    ['/ledger', LedgerPage],
    ['/transactions', TransactionsPage],
    ['/operators', OperatorsView],
    ['/changes', ChangesView],
    ['/clock', ClockView],
  ])('describes what GET %s answers, field by field', async (path, schema) => {
    const world = createEscottWorld({ background: [{ id: 'shop', ratePerSecond: 1 }] });
    await world.post(OAUT, newPayment('1Auth', 'a'));
    await world.control('PUT', '/capacity', { workers: 3 });
    const { json } = await world.control('GET', path);
    expect(schema.parse(json)).toEqual(json);
  });

  it('answers no control call in the name of the acquirer', async () => {
    const { app } = createEscottWorld().acquirer;
    for (const path of ['/load', '/nothing', '/ledger?limit=0']) {
      const { headers } = await app.request(`/sim/v1${path}`);
      expect([headers.get('breakwater-simulator'), headers.get('breakwater-decided-by')]).toEqual(['control', null]);
    }
  });

  it('is fed by the same schema as the file for editors', async () => {
    const { json } = await createEscottWorld().control('GET', '/config.schema.json');
    const file = readFileSync(new URL('../../../acquirer-sim/config.schema.json', import.meta.url), 'utf8');
    // Stale? PATH=node_modules/.bin:$PATH node acquirer-sim/main.ts --schema > acquirer-sim/config.schema.json
    expect(JSON.parse(file)).toEqual(json);
  });
});
