/** How many attempts are claimed or booked in one unit of the store: payments wait behind a unit. */
export const unitRowsMax = 500;

/** The same rows in the same order, so many at a time. */
export function* inUnits<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < rows.length; from += unitRowsMax) yield rows.slice(from, from + unitRowsMax);
}
