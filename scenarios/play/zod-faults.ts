/** From zod's issues to faults that a person who knows no zod can act on. */
import type { z } from 'zod';
import type { DataFault, Path } from './faults.ts';

type Issue = z.core.$ZodIssue;

const stepsOf = (path: readonly PropertyKey[]): Path =>
  path.map((step) => (typeof step === 'number' ? step : String(step)));

const typeNames: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
};

const nameOfValue = (value: unknown): string => {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return JSON.stringify(value) ?? `a ${typeof value}`;
};

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, step)
        ? (inner as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );

const reasonOf = (issue: Issue, value: unknown): string => {
  if (issue.code === 'invalid_type')
    return value === undefined
      ? 'is missing'
      : `must be ${typeNames[issue.expected] ?? issue.expected}, not ${nameOfValue(value)}`;
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map((one) => JSON.stringify(one)).join(', ');
    return value === undefined
      ? `is missing; one of ${allowed}`
      : `must be one of ${allowed}, not ${nameOfValue(value)}`;
  }
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
};

/** The arm of a union that the value came closest to: the one whose first fault lies deepest. */
const closest = (arms: readonly (readonly Issue[])[]): readonly Issue[] =>
  arms.reduce((best, arm) => {
    const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map((issue) => issue.path.length));
    return best.length === 0 || depth(arm) > depth(best) ? arm : best;
  }, []);

/**
 * Faults of `value` (what was given to the schema) in the order of the issues. An unknown key is
 * one fault each, and points at the key.
 */
export const faultsOfIssues = (issues: readonly Issue[], value: unknown, base: Path = []): readonly DataFault[] =>
  issues.flatMap((issue): readonly DataFault[] => {
    const path = [...base, ...stepsOf(issue.path)];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key], key, reason: 'unknown key' }));
    if (issue.code === 'invalid_key')
      return [{ path, key: String(path.at(-1)), reason: `key ${issue.issues[0]?.message ?? issue.message}` }];
    if (issue.code === 'invalid_union') {
      const found = at(value, path);
      if ('discriminator' in issue && issue.discriminator !== undefined) {
        const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.join(', ') : '';
        return [
          {
            path,
            reason:
              found === undefined
                ? `is missing; one of ${options}`
                : `must be one of ${options}, not ${nameOfValue(found)}`,
          },
        ];
      }
      return faultsOfIssues(closest(issue.errors), value, path);
    }
    return [{ path, reason: reasonOf(issue, at(value, path)) }];
  });
