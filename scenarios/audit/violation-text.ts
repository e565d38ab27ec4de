/** A violation in words: what is wrong, then seed, time and objects, the payment's life, and what passed about it. */
import type { InvariantResult } from '../judge/result.ts';
import { clockText } from './diagram.ts';
import { drawText } from './diagram-text.ts';

type Violation = InvariantResult['violations'][number];

/** `seed 7, at 12:34.567, ch_1, tx_2`: what finds it again. */
export const whereText = ({ seed, atMs, objects }: Violation): string =>
  [
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    ...(atMs === null ? [] : [`at ${clockText(atMs)}`]),
    ...objects.slice(0, 6),
  ].join(', ');

/** Lines for a terminal, the first of them the violation itself. Only the drawing is held to `columns`. */
export const violationLines = (violation: Violation, columns: number): string[] => {
  const [first = '', ...life] = violation.text.split('\n');
  return [
    first,
    whereText(violation),
    ...life,
    ...(violation.diagram === undefined ? [] : drawText(violation.diagram, columns)),
  ];
};
