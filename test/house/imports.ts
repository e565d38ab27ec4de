/** What a file imports, in every way a file can. */
import { child, type Node, parse, type SourceFile, walk } from './source.ts';

export interface Import {
  readonly line: number;
  /** As written; null when it is computed and cannot be known. */
  readonly specifier: string | null;
  /** Gone after type stripping: `import type`, `export type … from`, `import('…').T` in a type. */
  readonly typeOnly: boolean;
}

const literal = (node: Node | undefined): string | null => {
  if (node?.type === 'TSLiteralType') return literal(child(node, 'literal'));
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : null;
};

/**
 * `import { type A } from 'x'` is not type-only: with `verbatimModuleSyntax` it still loads `x`.
 */
export const importsOf = (file: SourceFile): Import[] => {
  const found: Import[] = [];
  const { program, lineOf } = parse(file);
  const add = (node: Node, specifier: string | null, typeOnly: boolean): void => {
    found.push({ line: lineOf(node), specifier, typeOnly });
  };
  walk(program, (node) => {
    const source = child(node, 'source');
    switch (node.type) {
      case 'ImportDeclaration':
        return add(node, literal(source), node.importKind === 'type');
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        return source === undefined ? undefined : add(node, literal(source), node.exportKind === 'type');
      case 'ImportExpression':
        return add(node, literal(source), false);
      case 'TSImportType':
        return add(node, literal(source ?? child(node, 'argument')), true);
      case 'CallExpression': {
        const callee = child(node, 'callee');
        const isRequire = callee?.type === 'Identifier' && callee.name === 'require';
        return isRequire ? add(node, literal((node.arguments as Node[])[0]), false) : undefined;
      }
      default:
        return undefined;
    }
  });
  return found;
};
