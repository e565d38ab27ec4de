/** OpenAPI 3.1 of the control API, from the same table and the same schemas as the routes. */
import { z } from 'zod';
import type { Operation } from './operation.ts';

type Json = Record<string, unknown>;

/** JSON Schema 2020-12, as OpenAPI 3.1 has it. `input`: what a caller may leave out is not required. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

const parametersOf = (schema: z.ZodObject | undefined, where: 'path' | 'query'): Json[] => {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
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

const operationDocument = (one: Operation): Json => {
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
  for (const one of operations) {
    const path = `${base}${one.path}`;
    paths[path] = { ...paths[path], [one.method]: operationDocument(one) };
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
