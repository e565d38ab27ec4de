/**
 * While a virtual run is on, everything that reads the real world throws and names its caller.
 *
 * A single `Date.now()` somewhere in a program would make runs differ now and then, days after it
 * was written. Here it ends the first run that meets it: the error is thrown at the caller and
 * told to the stage, because a route's error handler would turn it into a quiet 500.
 *
 * Node's own internals, and modules that took a function before the run, keep the real ones; what they
 * start with them is noticed by `escape-watch.ts`.
 */

import { syncBuiltinESMExports } from 'node:module';
import { bans, type Holder } from './escape-bans.ts';
import { type EscapeError, escapeFrom, isOutsideThePlay } from './escape-error.ts';
import { watchForEscapes } from './escape-watch.ts';

export { EscapeError, outsideThePlay } from './escape-error.ts';

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
      if (isOutsideThePlay())
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
  const unwatch = watchForEscapes(onEscape);

  return () => {
    unwatch();
    for (const restore of restores.reverse()) restore();
    syncBuiltinESMExports();
    forbidding = false;
  };
};

let forbidding = false;

/** Dates are values and stay; only the one that means *now* goes. Its prototype is the real one. */
const dateWithoutNow = (onEscape: EscapeWatch['onEscape']): unknown => {
  const RealDate = Date;
  const StageDate = function (...args: unknown[]): unknown {
    if (new.target === undefined || args.length === 0) {
      if (!isOutsideThePlay()) throw escaped(new.target === undefined ? 'Date()' : 'new Date()', StageDate, onEscape);
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
    if (args[0] === undefined && !isOutsideThePlay()) {
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
  const error = escapeFrom(`${what} was called`, below);
  onEscape(error);
  return error;
};
