/** `breakwater history FILE...`: judges what clients recorded, without asking any gateway. */
import { readFileSync } from 'node:fs';
import { exitStatus, UsageError } from './exit-status.ts';
import type { Shell } from './shell.ts';

const describedMax = 20;

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new UsageError(`breakwater: ${file} cannot be read (${reason})`);
  }
};

/** @throws UsageError for files that are no histories, with line and field, and for ones with nothing in them. */
export const history = async (
  shell: Shell,
  files: readonly string[],
  { skewMs, json }: { readonly skewMs: number; readonly json: boolean },
): Promise<number> => {
  const [{ readHistory }, { judgeHistory, historyChecks }] = await Promise.all([
    import('../history/operation.ts'),
    import('../history/judge-history.ts'),
  ]);
  const operations = files.flatMap((file) => {
    const found = readHistory(read(file));
    if (found.ok) return found.operations;
    const lines = found.faults.map(
      ({ line, path, reason }) => `${file}:${line}: ${path === '' ? '' : `${path} `}${reason}`,
    );
    throw new UsageError(lines.map((line) => `breakwater: ${line}`).join('\n'));
  });
  if (operations.length === 0) throw new UsageError('breakwater: no operation in it, so there is nothing to judge');
  const judgement = judgeHistory(operations, { skewMs });
  const { violations, undecided, judged, charges, unknown } = judgement;
  if (json) shell.out(`${JSON.stringify(judgement)}\n`);
  const say = json ? shell.note : shell.out;
  say(`${operations.length} operations, ${charges} charges, ${unknown} outcomes unknown\n`);
  for (const check of historyChecks) {
    const found = violations.filter((violation) => violation.check === check).length;
    const words = found > 0 ? `${found} violations` : judged[check] === 0 ? 'had nothing to judge' : 'holds';
    say(`  ${check}: ${words} (judged ${judged[check]} times)\n`);
  }
  for (const { text } of violations.slice(0, describedMax)) say(`\n${text}\n`);
  if (violations.length > describedMax) say(`\n... and ${violations.length - describedMax} more\n`);
  if (undecided.length > 0) say(`\nundecided, too much open at once: ${undecided.slice(0, 10).join(', ')}\n`);
  return violations.length > 0 ? exitStatus.fails : exitStatus.holds;
};
