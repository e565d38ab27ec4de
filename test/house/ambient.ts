/**
 * Names of the real world that only a few files may use.
 *
 * A program is a function of its ports. One hidden read of the clock, one draw from `Math.random`
 * or one task that a thread pool finishes when it likes, and the same seed gives two runs.
 */
import { walkValues } from './free-names.ts';
import { child, children, type Node, parse, type SourceFile } from './source.ts';

/** What is wrong with a name, which is also what a file may be allowed. */
export type Ambient =
  /** Reads the machine's clock, or waits on it. */
  | 'time'
  /** Draws from a source that no seed fixes. */
  | 'chance'
  /** Leaves the process other than by the fetch port. */
  | 'network'
  /** Finishes on another thread, in an order that no run repeats. */
  | 'threads'
  /** Depends on the machine's language. */
  | 'locale'
  /** Hono code that does one of these inside. */
  | 'hono';

const all: readonly Ambient[] = ['time', 'chance', 'network', 'threads', 'locale', 'hono'];

/** Who may name what: the programs' live ports, and the theatre's files that run outside a virtual run. */
const allowances: readonly (readonly [file: RegExp, kinds: readonly Ambient[]])[] = [
  [/^(gateway|gateway\/status-page|acquirer-sim)\/main\.ts$/, all],
  [/^(gateway|gateway\/status-page|acquirer-sim)\/clock\.ts$/, ['time']],
  [/^(gateway|gateway\/status-page|acquirer-sim)\/random\.ts$/, ['chance']],
  [/^(gateway|gateway\/status-page|acquirer-sim)\/fetch\.ts$/, ['network', 'time']],
  // SMTP is a conversation of its own, and with patience.
  [/^gateway\/mail\.ts$/, ['network', 'time']],
  // Runs in buyers' browsers, where there are no ports.
  [/^(gateway\/browser|scenarios\/sandbox\/shop)\/client\//, ['time', 'chance', 'network']],
  // Names are asked of the machine, and with patience.
  [/^gateway\/resolve\.ts$/, ['threads', 'time']],
  [/^scenarios\/(setup|bin)\.mjs$/, all],
  [/^scenarios\/(live|score)\//, all],
  // Runs outside a virtual run: budgets of shrinking and patience with a process are on the wall.
  [/^scenarios\/(explore\/worker|prove\/players?)\.ts$/, ['time']],
  // The sandbox's clock is the wall's, and its keys are secure.
  [/^scenarios\/sandbox\/real-world\.ts$/, ['time', 'chance']],
  // Replaces these names by ones that throw while a run is on, so it must say them.
  [/^scenarios\/stage\/escape[^/]*\.ts$/, all],
  // Takes the real timers aside for the driver and its watchdog, before they are replaced.
  [/^scenarios\/stage\/real-world\.ts$/, ['time']],
  // Shows how long a run took on the wall, and writes files.
  [/^scenarios\/cli\//, ['time', 'threads']],
  // Loads real servers and times them.
  [/^scenarios\/bench-sim\//, ['time', 'threads']],
];

/** Globals and their members, by the path that reaches them. */
const globals: ReadonlyMap<string, Ambient> = new Map([
  ['Date.now', 'time'],
  ['performance', 'time'],
  ['process.hrtime', 'time'],
  ['process.uptime', 'time'],
  ['Temporal.Now', 'time'],
  ['setTimeout', 'time'],
  ['setInterval', 'time'],
  ['setImmediate', 'time'],
  ['AbortSignal.timeout', 'time'],
  ['Math.random', 'chance'],
  ['crypto', 'chance'],
  ['fetch', 'network'],
  ['Intl.Collator', 'locale'],
]);

/** Names that mean the same on whatever they are called. */
const members: ReadonlyMap<string, Ambient> = new Map([
  ['localeCompare', 'locale'],
  ['parseBody', 'hono'],
  ['getRandomValues', 'chance'],
  ['randomUUID', 'chance'],
  ['randomBytes', 'chance'],
]);

const modules: ReadonlyMap<string, Ambient> = new Map([
  ['timers', 'time'],
  ['timers/promises', 'time'],
  ['perf_hooks', 'time'],
  ['fs/promises', 'threads'],
  ['dns', 'threads'],
  ['dns/promises', 'threads'],
  ...['etag', 'jwt', 'compress', 'timeout', 'csrf', 'request-id'].map((name) => [`hono/${name}`, 'hono'] as const),
]);

/** Of these modules some names are welcome; the function judges one of them. */
const partly: Readonly<Record<string, (name: string) => Ambient | undefined>> = {
  // `existsSync`, `constants`; not `readFile`, `promises`, `createReadStream`.
  fs: (name) => (name.endsWith('Sync') || name === 'constants' ? undefined : 'threads'),
  zlib: (name) => (name.endsWith('Sync') || name === 'constants' || name === 'crc32' ? undefined : 'threads'),
  crypto: (name) => {
    if (/^(random|getRandom)|^(subtle|webcrypto|generate.*Sync)$/.test(name)) return 'chance';
    return /^(pbkdf2|scrypt|hkdf|argon2|generate(Key|KeyPair|Prime)|checkPrime)$/.test(name) ? 'threads' : undefined;
  },
};

const moduleName = (specifier: unknown): string => String(specifier).replace(/^node:/, '');

const globalObjects = new Set(['globalThis', 'global', 'window', 'self']);

/** `Date.now` for `Date.now`, `globalThis.Date.now` or `Date['now']`; undefined for what is not the world's. */
const pathOf = (node: Node | undefined, isFree: (name: string) => boolean): string | undefined => {
  if (node?.type === 'Identifier') return isFree(node.name as string) ? (node.name as string) : undefined;
  if (node?.type === 'ChainExpression') return pathOf(child(node, 'expression'), isFree);
  if (node?.type !== 'MemberExpression') return undefined;
  const [base, name] = [pathOf(child(node, 'object'), isFree), memberOf(node)];
  if (base === undefined || name === undefined) return undefined;
  return globalObjects.has(base) ? name : `${base}.${name}`;
};

const memberOf = (node: Node): string | undefined => {
  const property = child(node, 'property');
  if (node.computed !== true) return property?.name as string | undefined;
  return property?.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
};

interface Use {
  readonly node: Node;
  readonly name: string;
  readonly kind: Ambient;
}

/** What `import … from` or `export … from` takes of a module that is welcome in part or not at all. */
const takenFrom = (node: Node, namespaces: Map<string, string>): Use[] => {
  if (node.importKind === 'type' || node.exportKind === 'type') return [];
  const name = moduleName(child(node, 'source')?.value);
  const kind = modules.get(name);
  if (kind !== undefined) return [{ node, name, kind }];
  const judge = partly[name];
  if (judge === undefined) return [];
  return children(node, 'specifiers').flatMap((specifier) => {
    if (specifier.importKind === 'type' || specifier.exportKind === 'type') return [];
    const taken = child(specifier, specifier.type === 'ExportSpecifier' ? 'local' : 'imported');
    if (taken === undefined) {
      namespaces.set(child(specifier, 'local')?.name as string, name);
      return [];
    }
    const imported = taken.name as string;
    const found = judge(imported);
    return found === undefined ? [] : [{ node: specifier, name: `${name}.${imported}`, kind: found }];
  });
};

const usesOf = (program: Node): Use[] => {
  const uses: Use[] = [];
  /** Local names of whole modules: `fs` in `import fs from 'node:fs'`. */
  const namespaces = new Map<string, string>();
  const global = (node: Node, path: string | undefined): void => {
    const kind = path === undefined ? undefined : globals.get(path);
    if (path !== undefined && kind !== undefined) uses.push({ node, name: path, kind });
  };

  walkValues(program, (node, isFree) => {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        if (child(node, 'source') !== undefined) uses.push(...takenFrom(node, namespaces));
        return;
      case 'ImportExpression': {
        const name = moduleName(child(node, 'source')?.value);
        // What a dynamic import takes cannot be seen here, so none of a module that is welcome in part.
        const kind = modules.get(name) ?? (Object.hasOwn(partly, name) ? 'threads' : undefined);
        if (kind !== undefined) uses.push({ node, name, kind });
        return;
      }
      case 'Identifier':
        return global(node, pathOf(node, isFree));
      case 'MemberExpression': {
        const name = memberOf(node);
        if (name === undefined) return;
        global(node, pathOf(node, isFree));
        const owner = child(node, 'object');
        const module = owner?.type === 'Identifier' ? namespaces.get(owner.name as string) : undefined;
        const kind = (module === undefined ? undefined : partly[module]?.(name)) ?? members.get(name);
        if (kind !== undefined) uses.push({ node, name: module === undefined ? name : `${module}.${name}`, kind });
        return;
      }
      case 'VariableDeclarator': {
        // `const { now } = Date`, `const { randomUUID } = deps`.
        const pattern = child(node, 'id');
        if (pattern?.type !== 'ObjectPattern') return;
        const base = pathOf(child(node, 'init'), isFree);
        for (const property of children(pattern, 'properties')) {
          const key = child(property, 'key')?.name;
          if (typeof key !== 'string') continue;
          if (base !== undefined) global(property, globalObjects.has(base) ? key : `${base}.${key}`);
          const kind = members.get(key);
          if (kind !== undefined) uses.push({ node: property, name: key, kind });
        }
        return;
      }
      case 'NewExpression':
      case 'CallExpression': {
        if (pathOf(child(node, 'callee'), isFree) !== 'Date') return;
        // `new Date(ms)` only converts. Called without `new`, Date ignores its arguments and tells the time.
        const given = node.type === 'NewExpression' && children(node, 'arguments').length > 0;
        if (!given) uses.push({ node, name: node.type === 'NewExpression' ? 'new Date()' : 'Date()', kind: 'time' });
        return;
      }
      default:
        return;
    }
  });
  return uses;
};

const mayUse = (path: string, kind: Ambient): boolean =>
  allowances.some(([file, kinds]) => file.test(path) && kinds.includes(kind));

/** One line for each use of the world that the file may not make: `file:line uses NAME (kind)`. */
export const ambientFaults = (file: SourceFile): string[] => {
  const { program, lineOf } = parse(file);
  const lines = usesOf(program)
    .filter(({ kind }) => !mayUse(file.path, kind))
    .map(({ node, name, kind }) => `${file.path}:${lineOf(node)} uses ${name} (${kind})`);
  // `crypto.randomUUID` is both a global and a member that is wrong anywhere: one line is enough.
  return [...new Set(lines)];
};
