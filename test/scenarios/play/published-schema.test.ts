import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { publishedSchema } from '../../../scenarios/play/published-schema.ts';

/** Follows references of the document itself. */
const at = (schema: Record<string, unknown>, ...steps: readonly string[]): Record<string, unknown> =>
  steps.reduce<Record<string, unknown>>((inner, step) => {
    const next = inner[step] as Record<string, unknown>;
    const reference = next.$ref;
    return typeof reference === 'string' ? at(schema, ...reference.replace('#/', '').split('/')) : next;
  }, schema);

describe('the published schema', () => {
  const schema = publishedSchema();

  it('is JSON Schema of draft 2020-12 and refuses unknown keys', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
    });
  });

  it('offers every kind of event and of expectation', () => {
    const kinds = (part: string, ...inner: readonly string[]): unknown[] => {
      const union = at(schema, 'properties', part, 'items', ...inner).oneOf as Record<string, unknown>[];
      return union.map((arm) => at({ ...schema, arm }, 'arm', 'properties', 'kind').const);
    };
    const events = new URL('../../../scenarios/play/events/', import.meta.url);
    const files = readdirSync(events).filter((name) => name !== 'index.ts');
    // A kind is called as its file, with a dot where it is one of a family.
    const offered = kinds('timeline', 'properties', 'what').map((kind) => `${String(kind).replaceAll('.', '-')}.ts`);
    expect(offered.toSorted()).toEqual(files.toSorted());
    expect(kinds('expect')).toContain('success-rate');
  });

  it('says that an event has exactly one of source and assumed', () => {
    expect(at(schema, 'properties', 'timeline', 'items').oneOf).toEqual([
      { required: ['source'] },
      { required: ['assumed'] },
    ]);
  });

  it('asks a person for nothing that has a default', () => {
    expect(at(schema, 'properties', 'cast').required).toEqual(['merchants']);
  });
});
