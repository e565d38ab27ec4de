/**
 * Plays one run after another in a process of its own.
 *
 * A virtual run replaces globals of its process, so it does not belong beside a terminal. Runs do
 * not meet: a run begins from its request alone, and its hash is the same whatever was played
 * before it. Everything heavy is imported after the compile cache is on.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import type { FromWorker, ToWorker } from './messages.ts';

module.enableCompileCache();

const tell = (message: FromWorker): void => {
  process.send?.(message);
};

const stopping = new AbortController();

const play = async (order: Extract<ToWorker, { type: 'play' }>): Promise<void> => {
  const { type: _, traceFile, whoWasHurt, ...request } = order;
  const { playScenario } = await import('../theatre/play.ts');
  const baseline =
    whoWasHurt === true
      ? (await playScenario({ ...request, trace: 'standard', causes: false, signal: stopping.signal })).result
      : null;
  const answer = await playScenario({
    ...request,
    baseline,
    onStory: (mark) => tell({ type: 'story', mark }),
    onProgress: (scenarioMs) => tell({ type: 'progress', scenarioMs }),
    signal: stopping.signal,
  });
  if (traceFile !== null) {
    mkdirSync(path.dirname(traceFile), { recursive: true });
    // The first line says what the rest is of: a trace outlives the folder it lay in.
    const { scenario, policy, seed, traceHash, versions } = answer.result;
    const head = JSON.stringify({ trace: versions.result, scenario, policy, seed, traceHash, versions });
    writeFileSync(traceFile, `${[head, ...answer.trace].join('\n')}\n`);
  }
  tell({ type: 'done', result: answer.result });
};

// A terminal's Ctrl-C reaches every process of the group; the parent decides and sends `stop`.
process.on('SIGINT', () => {});
// Without its parent a worker has nobody to tell.
process.on('disconnect', () => process.exit());

process.on('message', (message: ToWorker) => {
  if (message.type === 'stop') {
    stopping.abort();
    return;
  }
  play(message).catch((error: unknown) => {
    tell({ type: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exitCode = 1;
    process.disconnect?.();
  });
});
