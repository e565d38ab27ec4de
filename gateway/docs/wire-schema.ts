/**
 * From zod to the JSON Schema of a document.
 *
 * On the wire every value of a form is text, and the schemas say how that text is read. A reader of
 * the document wants the meaning instead: a whole number from 50, not a pattern of digits.
 */
import { z } from 'zod';

export type JsonSchema = { readonly [name: string]: unknown };

/** `meta({ wire })` of fields whose text becomes something that JSON Schema cannot see (`http/fields.ts`). */
const wireTypes: Readonly<Record<string, JsonSchema>> = {
  boolean: { type: 'boolean' },
  'unix-seconds': { type: 'integer', minimum: 0, maximum: 99_999_999_999 },
};

const replaceBy = (target: Record<string, unknown>, schema: JsonSchema): void => {
  for (const name of Object.keys(target)) delete target[name];
  Object.assign(target, schema);
};

/** What a form or query may say. Fields that turn text into a number are shown as that number. */
export const formSchema = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const json = jsonSchema as Record<string, unknown>;
      const wire = typeof json.wire === 'string' ? wireTypes[json.wire] : undefined;
      if (wire !== undefined) return replaceBy(json, wire);
      const { def } = zodSchema._zod;
      if (def.type !== 'pipe' || def.out._zod.def.type !== 'number') return;
      const { $schema: _, ...number } = z.toJSONSchema(def.out);
      replaceBy(json, number);
    },
  });
  return json;
};

/** What a body of JSON may say. */
export const jsonSchema = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input' });
  return json;
};

/**
 * Named objects that answers are made of, referring to each other. Answers may gain fields, so none
 * is closed here, though the tests read them closed.
 */
export const objectSchemas = (objects: Readonly<Record<string, z.ZodType>>): Record<string, JsonSchema> => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(objects)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    override({ jsonSchema: json }) {
      if (json.additionalProperties === false) delete json.additionalProperties;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema as JsonSchema]),
  );
};
