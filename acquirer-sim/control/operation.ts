/**
 * One call of the control API: its shapes and what it does, in one place, from which the route and
 * the OpenAPI document are both made.
 */
import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import { firstIssue } from './schema.ts';

export interface Fault {
  /** Where in the call it is: a field of the body, a query, a part of the path. Empty = the whole. */
  readonly path: string;
  readonly reason: string;
}

/** A call that cannot be carried out. Nothing was changed. */
export class Refusal {
  readonly status: 400 | 404 | 409;
  readonly fault: Fault;
  constructor(status: 400 | 404 | 409, path: string, reason: string) {
    this.status = status;
    this.fault = { path, reason };
  }
}

type Schema = z.ZodType;
type Parsed<S> = S extends Schema ? z.infer<S> : undefined;

export interface Operation {
  readonly id: string;
  readonly method: 'get' | 'put' | 'post' | 'delete';
  /** As OpenAPI writes it: `/caps/{tenant}`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodObject | undefined;
  readonly query?: z.ZodObject | undefined;
  readonly body?: Schema | undefined;
  /** Longest body, characters. */
  readonly bodyMax?: number | undefined;
  /** Whether it changes something: such calls are listed by `GET /changes`. */
  readonly changes?: boolean | undefined;
  readonly answer: Schema;
  /** Of the answer, when it is not 200. */
  readonly status?: 201 | undefined;
  /** Statuses other than 200 and 400 it may answer. */
  readonly refusals?: readonly (404 | 409)[] | undefined;
  handle(call: { params: unknown; query: unknown; body: unknown }): unknown;
}

interface Typed<P, Q, B, A extends Schema> extends Omit<Operation, 'params' | 'query' | 'body' | 'answer' | 'handle'> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: A;
  handle(call: {
    params: Parsed<P>;
    query: Parsed<Q>;
    body: Parsed<B>;
  }): z.input<A> | Refusal | Promise<z.input<A> | Refusal>;
}

/** Ties the types of the handler to the schemas. */
export const operation = <
  A extends Schema,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends Schema | undefined = undefined,
>(
  described: Typed<P, Q, B, A>,
): Operation => described as unknown as Operation;

/** Says that the simulator answered, not the acquirer it plays. */
export const SIMULATOR = 'breakwater-simulator';
const headers = { [SIMULATOR]: 'control' };

const BODY_MAX = 1_048_576;

type Checked = { readonly value: unknown } | { readonly fault: Fault };

const check = (schema: Schema, input: unknown, prefix = ''): Checked => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { value: parsed.data };
  const { path, reason } = firstIssue(parsed.error);
  return { fault: { path: path === '' ? prefix : path, reason } };
};

const readBody = async (c: Context, schema: Schema, max: number): Promise<Checked | 'too large'> => {
  const text = await c.req.text();
  if (text.length > max) return 'too large';
  let input: unknown;
  try {
    input = text === '' ? {} : JSON.parse(text);
  } catch {
    return { fault: { path: '', reason: 'the body is not JSON' } };
  }
  return check(schema, input);
};

/**
 * Puts operations on their routes. Everything is checked before `handle` runs, and a handler changes
 * things only after its last `await`, so two calls never interleave.
 */
export const mount = (
  app: Hono,
  operations: readonly Operation[],
  changed: (c: Context, body: unknown) => void,
): void => {
  const refuse = (c: Context, fault: Fault, status: 400 | 404 | 409 | 413 = 400) =>
    c.json({ error: fault }, status, headers);

  for (const one of operations) {
    app.on(one.method.toUpperCase(), one.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
      const params: Checked = one.params === undefined ? { value: undefined } : check(one.params, c.req.param());
      if ('fault' in params) return refuse(c, params.fault);
      const query: Checked = one.query === undefined ? { value: undefined } : check(one.query, c.req.query());
      if ('fault' in query) return refuse(c, query.fault);
      const max = one.bodyMax ?? BODY_MAX;
      const body = one.body === undefined ? { value: undefined } : await readBody(c, one.body, max);
      if (body === 'too large') {
        return refuse(c, { path: '', reason: `the body has more than ${max} characters` }, 413);
      }
      if ('fault' in body) return refuse(c, body.fault);
      const outcome = await one.handle({ params: params.value, query: query.value, body: body.value });
      if (outcome instanceof Refusal) return refuse(c, outcome.fault, outcome.status);
      if (one.changes) changed(c, body.value ?? null);
      return c.json(outcome as object, 200, headers);
    });
  }
};
