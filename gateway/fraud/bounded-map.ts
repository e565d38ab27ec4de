/**
 * A map that forgets: it always remembers the last `max` different keys that were asked for, and never holds more
 * than twice as many. Two generations instead of a list of uses, because this is asked several times a payment: a
 * look costs one or two look-ups and moves nothing.
 */
export interface BoundedMap<Value extends object> {
  /** Remembers the key as used. */
  get(key: string | number): Value | undefined;
  /** What is there, or what `make` gives. */
  take(key: string | number, make: () => Value): Value;
  size(): number;
}

export const createBoundedMap = <Value extends object>(max: number): BoundedMap<Value> => {
  let young = new Map<string | number, Value>();
  let old = new Map<string | number, Value>();

  const keep = (key: string | number, value: Value): void => {
    if (young.size >= max) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  };

  const get: BoundedMap<Value>['get'] = (key) => {
    const found = young.get(key);
    if (found !== undefined) return found;
    const older = old.get(key);
    if (older !== undefined) keep(key, older);
    return older;
  };

  return {
    get,
    take(key, make) {
      const found = get(key);
      if (found !== undefined) return found;
      const made = make();
      keep(key, made);
      return made;
    },
    size: () => young.size + old.size,
  };
};
