/** Plays one run twice in this process and prints both hashes as JSON: `node twice.ts SCENARIO POLICY SEED`. */
import module from 'node:module';

module.enableCompileCache();

const [scenarioArgument = '', policyArgument = '', seed = ''] = process.argv.slice(2);
const { loadPlay } = await import('../cli/load.ts');
const { playScenario } = await import('../theatre/play.ts');
const { scenario, policies } = loadPlay(scenarioArgument, [policyArgument]);
const hashes: string[] = [];
for (const { policy, judgedAs } of [...policies, ...policies]) {
  // The onset is the judge's affair and changes nothing of what happens: no twin is played for it.
  const request = { scenario, policy, judgedAs, seed: Number(seed), onsetMs: null } as const;
  hashes.push((await playScenario(request)).traceHash);
}
process.stdout.write(JSON.stringify(hashes));
