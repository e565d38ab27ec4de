/**
 * The scenario schema as JSON Schema (draft 2020-12), for editors: completion, and a red line under
 * a wrong key. It describes what a person writes, so keys with a default are optional in it.
 * What one part says about another is beyond it: `breakwater check` is the judge.
 */
import { z } from 'zod';
import { Scenario } from './scenario.ts';

export const publishedSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(Scenario, { io: 'input' }),
  title: 'Breakwater scenario',
});
