/**
 * A configuration file, YAML or JSON, as a configuration: or every fault in it at once, each with
 * its line and column, as editors and compilers say it: `file:line:column: path: reason`.
 */
import { isAlias, isMap, isNode, isPair, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { AcquirerConfig } from './config.ts';
import { crossFaults } from './config-cross-checks.ts';

export type ConfigReading = { readonly config: AcquirerConfig } | { readonly faults: readonly string[] };

const BYTES_MAX = 1_048_576;

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

interface Found {
  readonly path: Path;
  /** Points at the key rather than at its value. */
  readonly atKey: boolean;
  readonly reason: string;
}

/** The arm of a union that the value came closest to: the one whose first fault lies deepest. */
const closest = (arms: readonly (readonly Issue[])[]): readonly Issue[] => {
  const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map(({ path }) => path.length));
  return arms.reduce((best, arm) => (best.length === 0 || depth(arm) > depth(best) ? arm : best), []);
};

const reasonOf = ({ message }: Issue): string => {
  const wanted = /^Invalid input: expected (.+), received undefined$/.exec(message)?.[1];
  if (wanted !== undefined) return `is missing: wants ${wanted}`;
  return message.charAt(0).toLowerCase() + message.slice(1);
};

/** One fault for each thing that is wrong; an unknown key is one, and so is each of several. */
const faultsIn = (issues: readonly Issue[], base: Path = []): Found[] =>
  issues.flatMap((issue): Found[] => {
    const path = [...base, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key], atKey: true, reason: 'is not a setting' }));
    }
    if (issue.code === 'invalid_union' && issue.errors.length > 0) return faultsIn(closest(issue.errors), path);
    return [{ path, atKey: false, reason: reasonOf(issue) }];
  });

/** Where a path is in the document, or the nearest thing around it that exists. */
const offsetOf = (root: Node | null, found: Found, resolve: (node: unknown) => unknown): number => {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const [index, step] of found.path.entries()) {
    node = resolve(node);
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && String(item.key) === String(step));
      if (pair === undefined) return offset;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      const isLast = index === found.path.length - 1;
      if (isLast && !found.atKey && isNode(pair.value) && !isMap(pair.value) && !isSeq(pair.value)) {
        offset = pair.value.range?.[0] ?? offset;
      }
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (!isNode(node)) return offset;
      offset = node.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
};

/** @param file how the faults name it */
export const readConfigFile = (file: string, bytes: Uint8Array): ConfigReading => {
  const whole = (reason: string): ConfigReading => ({ faults: [`${file}:1:1: ${reason}`] });
  if (bytes.byteLength > BYTES_MAX) return whole(`is larger than ${BYTES_MAX} bytes`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return whole('is not text in UTF-8');
  }

  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const say = (offset: number, reason: string): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${reason}`;
  };
  const broken = [...document.errors, ...document.warnings];
  // One mistake often trips the parser several times at one place; the first says it best.
  const first = broken.filter(({ pos }, index) => broken.findIndex((other) => other.pos[0] === pos[0]) === index);
  if (first.length > 0) return { faults: first.map(({ pos, message }) => say(pos[0], `not YAML: ${message}`)) };

  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return whole(`not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = AcquirerConfig.safeParse(withoutSchema(value));
  if (parsed.success) return { config: parsed.data };

  const resolve = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  const said = [...faultsIn(parsed.error.issues), ...crossFaultsBeside(value)]
    .map((found) => ({ found, offset: offsetOf(document.contents, found, resolve) }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ found: { path, reason }, offset }) =>
      say(offset, path.length === 0 ? reason : `${path.map(String).join('.')}: ${reason}`),
    );
  return { faults: [...new Set(said)] };
};

/** With most faults of shape nobody looks at what parts say of each other: here both, at once. */
const crossFaultsBeside = (value: unknown): Found[] =>
  crossFaults(value).map(({ path, message }) => ({ path, atKey: false, reason: message }));

/** `$schema` tells an editor what the file is; it is none of the settings. */
const withoutSchema = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { $schema: _, ...settings } = value as Record<string, unknown>;
  return settings;
};
