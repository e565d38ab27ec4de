/**
 * Native members that the light classes leave out throw and name themselves, so that a route
 * which needs one is found by its first request rather than by a wrong answer.
 */

export class UnsupportedOnStageError extends Error {
  override readonly name = 'UnsupportedOnStageError';
}

/** Chains `light` to `native` (for `instanceof`) and covers every native member it lacks. */
export const hideRest = (light: object, native: object, className: string): void => {
  for (const member of Object.getOwnPropertyNames(native)) {
    if (Object.hasOwn(light, member)) continue;
    Object.defineProperty(light, member, {
      configurable: true,
      get: () => {
        throw new UnsupportedOnStageError(`${className}.${member} does not exist on the virtual stage`);
      },
    });
  }
  Object.setPrototypeOf(light, native);
};
