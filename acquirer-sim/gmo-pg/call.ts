/** What a call of the dialect is, for the rooms that carry calls out. */
import type { Fields } from './fields.ts';
import type { Passed } from './service.ts';

/**
 * What a call makes of its fields: what the acquirer said, or the faults found before it was asked.
 * `origin`: of the address by which this acquirer was reached.
 */
export type Call = (fields: Fields, origin: () => string) => Passed | { readonly faults: readonly string[] };

/** By the name in the path. */
export type Calls = Readonly<Record<string, Call>>;
