/**
 * Plays seeds in a process of its own. Started from a copy of the sources, it imports the explorer of that copy,
 * and with it the gateway that has the bug.
 */
import module from 'node:module';
import type { FromPlayer, PlaySeed } from './messages.ts';

module.enableCompileCache();

const tell = (message: FromPlayer): void => {
  process.send?.(message);
};

const play = async ({ seed }: PlaySeed): Promise<void> => {
  const { drawWorld, playWorld } = await import('../explore/play-seed.ts');
  const result = await playWorld(drawWorld(seed));
  const found: Record<string, number> = {};
  const said: Record<string, string> = {};
  for (const { check, text } of result.violations) {
    found[check] = (found[check] ?? 0) + 1;
    said[check] ??= text.split('\n', 1)[0] ?? '';
  }
  const { judged, faults, payments, simulatedMs } = result;
  tell({ type: 'played', played: { seed, found, said, judged, faults, payments, simulatedMs } });
};

process.on('disconnect', () => process.exit());
// Of a terminal's Ctrl-C the parent hears as well, and decides.
process.on('SIGINT', () => {});

process.on('message', (order: PlaySeed) => {
  play(order).catch((error: unknown) => {
    tell({ type: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
