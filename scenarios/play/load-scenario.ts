/** From a file to a checked scenario, or to its faults with their places. */
import { existsSync } from 'node:fs';
import { crossCheck } from './cross-checks.ts';
import type { Fault } from './faults.ts';
import { policyFileOf, policyNameOf } from './policy-files.ts';
import { readBytes } from './read-bytes.ts';
import { Scenario, scenarioFormat } from './scenario.ts';
import { readYaml } from './yaml-file.ts';
import { faultsOfIssues } from './zod-faults.ts';

export type LoadedScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const inPlace = (one: Fault, other: Fault): number => one.line - other.line || one.column - other.column;

/** The format a file says it is written in, when it is another than ours; null: ours, or it does not say. */
const otherFormat = (value: unknown): string | null => {
  if (typeof value !== 'object' || value === null || !('format' in value)) return null;
  return value.format === scenarioFormat ? null : JSON.stringify(value.format);
};

/** Checks a scenario's text. `file` names it in faults, and relative policies start from there. */
export const parseScenario = (file: string, bytes: Uint8Array): LoadedScenario => {
  const reading = readYaml(file, bytes);
  if (!reading.ok) return reading;
  const { value, place } = reading.yaml;
  const format = otherFormat(value);
  // Of a format that is not known, every other fault would be a guess.
  if (format !== null)
    return {
      ok: false,
      faults: [place({ path: ['format'], reason: `is ${format}; this breakwater reads format ${scenarioFormat}` })],
    };
  const parsed = Scenario.safeParse(value);
  if (!parsed.success) {
    return { ok: false, faults: faultsOfIssues(parsed.error.issues, value).map(place).sort(inPlace) };
  }
  const scenario = parsed.data;
  const found = scenario.policies.map((entry) => existsSync(policyFileOf(entry, file)));
  const faults = [
    ...scenario.policies.flatMap((entry, index) =>
      found[index] === true
        ? []
        : [{ path: ['policies', index], reason: `no policy ${JSON.stringify(entry)} (${policyFileOf(entry, file)})` }],
    ),
    ...crossCheck(scenario, scenario.policies.filter((_, index) => found[index] === true).map(policyNameOf)),
  ];
  return faults.length === 0 ? { ok: true, scenario } : { ok: false, faults: faults.map(place).sort(inPlace) };
};

/** Loads and checks one scenario file. */
export const loadScenario = (file: string): LoadedScenario => {
  const bytes = readBytes(file);
  return bytes instanceof Uint8Array ? parseScenario(file, bytes) : { ok: false, faults: [bytes] };
};
