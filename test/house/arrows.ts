/**
 * Who may import whom.
 *
 * The gateway and the simulator meet over HTTP only, each with its own reading of the wire format,
 * so that an agreement between them means something. The theatre enters the programs by their
 * doors, the status page outlives the gateway, and load knows only HTTP.
 */
import { posix } from 'node:path';
import { type Import, importsOf } from './imports.ts';
import type { SourceFile } from './source.ts';

/** The one way into each program. */
const doors = new Set(['gateway/app.ts', 'gateway/status-page/app.ts', 'acquirer-sim/app.ts']);

/** Types the stage implements, importable as types only. */
const portTypes = new Set(['gateway/ports.ts']);

/** Of the world and not of the gateway: what any program needs to meet it. */
const livePorts = new Set([
  'gateway/fetch.ts',
  'gateway/mail.ts',
  'gateway/random.ts',
  'gateway/resolve.ts',
  'gateway/deliveries/targets.ts',
]);

/** These run before any package is installed, on whatever Node the machine has. */
const bareFiles = new Set(['scenarios/setup.mjs']);

/** Loads a file of a person's own, whose name is an argument of the command. */
const computedImports = new Set(['scenarios/score/load-adapter.ts']);

type Room = 'gateway' | 'status-page' | 'acquirer-sim' | 'scenarios' | 'load' | 'test' | 'elsewhere';

const roomOf = (path: string): Room => {
  if (path.startsWith('gateway/status-page/')) return 'status-page';
  const top = path.split('/')[0];
  switch (top) {
    case 'gateway':
    case 'acquirer-sim':
    case 'scenarios':
    case 'load':
    case 'test':
      return top;
    default:
      return 'elsewhere';
  }
};

/** Why a file of the repository may not be imported from `from`, or undefined. */
const objection = (from: string, target: string, typeOnly: boolean): string | undefined => {
  const [room, other] = [roomOf(from), roomOf(target)];
  if (room === 'test' || room === other) return undefined;
  switch (room) {
    case 'gateway':
      return other === 'status-page' ? undefined : 'the gateway imports only itself';
    case 'status-page':
      // Its main composes live ports, which know nothing of the gateway; the page itself gets interfaces.
      if (from === 'gateway/status-page/main.ts' && livePorts.has(target)) return undefined;
      return other === 'gateway' && typeOnly ? undefined : 'the status page imports nothing of the gateway but types';
    case 'acquirer-sim':
      return 'the simulator imports only itself';
    case 'scenarios':
      if (doors.has(target) || (typeOnly && portTypes.has(target))) return undefined;
      return `scenarios enter a program by its door (${[...doors].join(', ')})`;
    case 'load':
      return 'load imports only itself and k6';
    case 'elsewhere':
      return undefined;
  }
};

/** Why a package may not be imported from `from`, or undefined. */
const packageObjection = (from: string, name: string): string | undefined => {
  if (roomOf(from) === 'load' && name !== 'k6' && !name.startsWith('k6/')) return 'load imports only itself and k6';
  if (bareFiles.has(from) && !name.startsWith('node:')) return 'it runs before packages are installed';
  return undefined;
};

const judge = (from: string, { specifier, typeOnly }: Import): string | undefined => {
  if (specifier === null && computedImports.has(from)) return undefined;
  if (specifier === null) return 'a computed import cannot be checked: name the file';
  if (/^(\/|file:|https?:|data:)/.test(specifier)) return 'imports are relative or name a package';
  if (!specifier.startsWith('.')) return packageObjection(from, specifier);
  return objection(from, posix.join(posix.dirname(from), specifier), typeOnly);
};

/** One line for each import that goes against an arrow: `file:line imports X: reason`. */
export const arrowFaults = (file: SourceFile): string[] =>
  importsOf(file).flatMap((found) => {
    const reason = judge(file.path, found);
    return reason === undefined
      ? []
      : [`${file.path}:${found.line} imports ${found.specifier ?? '(computed)'}: ${reason}`];
  });
