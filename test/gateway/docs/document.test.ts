/** The document of the API: valid, complete, and true of what is answered. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../gateway/docs/document.ts';
import { operations } from '../../../gateway/docs/operations.ts';
import { cardFaults, otherCodes, requestFaults } from '../../../gateway/errors.ts';
import { openHouse } from '../../corpora/house.ts';
import { readSources } from '../../house/source.ts';
import type { Json } from '../world.ts';

const document = openApiDocument() as Json;

/** `/v1/charges/:id` and `/v1/tenants/*` as the document writes them. */
const documented = (path: string): string => path.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');

describe('the document', () => {
  it('is OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  it('has every route of the app, and the app every route of the document', async () => {
    const { routes } = await openHouse();
    const served = routes
      .filter(({ method }) => method !== 'ALL' && method !== 'OPTIONS')
      // Pages for people are no calls.
      .filter(({ path }) => !path.startsWith('/console'))
      .map(({ method, path }) => `${method.toLowerCase()} ${documented(path)}`);
    const described = operations.map(({ method, path }) => `${method} ${path}`);
    expect(described.toSorted()).toEqual([...new Set(served)].toSorted());
    expect(new Set(described).size).toBe(described.length);
  });

  it('refers to nothing that it does not have', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, pointer]) => pointer!);
    expect(refs.length).toBeGreaterThan(100);
    for (const pointer of new Set(refs)) {
      const found = pointer
        .split('/')
        .slice(1)
        .reduce((at: Json, part) => at?.[part], document);
      expect(found, pointer).toBeDefined();
    }
  });

  it('names every operation once, and every one has a summary and answers', () => {
    const ids = operations.map(({ method, path }) => document.paths[path][method].operationId as string);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { method, path } of operations) {
      const { summary, responses } = document.paths[path][method];
      expect(summary, path).toMatch(/\S/);
      expect(Object.keys(responses).length, `${method} ${path}`).toBeGreaterThan(0);
    }
  });

  it('lists every code that a refusal can have', () => {
    const [source] = readSources('gateway').filter(({ path }) => path === 'gateway/errors.ts');
    const rendering = source!.text.slice(source!.text.indexOf('export const renderError'));
    const told = [...rendering.matchAll(/code: '([a-z_]+)'/g)].map(([, code]) => code!);
    expect(told.length).toBeGreaterThan(8);
    const listed = document.components.schemas.Error.properties.error.properties.code.enum as string[];
    expect(listed).toEqual([...requestFaults, ...cardFaults, ...otherCodes]);
    for (const code of told) expect(listed).toContain(code);
  });

  it('shows fields by their meaning: numbers, booleans, brackets', () => {
    const body = document.paths['/v1/charges'].post.requestBody.content['application/x-www-form-urlencoded'];
    expect(body.schema.properties).toMatchObject({
      amount: { type: 'integer', minimum: 50, maximum: 9_999_999 },
      currency: { const: 'jpy' },
      capture: { type: 'boolean' },
      expiry_days: { type: 'integer', minimum: 1, maximum: 60 },
      metadata: { type: 'object', additionalProperties: { type: 'string', maxLength: 500 } },
    });
    expect(body.schema.required).toEqual(['amount', 'currency']);
    expect(body.encoding).toEqual({ metadata: { style: 'deepObject', explode: true } });
    const token = document.paths['/v1/tokens'].post.requestBody.content['application/x-www-form-urlencoded'];
    expect(token.schema.properties.card.required).toEqual(['number', 'exp_month', 'exp_year']);
    expect(token.encoding.card.style).toBe('deepObject');
    const since = document.paths['/v1/charges'].get.parameters.find((parameter: Json) => parameter.name === 'since');
    expect(since).toEqual({
      name: 'since',
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 0, maximum: 99_999_999_999 },
    });
  });

  it('says where keys of idempotency keep answers, and how each call is opened', () => {
    const charges = document.paths['/v1/charges'];
    expect(charges.post.parameters).toEqual([{ $ref: '#/components/parameters/IdempotencyKey' }]);
    expect(charges.post.security).toEqual([{ secretKey: [] }]);
    expect(document.paths['/v1/tokens'].post.security).toEqual([{ publicKey: [] }, { secretKey: [] }]);
    expect(document.paths['/admin/v1/merchants'].post.security).toEqual([{ adminToken: [] }]);
    expect(document.paths['/healthz'].get.security).toEqual([]);
  });
});
