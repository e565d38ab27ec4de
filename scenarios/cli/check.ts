/** `breakwater check FILE` and `check --schema`. */
import { exitStatus, UsageError } from './exit-status.ts';
import { loadPlays } from './load.ts';
import type { Shell } from './shell.ts';

/** Checks scenario files and the policies they name. @throws UsageError with one line per fault. */
export const check = async (
  shell: Shell,
  files: readonly string[],
  { schema }: { readonly schema: boolean },
): Promise<number> => {
  if (schema) {
    const { publishedSchema } = await import('../play/published-schema.ts');
    shell.out(`${JSON.stringify(publishedSchema(), null, 2)}\n`);
    if (files.length === 0) return exitStatus.holds;
  }
  if (files.length === 0) throw new UsageError('breakwater: check needs a scenario file, or --schema');
  for (const { file, scenario } of loadPlays(files, null)) {
    const { timeline, expect, policies } = scenario;
    shell.note(
      `${file}: good (${timeline.length} events, ${expect.length} expectations, ${policies.length} policies)\n`,
    );
  }
  return exitStatus.holds;
};
