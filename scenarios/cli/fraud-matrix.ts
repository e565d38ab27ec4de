/** `breakwater fraud-matrix`: recipes of card testing and honest profiles through the fraud rules. */
import { parseDocument } from 'yaml';
import { exitStatus, UsageError } from './exit-status.ts';
import { readText } from './files.ts';
import type { Shell } from './shell.ts';

export interface FraudMatrixOptions {
  readonly seeds: number;
  readonly from: number;
  readonly json: boolean;
  readonly fraudRules?: string | undefined;
}

/** Days that the honest profiles are played for, a seed. */
const days = 3;

/** Data of a rules file, YAML or JSON. @throws UsageError */
export const readRulesFile = (file: string): unknown => {
  const document = parseDocument(readText('--fraud-rules', file), { prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) throw new UsageError(`${file}: is neither YAML nor JSON (${broken.code})`);
  return document.toJS() ?? {};
};

export const fraudMatrix = async (shell: Shell, options: FraudMatrixOptions): Promise<number> => {
  const { fraudMatrix: play } = await import('../fraud-matrix/matrix.ts');
  const { fraudRules: file } = options;
  const ended = play(shell, { ...options, days, rules: file === undefined ? null : readRulesFile(file) });
  if ('faults' in ended) throw new UsageError(...ended.faults.map((fault) => `${file}: ${fault}`));
  return ended.holds ? exitStatus.holds : exitStatus.fails;
};
