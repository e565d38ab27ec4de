/**
 * A YAML file as data plus places.
 *
 * YAML 1.2 only: `21:02` and `2017-07-12` stay text, as they were written. Custom tags are
 * refused rather than ignored, and an alias bomb is a fault like any other.
 */
import { isAlias, isMap, isNode, isPair, LineCounter, parseDocument, visit } from 'yaml';
import { type DataFault, type Fault, formatPath, type Path } from './faults.ts';

export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  /** Names the place of a fault: the key or value itself, or the nearest thing around it that exists. */
  place(fault: DataFault): Fault;
}

export type Reading =
  | { readonly ok: true; readonly yaml: YamlFile }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const sizeMax = 1_048_576;

/** Reads the text of a file. `file` is how faults name it. */
export const readYaml = (file: string, bytes: Uint8Array): Reading => {
  const whole = (reason: string): Reading => ({ ok: false, faults: [{ file, line: 1, column: 1, path: '', reason }] });
  if (bytes.byteLength > sizeMax) return whole(`is larger than ${sizeMax} bytes`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return whole('is not text in UTF-8');
  }

  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const locate = (offset: number, path: string, reason: string): Fault => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), path, reason };
  };

  const faults: Fault[] = [];
  const found = (offset: number, reason: string): void => {
    const fault = locate(offset, '', `not YAML: ${reason}`);
    // One mistake often trips the parser several times at the same spot; the first says it best.
    if (!faults.some(({ line, column }) => line === fault.line && column === fault.column)) faults.push(fault);
  };
  for (const { pos, message } of [...document.errors, ...document.warnings]) found(pos[0], message);
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined) found(alias.range?.[0] ?? 0, `no anchor &${alias.source}`);
    },
  });
  if (faults.length > 0) return { ok: false, faults };

  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return whole(`not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }

  const offsetOf = (path: Path, key: string | undefined): number => {
    let node: unknown = document.contents;
    let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    for (const [index, step] of path.entries()) {
      if (isAlias(node)) node = node.resolve(document);
      if (isMap(node)) {
        const pair = node.items.find((item) => isPair(item) && isNode(item.key) && String(item.key) === String(step));
        if (pair === undefined) return offset;
        const last = index === path.length - 1;
        if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
        if (last && key !== undefined) return offset;
        node = pair.value;
        if (last && isNode(node) && !isMap(node)) offset = node.range?.[0] ?? offset;
      } else if (isNode(node) && 'items' in node && Array.isArray(node.items) && typeof step === 'number') {
        node = node.items[step];
        if (isNode(node)) offset = node.range?.[0] ?? offset;
      } else return offset;
    }
    return offset;
  };

  return {
    ok: true,
    yaml: {
      file,
      value,
      place: ({ path, key, reason }) => locate(offsetOf(path, key), formatPath(path), reason),
    },
  };
};
