/** `breakwater pictures`: draws each day of the catalogue from results that were played before, one small SVG a day. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RunResult } from '../judge/result.ts';
import { catalogueIds } from '../play/catalogue.ts';
import { renderPicture } from '../report/picture.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { requireWritable, writeText } from './files.ts';
import { loadPlays } from './load.ts';
import type { Shell } from './shell.ts';

export interface PicturesOptions {
  /** Folder of results, as `replay --out` leaves them. */
  readonly from: string;
  /** Folder of the pictures. */
  readonly out: string;
}

/** Results below a folder by scenario; the newest of a policy and seed. What is no result is passed over. */
const resultsBelow = (folder: string): ReadonlyMap<string, readonly RunResult[]> => {
  const found = new Map<string, RunResult[]>();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => path.basename(name) === 'result.json').toSorted()) {
    const read = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as RunResult | { runs: RunResult[] };
    const runs = 'runs' in read ? read.runs : [read];
    for (const run of runs) found.set(run.scenario, [...(found.get(run.scenario) ?? []), run]);
  }
  return found;
};

/** Draws the days that were named, or all of which there are results. @throws UsageError */
export const pictures = (shell: Shell, ids: readonly string[], { from, out }: PicturesOptions): number => {
  if (!existsSync(from)) throw new UsageError(`breakwater: --from ${from}: there is no such folder`);
  const known = new Set(catalogueIds());
  for (const id of ids) if (!known.has(id)) throw new UsageError(`breakwater: no scenario ${JSON.stringify(id)}`);
  requireWritable('--out', out, 'folder');
  mkdirSync(out, { recursive: true });
  const results = resultsBelow(from);
  const wanted = ids.length > 0 ? ids : [...known].filter((id) => results.has(id));
  let missing = 0;
  for (const { scenario } of loadPlays(wanted, null)) {
    // In the order of the day's own policies, so that a colour means the same in every picture of it.
    const runs = scenario.policies.flatMap((name) =>
      (results.get(scenario.id) ?? []).filter(({ policy, partial }) => policy === name && !partial),
    );
    if (runs.length === 0) {
      missing += 1;
      shell.out(`${scenario.id}: no result below ${from}: breakwater replay ${scenario.id} --out ${from}\n`);
      continue;
    }
    const file = path.join(out, `${scenario.id}.svg`);
    const picture = renderPicture(runs);
    writeText(file, picture);
    shell.out(`${file}  ${(picture.length / 1000).toFixed(0)} kB, ${runs.map(({ policy }) => policy).join(', ')}\n`);
  }
  return missing === 0 ? exitStatus.holds : exitStatus.fails;
};
