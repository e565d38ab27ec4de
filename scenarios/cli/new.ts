/** `breakwater new ID`: writes a commented scenario that passes the check. */
import { writeFileSync } from 'node:fs';
import { scenarioIdPattern } from '../play/scenario.ts';
import { newScenario } from '../play/template.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import type { Shell } from './shell.ts';

/** Writes `<id>.yaml` into the working directory, never over a file. @throws UsageError */
export const writeNew = (shell: Shell, id: string): number => {
  if (!scenarioIdPattern.test(id))
    throw new UsageError(
      `breakwater: ${JSON.stringify(id)} is no id; write lower-case words and digits joined by hyphens`,
    );
  const file = `${id}.yaml`;
  try {
    writeFileSync(file, newScenario(id), { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(
      `breakwater: ${file} ${code === 'EEXIST' ? 'is already there' : `cannot be written (${code})`}`,
    );
  }
  shell.out(`${file}\n`);
  shell.note(`written; next: breakwater check ${file} && breakwater replay ${file}\n`);
  return exitStatus.holds;
};
