/**
 * Source files as the house rules see them: parsed, so that a comment or a string is never taken
 * for code and a local called `fetch` is never taken for the world's.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';

/** The repository's root, with a slash at the end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** From the repository's root, with forward slashes: `gateway/charges/routes.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Every program file below the folders (from the root), in order of path. */
export const readSources = (...folders: readonly string[]): SourceFile[] =>
  folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .filter((path) => /\.[cm]?[jt]s$/.test(path) && !path.includes('/node_modules/'))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** A node of an ESTree with TypeScript's additions; the few fields the rules read are looked up by name. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** A field of a node that holds one node, or undefined. */
export const child = (node: Node, field: string): Node | undefined => {
  const value = node[field];
  return isNode(value) ? value : undefined;
};

/** The nodes of a field that holds many; holes and nulls are left out. */
export const children = (node: Node, field: string): Node[] => {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
};

export interface Parsed {
  readonly program: Node;
  lineOf(node: Node): number;
}

export const parse = (file: SourceFile): Parsed => {
  const program = parseAst(file.text, { lang: file.path.endsWith('ts') ? 'ts' : 'js' }) as unknown as Node;
  return { program, lineOf: (node) => file.text.slice(0, node.start).split('\n').length };
};

/** Direct children of a node, in the order the parser lists them. */
export const childrenOf = (node: Node): Node[] =>
  Object.values(node).flatMap((value) => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []));

/** Calls `visit` on the node and all below it. */
export const walk = (node: Node, visit: (node: Node) => void): void => {
  visit(node);
  for (const next of childrenOf(node)) walk(next, visit);
};
