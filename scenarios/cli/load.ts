/** Scenarios and policies as arguments name them; whatever is wrong with any of them is said at once. */
import type { Policy } from '../../gateway/app.ts';
import { catalogueIds, scenarioFileOf } from '../play/catalogue.ts';
import { formatFault } from '../play/faults.ts';
import { loadPolicy } from '../play/load-policy.ts';
import { loadScenario } from '../play/load-scenario.ts';
import { isPolicyName, policyNames, unknownPolicy } from '../play/policy-files.ts';
import type { Scenario } from '../play/scenario.ts';
import { UsageError } from './exit-status.ts';

export interface LoadedPlay {
  readonly file: string;
  readonly scenario: Scenario;
  readonly policies: readonly PlayedPolicy[];
}

export interface PlayedPolicy {
  readonly policy: Policy;
  /** The scenario's policy that it is or extends; its own name when there is none. */
  readonly judgedAs: string;
}

/** The file of an id or path. @throws UsageError for an id the catalogue does not have. */
const fileOf = (argument: string): string => {
  const file = scenarioFileOf(argument);
  if (file !== null) return file;
  const known = catalogueIds().join(', ');
  throw new UsageError(`breakwater: no scenario ${JSON.stringify(argument)}; the catalogue has ${known}`);
};

/**
 * Loads a scenario and the policies it is to be played under: `policies` as an argument named
 * them (files relative to the working directory), or those the scenario names.
 *
 * @throws UsageError with one line per fault.
 */
export const loadPlay = (argument: string, policies: readonly string[] | null): LoadedPlay => {
  const file = fileOf(argument);
  const loaded = loadScenario(file);
  if (!loaded.ok) throw new UsageError(...loaded.faults.map(formatFault));
  const { scenario } = loaded;
  const unknown = policies?.filter((entry) => isPolicyName(entry) && !policyNames().includes(entry)) ?? [];
  if (unknown.length > 0) throw new UsageError(...unknown.map((name) => `breakwater: ${unknownPolicy(name)}`));
  const answers =
    policies?.map((entry) => loadPolicy(entry)) ?? scenario.policies.map((entry) => loadPolicy(entry, file));
  const faults = answers.flatMap((answer) => (answer.ok ? [] : answer.faults));
  if (faults.length > 0) throw new UsageError(...faults.map(formatFault));
  return { file, scenario, policies: answers.flatMap((answer) => (answer.ok ? [judgedIn(scenario, answer)] : [])) };
};

const judgedIn = (
  scenario: Scenario,
  { policy, lineage }: { readonly policy: Policy; readonly lineage: readonly string[] },
): PlayedPolicy => ({ policy, judgedAs: lineage.find((name) => scenario.policies.includes(name)) ?? policy.name });

/** Loads several; faults of all of them together. @throws UsageError */
export const loadPlays = (scenarios: readonly string[], policies: readonly string[] | null): readonly LoadedPlay[] => {
  const lines: string[] = [];
  const plays = scenarios.flatMap((argument) => {
    try {
      return [loadPlay(argument, policies)];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      lines.push(...error.lines);
      return [];
    }
  });
  if (lines.length > 0) throw new UsageError(...new Set(lines));
  const ids = plays.map(({ scenario }) => scenario.id);
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  // Their reports would overwrite each other.
  if (twice !== undefined) throw new UsageError(`breakwater: two of the scenarios are called ${twice}`);
  return plays;
};
