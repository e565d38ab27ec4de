/**
 * Errors on demand: an OrderID, or a MemberID, of the form `sim-<Api>-<ErrInfo>[-anything]` makes that
 * call answer that error and do nothing else. So a shop can see how its code takes a contract that was
 * suspended or a system error, which no card and no state of ours brings about.
 *
 * `sim-ExecTran-E91029999-1` is entered like any order; executing it answers `E91|E91029999`.
 */

const pattern = /^sim-([A-Z][A-Za-z0-9]+)-([0-9A-Z]{9})(-|$)/;

/** The ErrInfo that a call about this order or member shall answer, or undefined. */
export const forcedError = (api: string, reference: string | undefined): string | undefined => {
  if (reference === undefined || !reference.startsWith('sim-')) return undefined;
  const match = pattern.exec(reference);
  return match?.[1] === api ? match[2] : undefined;
};
