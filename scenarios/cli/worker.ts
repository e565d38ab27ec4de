/**
 * Plays one run after another in a process of its own.
 *
 * A virtual run replaces globals of its process, so it does not belong beside a terminal. Runs do
 * not meet: a run begins from its request alone, and its hash is the same whatever was played
 * before it. Everything heavy is imported after the compile cache is on.
 */
import module from 'node:module';
import type { FromWorker, ToWorker } from './messages.ts';

module.enableCompileCache();

const tell = (message: FromWorker): void => {
  process.send?.(message);
};

const stopping = new AbortController();

const play = async (order: Extract<ToWorker, { type: 'play' }>): Promise<void> => {
  const { type: _, traceFile, whoWasHurt, ...request } = order;
  const { playScenario } = await import('../theatre/play.ts');
  const { openTraceFile } = await import('./trace-file.ts');
  const { versions } = await import('../theatre/versions.ts');
  const baseline =
    whoWasHurt === true ? await playScenario({ ...request, causes: false, signal: stopping.signal }) : null;
  const about = {
    scenario: request.scenario.id,
    policy: request.policy.name,
    seed: request.seed,
    versions: versions(),
  };
  const trace = traceFile === null ? null : openTraceFile(traceFile, about);
  const result = await playScenario({
    ...request,
    baseline,
    ...(trace === null ? {} : { onTrace: trace.line }),
    onStory: (mark) => tell({ type: 'story', mark }),
    onProgress: (scenarioMs) => tell({ type: 'progress', scenarioMs }),
    signal: stopping.signal,
  }).catch((error: unknown) => {
    trace?.keep();
    throw error;
  });
  trace?.finish(result.traceHash);
  tell({ type: 'done', result });
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
