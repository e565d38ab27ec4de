/**
 * The field types of PAY.JP's forms, as zod schemas.
 *
 * The message of every check *is* our error code, so that one mapping (`firstFault`) turns any
 * invalid form into PAY.JP's error object with code and param. Values arrive as strings; an empty
 * value means "unset" and Node's SDK sends the word `null` (reference/payjp-api.md section 1).
 */
import { z } from 'zod';
import type { GatewayError, RequestFault } from '../errors.ts';
import { type Result, refuse, succeed } from '../errors.ts';
import type { Form } from './body.ts';
import { metadataKeysMax } from './metadata.ts';

const blank = (value: unknown): unknown => (value === '' || value === 'null' ? undefined : value);

const coded = (code: RequestFault) => ({ error: code });

/** Optional, and absent when empty. */
export const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(blank, schema.optional());

/** Whole yen within the given bounds (payjp-api section 3.1). */
export const yen = (min: number, max: number, code: RequestFault = 'invalid_amount') =>
  z
    .string(coded(code))
    .regex(/^(0|[1-9][0-9]{0,9})$/, coded(code))
    .transform(Number)
    .pipe(z.int(coded(code)).min(min, coded(code)).max(max, coded(code)));

/** `true`/`false` in any case: Python's SDK sends `True` (payjp-api section 1). */
export const bool = z
  .string(coded('invalid_boolean'))
  .toLowerCase()
  .regex(/^(true|false)$/, coded('invalid_boolean'))
  .transform((text) => text === 'true')
  .meta({ wire: 'boolean' });

export const whole = (min: number, max: number, code: RequestFault) =>
  z
    .string(coded(code))
    .regex(/^[0-9]{1,9}$/, coded(code))
    .transform(Number)
    .pipe(z.int(coded(code)).min(min, coded(code)).max(max, coded(code)));

export const text = (max: number, code: RequestFault = 'invalid_string_length') =>
  z.string(coded(code)).max(max, coded(code));

/** Unix seconds, as a whole number. */
export const timestamp = (code: RequestFault = 'invalid_timestamp') =>
  z
    .string(coded(code))
    .regex(/^[0-9]{1,11}$/, coded(code))
    .transform(Number)
    .meta({ wire: 'unix-seconds' });

/** A caller may choose the ids of its customers and plans (payjp-api section 2). */
export const flexibleId = optional(
  z.string(coded('invalid_flexible_id')).regex(/^[A-Za-z0-9_-]{1,100}$/, coded('invalid_flexible_id')),
);

export const currency = z.literal('jpy', coded('invalid_currency'));

/** Up to 20 keys of 40 characters, values of 500 (payjp-api section 1.2). Empty values mean "remove". */
export const metadata = z.preprocess(
  blank,
  z
    .record(
      z.string().min(1, coded('invalid_metadata_key')).max(40, coded('invalid_metadata_key')),
      z
        .string(coded('invalid_metadata_value'))
        .max(500, coded('invalid_metadata_value'))
        .transform((value) => (value === 'null' ? '' : value)),
      coded('invalid_metadata_value'),
    )
    .refine((keys) => Object.keys(keys).length <= metadataKeysMax, coded('too_many_metadata_keys'))
    .optional(),
);

/** `card[number]`-style name of a path. */
const bracketed = (path: readonly PropertyKey[]): string =>
  path.map((part, index) => (index === 0 ? String(part) : `[${String(part)}]`)).join('');

/** Checks a form; the first fault becomes the refusal. */
export const checkForm = <Schema extends z.ZodType>(schema: Schema, form: Form): Result<z.output<Schema>> => {
  const parsed = schema.safeParse(form);
  return parsed.success ? succeed(parsed.data) : refuse(firstFault(parsed.error, form));
};

const firstFault = (error: z.ZodError, form: Form): GatewayError => {
  const issue = error.issues[0]!;
  if (issue.code === 'unrecognized_keys')
    return { kind: 'request', code: 'invalid_param_key', param: bracketed([...issue.path, issue.keys[0]!]) };
  const param = bracketed(issue.path);
  // A key of a record has no value of its own to be missing.
  if (issue.code === 'invalid_key')
    return { kind: 'request', code: (issue.issues[0]?.message ?? 'invalid_param_key') as RequestFault, param };
  if (missing(form, issue.path)) return { kind: 'request', code: 'missing_param', param };
  // A check that names no code is one about the shape of the whole: text where fields belong.
  const code = /^[a-z_]+$/.test(issue.message) ? (issue.message as RequestFault) : 'invalid_querystring';
  return { kind: 'request', code, param };
};

const missing = (form: Form, path: readonly PropertyKey[]): boolean => {
  let value: unknown = form;
  for (const part of path) {
    if (value === null || typeof value !== 'object') return true;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value === undefined || value === '';
};
