/** A scenario that passes, changed a little, and what the loader says of it. */
import { formatFault } from '../../../scenarios/play/faults.ts';
import { parseScenario } from '../../../scenarios/play/load-scenario.ts';
import type { Scenario } from '../../../scenarios/play/scenario.ts';
import { newScenario } from '../../../scenarios/play/template.ts';

export const goodText = newScenario('small-day');

/** The good text with one place changed; throws when the place is not there exactly once. */
export const changed = (from: string, to: string): string => {
  if (goodText.split(from).length !== 2) throw new Error(`${JSON.stringify(from)} is not there exactly once`);
  return goodText.replace(from, () => to);
};

/** Lines of faults, as a terminal shows them. */
export const faultsOf = (text: string | Uint8Array): readonly string[] => {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const loaded = parseScenario('day.yaml', bytes);
  return loaded.ok ? [] : loaded.faults.map(formatFault);
};

/** `line:column` (from 1) of a piece of the changed text. */
export const placeOf = (text: string, piece: string): string => {
  const offset = text.indexOf(piece);
  if (offset < 0) throw new Error(`${JSON.stringify(piece)} is not in the text`);
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
};

export const goodScenario = (): Scenario => {
  const loaded = parseScenario('day.yaml', new TextEncoder().encode(goodText));
  if (!loaded.ok) throw new Error(loaded.faults.map(formatFault).join('\n'));
  return loaded.scenario;
};
