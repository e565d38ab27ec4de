/**
 * JSON as the messages between servers want it read: one object, each name once (Erro 204). What
 * `JSON.parse` takes silently is the second of two values, and the two ends may differ in which.
 */

export type ReadJson =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly duplicates: readonly string[] };

/** Names that an object has twice, anywhere in a text that is known to be JSON. Names of inner ones are `outer.inner`. */
const duplicatesIn = (text: string): string[] => {
  const found: string[] = [];
  /** One a container: the names seen, or null for a list. */
  const open: { readonly names: Set<string> | null; readonly path: string }[] = [];
  let expectName = false;
  let name = '';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') {
      const from = at;
      for (at += 1; text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
      const top = open.at(-1);
      if (!expectName || top === undefined || top.names === null) continue;
      name = JSON.parse(text.slice(from, at + 1)) as string;
      if (top.names.has(name)) found.push(`${top.path}${name}`);
      top.names.add(name);
      expectName = false;
    } else if (sign === '{' || sign === '[') {
      const outer = open.at(-1);
      const path = outer === undefined ? '' : outer.names === null ? outer.path : `${outer.path}${name}.`;
      open.push({ names: sign === '{' ? new Set() : null, path });
      expectName = sign === '{';
    } else if (sign === '}' || sign === ']') open.pop();
    else if (sign === ',') expectName = open.at(-1)?.names !== null;
  }
  return found;
};

/** Null: no JSON object at all. */
export const readJsonObject = (text: string): ReadJson | null => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const duplicates = duplicatesIn(text);
  return duplicates.length === 0
    ? { ok: true, value: value as Readonly<Record<string, unknown>> }
    : { ok: false, duplicates };
};
