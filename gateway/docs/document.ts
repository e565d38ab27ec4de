/** The OpenAPI 3.1 document, put together from the operations, their schemas and the objects. */
import { deciders } from '../errors.ts';
import { objects } from './objects.ts';
import { type Operation, tags } from './operation.ts';
import { operations } from './operations.ts';
import { formSchema, type JsonSchema, jsonSchema, objectSchemas } from './wire-schema.ts';

type Part = Readonly<Record<string, unknown>>;

const ref = (place: string, name: string): Part => ({ $ref: `#/components/${place}/${name}` });

const securitySchemes: Part = {
  secretKey: { type: 'http', scheme: 'basic', description: 'The secret key (`sk_…`) as user name; no password.' },
  publicKey: { type: 'http', scheme: 'basic', description: 'The public key (`pk_…`) as user name; any password.' },
  adminToken: { type: 'http', scheme: 'bearer', description: '`ADMIN_TOKEN` of the gateway.' },
  upstreamToken: { type: 'http', scheme: 'bearer', description: '`UPSTREAM_TOKEN` of the gateway.' },
  metricsToken: { type: 'http', scheme: 'bearer', description: '`METRICS_TOKEN` of the gateway, or its admin token.' },
};

const headers = {
  'Breakwater-Decided-By': {
    description: 'Who decided this answer.',
    schema: { type: 'string', enum: deciders },
  },
  'Breakwater-Request-Id': {
    description: 'Names this request, here and in the log.',
    schema: { type: 'string', pattern: '^req_[0-9a-f]{28}$' },
  },
  'Breakwater-Acquirer': { description: 'The acquirer that was asked, if one was.', schema: { type: 'string' } },
  'Breakwater-Outcome': {
    description: '`unknown`: nobody knows yet what became of it. `deferred`: accepted, and finished later.',
    schema: { type: 'string', enum: ['unknown', 'deferred'] },
  },
  'Retry-After': { description: 'Seconds until a repetition may be let through.', schema: { type: 'integer' } },
} as const;

const headersOf = (...names: readonly (keyof typeof headers)[]): Part =>
  Object.fromEntries(names.map((name) => [name, ref('headers', name)]));
const onEvery = ['Breakwater-Decided-By', 'Breakwater-Request-Id'] as const;

const failure = (description: string, ...more: readonly (keyof typeof headers)[]): Part => ({
  description,
  headers: headersOf(...onEvery, ...more),
  content: { 'application/json': { schema: ref('schemas', 'Error') } },
});

/** Refusals by their status. Everything below 500, and 503, was decided before any side effect. */
const failures = {
  400: failure('A parameter is wrong: `error.code` and `error.param` say which.'),
  401: failure('No key, an unknown one, or a public key where a secret one is needed.'),
  402: failure('The card, or whoever issued it, says no.', 'Breakwater-Acquirer'),
  403: failure('The merchant is paused.'),
  404: failure('There is no such object, or it is not yours.'),
  409: failure('The same key, or another operation on the same object, is still in progress.'),
  422: failure('The key was used with other parameters.'),
  429: failure('Too many requests. Nothing was done; repeat it later.', 'Retry-After'),
  500: failure(
    'The acquirer was not reached, or did not say what became of it (`Breakwater-Outcome: unknown`), or a fault of ours.',
    'Breakwater-Acquirer',
    'Breakwater-Outcome',
  ),
  503: failure('No acquirer may be asked now. Nothing was sent.'),
} as const;
type FailureStatus = keyof typeof failures;

const failuresOf = ({ path, security, replays, upstream, form, json }: Operation): readonly FailureStatus[] => {
  if (security === 'none') return path === '/statements' ? [404] : path === '/readyz' ? [503] : [];
  if (security === 'metricsToken') return [401];
  if (!path.startsWith('/v1/'))
    return [
      ...(json === undefined && form === undefined ? [] : ([400] as const)),
      401,
      ...(path.includes('{') ? ([404] as const) : []),
    ];
  const statuses: FailureStatus[] = [400, 401, 403, 429, 500];
  if (path.includes('{') || form !== undefined) statuses.push(404);
  if (upstream === true || path === '/v1/tokens') statuses.push(402, 503);
  if (
    replays === true ||
    upstream === true ||
    path.startsWith('/v1/subscriptions') ||
    path.startsWith('/v1/customers/')
  )
    statuses.push(409);
  if (replays === true) statuses.push(422);
  return statuses.toSorted((one, other) => one - other);
};

const pathParameters = (path: string): readonly Part[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

const propertiesOf = (schema: JsonSchema): readonly (readonly [string, JsonSchema])[] =>
  Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
const isObject = (schema: JsonSchema): boolean => schema.type === 'object';

const queryParameters = (schema: JsonSchema): readonly Part[] => {
  const required = new Set((schema.required ?? []) as string[]);
  return propertiesOf(schema).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.has(name),
    schema: property,
    ...(isObject(property) ? { style: 'deepObject', explode: true } : {}),
  }));
};

/** Objects travel in brackets: `card[number]=…&metadata[key]=…`. */
const formBody = (schema: JsonSchema): Part => {
  const bracketed = propertiesOf(schema).filter(([, property]) => isObject(property));
  return {
    required: ((schema.required ?? []) as string[]).length > 0,
    content: {
      'application/x-www-form-urlencoded': {
        schema,
        ...(bracketed.length === 0
          ? {}
          : {
              encoding: Object.fromEntries(bracketed.map(([name]) => [name, { style: 'deepObject', explode: true }])),
            }),
      },
    },
  };
};

const success = ({ answers, upstream, status = 200 }: Operation): Part => {
  if (answers === null) return {};
  const named = headersOf(
    ...onEvery,
    ...(upstream === true ? (['Breakwater-Acquirer', 'Breakwater-Outcome'] as const) : []),
  );
  const content =
    typeof answers === 'string'
      ? { 'application/json': { schema: ref('schemas', answers) } }
      : { [answers.type]: { schema: { type: answers.type === 'application/json' ? 'object' : 'string' } } };
  const description = typeof answers === 'string' ? `${answers}.` : answers.description;
  return { [status]: { description, headers: named, content } };
};

const operationOf = (operation: Operation): Part => {
  const { method, path, tag, summary, description, security, form, json } = operation;
  const schema = form === undefined ? null : formSchema(form);
  const parameters = [
    ...pathParameters(path),
    ...(schema !== null && method !== 'post' ? queryParameters(schema) : []),
    ...(operation.query === undefined ? [] : queryParameters(formSchema(operation.query))),
    ...(method === 'post' && path.startsWith('/v1/')
      ? [ref('parameters', operation.replays ? 'IdempotencyKey' : 'NamingKey')]
      : []),
    ...(path === '/v1/tokens' ? [ref('parameters', 'DirectToken')] : []),
  ];
  const readiness = {
    description: 'Not ready; `checks` says why.',
    content: { 'application/json': { schema: ref('schemas', 'Readiness') } },
  };
  return {
    operationId: `${method}${path.replace(/[^A-Za-z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security:
      security === 'none'
        ? []
        : security === 'publicKey'
          ? [{ publicKey: [] }, { secretKey: [] }]
          : [{ [security]: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(method === 'post' && schema !== null ? { requestBody: formBody(schema) } : {}),
    ...(json === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(json) } } } }),
    responses: {
      ...success(operation),
      ...Object.fromEntries(
        failuresOf(operation).map((status) => [
          status,
          path === '/readyz' ? readiness : ref('responses', `E${status}`),
        ]),
      ),
    },
  };
};

const description = `A payment gateway that speaks PAY.JP v1 to merchants. Amounts are whole yen, times are Unix seconds, bodies are forms with brackets, answers are JSON.

The key decides the mode: \`sk_test_…\` and \`sk_live_…\` see nothing of each other.

A body may have 64 KiB, 200 parameters and brackets three deep; headers together 16 KiB. Every refusal has the same shape and, but for what an acquirer or issuer says, happens before anything is done.`;

/** The document as an object of JSON. */
export const openApiDocument = (): Part => {
  const paths: Record<string, Record<string, Part>> = {};
  for (const operation of operations) {
    paths[operation.path] ??= {};
    paths[operation.path]![operation.method] = operationOf(operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Breakwater gateway', version: 'v1', description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, what]) => ({ name, description: what })),
    paths,
    components: {
      schemas: objectSchemas(objects),
      headers,
      responses: Object.fromEntries(Object.entries(failures).map(([status, response]) => [`E${status}`, response])),
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          description:
            'Repetitions with the same key and the same body get the first answer and do nothing; with another body 422, while the first is under way 409.',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
        },
        NamingKey: {
          name: 'Idempotency-Key',
          in: 'header',
          description: 'Accepted; this call keeps no answers by it.',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
        },
        DirectToken: {
          name: 'X-Payjp-Direct-Token-Generate',
          in: 'header',
          description: 'Says that a secret key means to send a card number. Needed where the gateway was set up so.',
          schema: { type: 'string', enum: ['true'] },
        },
      },
      securitySchemes,
    },
  };
};
