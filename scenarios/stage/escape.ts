/**
 * While a virtual run is on, everything that reads the real world throws and names its caller.
 *
 * A single `Date.now()` somewhere in a program would make runs differ now and then, days after it
 * was written. Here it ends the first run that meets it: the error is thrown at the caller and
 * told to the stage, because a route's error handler would turn it into a quiet 500.
 *
 * Node's own internals and modules that took a function before the run keep the real ones.
 */

import { syncBuiltinESMExports } from 'node:module';

/** Something on the stage read the real world. The message names what, and where in the code. */
export class EscapeError extends Error {
  override readonly name = 'EscapeError';
}

type Holder = Record<PropertyKey, unknown>;
/** [where it lives, members]; a member that this Node does not have is skipped. */
type Ban = readonly [name: string, holder: unknown, members: readonly string[]];

const builtin = (name: string): unknown => process.getBuiltinModule(name);
const asyncOf = (name: string): string[] => {
  const module = builtin(name) as Holder;
  return Object.keys(module).filter((member) => typeof module[`${member}Sync`] === 'function');
};

const bans = (): readonly Ban[] => {
  const fs = builtin('node:fs') as Holder;
  const zlib = builtin('node:zlib') as Holder;
  const dns = builtin('node:dns') as Holder;
  const functionsOf = (holder: unknown): string[] =>
    Object.keys(holder as Holder).filter(
      (member) => typeof (holder as Holder)[member] === 'function' && /^[a-z]/.test(member),
    );
  return [
    ['Date', Date, ['now']],
    ['performance', performance, ['now']],
    ['process', process, ['hrtime']],
    [
      'Temporal.Now',
      (globalThis as unknown as { Temporal?: { Now: unknown } }).Temporal?.Now,
      ['instant', 'plainDateISO', 'plainDateTimeISO', 'plainTimeISO', 'zonedDateTimeISO', 'timeZoneId'],
    ],
    ['Math', Math, ['random']],
    [
      '',
      globalThis,
      [
        'setTimeout',
        'setInterval',
        'setImmediate',
        'fetch',
        'MessageChannel',
        'BroadcastChannel',
        'WebSocket',
        'EventSource',
      ],
    ],
    ['timers', builtin('node:timers'), ['setTimeout', 'setInterval', 'setImmediate']],
    ['timers/promises', builtin('node:timers/promises'), ['setTimeout', 'setInterval', 'setImmediate']],
    ['timers/promises.scheduler', (builtin('node:timers/promises') as Holder).scheduler, ['wait', 'yield']],
    ['AbortSignal', AbortSignal, ['timeout']],
    ['crypto', globalThis.crypto, ['randomUUID', 'getRandomValues']],
    [
      'crypto.subtle',
      globalThis.crypto.subtle,
      Object.getOwnPropertyNames(SubtleCrypto.prototype).filter(
        (member) => member !== 'constructor' && member !== 'supports',
      ),
    ],
    [
      'node:crypto',
      builtin('node:crypto'),
      [
        'randomBytes',
        'randomUUID',
        'randomInt',
        'randomFill',
        'randomFillSync',
        'pbkdf2',
        'scrypt',
        'hkdf',
        'argon2',
        'generateKey',
        'generateKeyPair',
        'generatePrime',
        'checkPrime',
      ],
    ],
    ['fs', fs, [...asyncOf('node:fs'), 'createReadStream', 'createWriteStream', 'watch']],
    ['fs.promises', fs.promises, functionsOf(fs.promises)],
    ['dns', dns, functionsOf(dns).filter((member) => !/^(get|set)(Servers|DefaultResultOrder)$/.test(member))],
    [
      'dns.promises',
      dns.promises,
      functionsOf(dns.promises).filter((member) => !/^(get|set)(Servers|DefaultResultOrder)$/.test(member)),
    ],
    ['zlib', zlib, asyncOf('node:zlib')],
    ['http', builtin('node:http'), ['request', 'get']],
    ['https', builtin('node:https'), ['request', 'get']],
    ['net', builtin('node:net'), ['connect', 'createConnection']],
    ['child_process', builtin('node:child_process'), ['exec', 'execFile', 'fork', 'spawn']],
    ['String.prototype', String.prototype, ['localeCompare']],
  ];
};

export interface EscapeWatch {
  /** Told of each escape, besides the throw. */
  readonly onEscape: (error: EscapeError) => void;
}

/**
 * Puts the throwing ones in place; the function it returns restores the real ones.
 * Not reentrant: one run at a time in a process.
 */
export const forbidRealWorld = ({ onEscape }: EscapeWatch): (() => void) => {
  if (forbidding) throw new Error('another virtual run is on in this process');
  forbidding = true;
  const restores: (() => void)[] = [];

  const replace = (holder: object, member: PropertyKey, value: unknown): void => {
    const own = Object.getOwnPropertyDescriptor(holder, member);
    restores.push(() => {
      if (own === undefined) Reflect.deleteProperty(holder, member);
      else Object.defineProperty(holder, member, own);
    });
    Object.defineProperty(holder, member, {
      value,
      configurable: true,
      writable: true,
      enumerable: own?.enumerable ?? false,
    });
  };
  const guarded = (name: string, real: (...args: unknown[]) => unknown, withMembers = true): unknown => {
    const guard = function (this: unknown, ...args: unknown[]): unknown {
      if (outsideDepth > 0)
        return new.target === undefined ? Reflect.apply(real, this, args) : Reflect.construct(real, args);
      throw escaped(name, guard, onEscape);
    };
    // Whatever hangs on the function (`promisify.custom`, `hrtime.bigint`) is guarded or kept with it.
    for (const key of withMembers ? Reflect.ownKeys(real) : []) {
      if (Object.hasOwn(guard, key)) continue;
      const member = (real as unknown as Holder)[key];
      Object.defineProperty(guard, key, {
        configurable: true,
        value:
          typeof member === 'function'
            ? guarded(`${name}.${String(key)}`, member as (...args: unknown[]) => unknown, false)
            : member,
      });
    }
    return guard;
  };

  for (const [name, holder, members] of bans()) {
    if (holder === undefined || holder === null) continue;
    for (const member of members) {
      const real = (holder as Holder)[member];
      if (typeof real !== 'function' || Object.getOwnPropertyDescriptor(holder, member)?.configurable === false)
        continue;
      replace(
        holder,
        member,
        guarded(name === '' ? member : `${name}.${member}`, real as (...args: unknown[]) => unknown),
      );
    }
  }
  replace(globalThis, 'Date', dateWithoutNow(onEscape));
  replace(Intl, 'Collator', collatorWithoutDefault(onEscape));
  syncBuiltinESMExports();

  return () => {
    for (const restore of restores.reverse()) restore();
    syncBuiltinESMExports();
    forbidding = false;
  };
};

/**
 * Runs `work` with the real world in reach, for code that belongs to the theatre and not to the
 * play: progress on a terminal, figures of real time. Nothing it returns may enter the play.
 */
export const outsideThePlay = <T>(work: () => T): T => {
  outsideDepth++;
  try {
    return work();
  } finally {
    outsideDepth--;
  }
};

let forbidding = false;
let outsideDepth = 0;

/** Dates are values and stay; only the one that means *now* goes. Its prototype is the real one. */
const dateWithoutNow = (onEscape: EscapeWatch['onEscape']): unknown => {
  const RealDate = Date;
  const StageDate = function (...args: unknown[]): unknown {
    if (new.target === undefined || args.length === 0) {
      if (outsideDepth === 0) throw escaped(new.target === undefined ? 'Date()' : 'new Date()', StageDate, onEscape);
      return new.target === undefined ? RealDate() : new RealDate();
    }
    return Reflect.construct(RealDate, args, new.target === StageDate ? RealDate : new.target);
  };
  for (const key of Reflect.ownKeys(RealDate)) {
    Object.defineProperty(StageDate, key, Object.getOwnPropertyDescriptor(RealDate, key) as PropertyDescriptor);
  }
  return StageDate;
};

/** An order that follows the machine's locale differs between machines. */
const collatorWithoutDefault = (onEscape: EscapeWatch['onEscape']): unknown => {
  const RealCollator = Intl.Collator;
  const StageCollator = function (...args: unknown[]): unknown {
    if (args[0] === undefined && outsideDepth === 0) {
      throw escaped('Intl.Collator without a locale', StageCollator, onEscape);
    }
    // Callable without `new`, like the real one.
    return Reflect.construct(RealCollator, args, new.target === undefined ? RealCollator : new.target);
  };
  for (const key of Reflect.ownKeys(RealCollator)) {
    Object.defineProperty(StageCollator, key, Object.getOwnPropertyDescriptor(RealCollator, key) as PropertyDescriptor);
  }
  return StageCollator;
};

const escaped = (what: string, below: object, onEscape: EscapeWatch['onEscape']): EscapeError => {
  const error = new EscapeError(what);
  Error.captureStackTrace(error, below as () => void);
  const frame = error.stack?.split('\n').find((line) => line.startsWith('    at ')) ?? '    at an unknown place';
  const where = /\(?((?:file:\/\/)?\/[^()]+:\d+:\d+|node:[^()]+:\d+:\d+)\)?$/.exec(frame)?.[1] ?? frame.slice(7);
  error.message = `${what} was called on the virtual stage, at ${where.replace('file://', '')}`;
  onEscape(error);
  return error;
};
