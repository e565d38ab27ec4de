/**
 * Which names of a file reach the world: identifiers that no enclosing function or the file itself
 * declares. Types are left out, they are gone when the file runs.
 */
import { child, children, childrenOf, type Node } from './source.ts';

/** Names that a pattern binds: `a`, `{ a, b: c = 1 }`, `[a, ...b]`. */
const boundBy = (pattern: Node | undefined): string[] => {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name as string];
    case 'ObjectPattern':
      return children(pattern, 'properties').flatMap((property) =>
        boundBy(property.type === 'RestElement' ? property : child(property, 'value')),
      );
    case 'ArrayPattern':
      return children(pattern, 'elements').flatMap(boundBy);
    case 'AssignmentPattern':
      return boundBy(child(pattern, 'left'));
    case 'RestElement':
      return boundBy(child(pattern, 'argument'));
    default:
      return [];
  }
};

const isFunction = (node: Node): boolean =>
  node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';

/** TypeScript nodes that wrap a value; every other `TS…` node is a type. */
const valueWrappers = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
]);
const isType = (node: Node): boolean => node.type.startsWith('TS') && !valueWrappers.has(node.type);

/**
 * Names declared in a function or file, blocks included, functions inside it not. A name declared
 * in one block thus hides the world's in the whole function: simpler, and nobody writes both.
 */
const declaredIn = (scope: Node): Set<string> => {
  const names = new Set<string>();
  const add = (pattern: Node | undefined): void => boundBy(pattern).forEach((name) => void names.add(name));
  const visit = (node: Node): void => {
    if (isType(node)) return;
    if (node.type === 'VariableDeclarator') add(child(node, 'id'));
    if (node.type === 'CatchClause') add(child(node, 'param'));
    if (node.type.startsWith('Import') && node.type.endsWith('Specifier')) add(child(node, 'local'));
    if (node.type === 'ClassDeclaration' || node.type === 'FunctionDeclaration') add(child(node, 'id'));
    if (isFunction(node)) return;
    childrenOf(node).forEach(visit);
  };
  if (isFunction(scope)) {
    add(child(scope, 'id'));
    children(scope, 'params').forEach(add);
  }
  childrenOf(scope).forEach(visit);
  return names;
};

/** Whether a child is only a name there (a key, a member's name) and no reference. */
const isPlainKey = (parent: Node, node: Node): boolean =>
  // Whole clauses name things of another file; what `export { a }` gives away is a reference.
  parent.type === 'ImportDeclaration' ||
  (parent.type === 'ExportNamedDeclaration' && child(parent, 'source') !== undefined) ||
  (parent.type === 'ExportSpecifier' && parent.exported === node) ||
  (parent.computed !== true &&
    ((parent.type === 'MemberExpression' && parent.property === node) ||
      (['Property', 'PropertyDefinition', 'MethodDefinition', 'AccessorProperty'].includes(parent.type) &&
        parent.key === node)));

/** Calls `visit` on every node that runs, with a test of whether a name there is the world's. */
export const walkValues = (program: Node, visit: (node: Node, isFree: (name: string) => boolean) => void): void => {
  const step = (node: Node, scopes: readonly Set<string>[]): void => {
    if (isType(node)) return;
    const inner = isFunction(node) ? [...scopes, declaredIn(node)] : scopes;
    visit(node, (name) => !inner.some((scope) => scope.has(name)));
    for (const next of childrenOf(node)) if (!isPlainKey(node, next)) step(next, inner);
  };
  step(program, [declaredIn(program)]);
};
