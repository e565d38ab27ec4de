/** OpenAPI 3.1 of the control API, from the same table and the same schemas as the routes. */
import { z } from 'zod';
import type { Operation } from './operation.ts';

type Json = Record<string, unknown>;

/** Shapes that have a name of their own stand once, under `components`. */
const hoisted = (schema: Json, shared: Record<string, unknown>): Json => {
  const { $schema: _, $defs, ...rest } = schema;
  const named = (text: unknown): Json =>
    JSON.parse(JSON.stringify(text).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
  for (const [name, shape] of Object.entries(($defs ?? {}) as Json)) shared[name] = named(shape);
  return named(rest);
};

const parametersOf = (schema: z.ZodObject | undefined, where: 'path' | 'query'): Json[] => {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...shape }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: shape,
  }));
};

const reasons = {
  400: 'Not in order; nothing was changed',
  401: 'Wants the control token as a bearer',
  404: 'There is no such thing',
  409: 'Not possible as things are; nothing was changed',
  413: 'The body is too large',
} as const;

const refusal = (status: keyof typeof reasons): Json => ({
  description: reasons[status],
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
});

const operationDocument = (one: Operation, shared: Record<string, unknown>): Json => {
  /** JSON Schema 2020-12, as OpenAPI 3.1 has it. `input`: what a caller may leave out is not required. */
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json =>
    hoisted(z.toJSONSchema(schema, { io, unrepresentable: 'any' }), shared);

  const statuses: (keyof typeof reasons)[] = [400, 401, ...(one.refusals ?? [])];
  if (one.body !== undefined) statuses.push(413);
  const parameters = [...parametersOf(one.params, 'path'), ...parametersOf(one.query, 'query')];
  return {
    operationId: one.id,
    summary: one.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(one.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(one.body, 'input') } } } }),
    responses: {
      [one.status ?? 200]: {
        description: 'Done',
        content: { 'application/json': { schema: schemaOf(one.answer, 'output') } },
      },
      ...Object.fromEntries(statuses.map((status) => [status, refusal(status)])),
    },
  };
};

/** @param base where the calls are: `/sim/v1` */
export const openApiOf = (operations: readonly Operation[], base: string): Json => {
  const paths: Record<string, Json> = {};
  const shared: Record<string, unknown> = {};
  for (const one of operations) {
    const path = `${base}${one.path}`;
    paths[path] = { ...paths[path], [one.method]: operationDocument(one, shared) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Breakwater acquirer simulator: control',
      version: '1',
      description: 'Looking into a simulated acquirer and turning its knobs. Times are milliseconds, money is yen.',
    },
    security: [{}, { controlToken: [] }],
    paths,
    components: {
      securitySchemes: { controlToken: { type: 'http', scheme: 'bearer' } },
      schemas: {
        ...shared,
        Refusal: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['path', 'reason'],
              properties: { path: { type: 'string' }, reason: { type: 'string' } },
            },
          },
        },
      },
    },
  };
};
