/** For editors: what a configuration file may hold, from the schema that checks it. */
import { z } from 'zod';
import { AcquirerConfig } from './config.ts';

/** JSON Schema 2020-12 of the file. `config.schema.json` beside this is the same, and a test holds them equal. */
export const configSchema = (): Record<string, unknown> => ({
  title: 'Breakwater acquirer simulator: configuration',
  ...z.toJSONSchema(AcquirerConfig, { io: 'input', unrepresentable: 'any', reused: 'ref' }),
});
