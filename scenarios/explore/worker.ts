/** Plays seeds and shrinks failures in a process of its own, one thing at a time. */
import module from 'node:module';
import type { FromWorker, ToWorker } from './messages.ts';

module.enableCompileCache();

const tell = (message: FromWorker): void => {
  process.send?.(message);
};

const act = async (order: ToWorker): Promise<void> => {
  const { drawWorld } = await import('./draw/draw-world.ts');
  if (order.type === 'shrink') {
    const { shrink } = await import('./shrink/shrink.ts');
    const startedMs = performance.now();
    const isOver = (): boolean => performance.now() - startedMs > order.budgetMs;
    tell({ type: 'shrunk', shrunk: await shrink(order.world, order.violation, isOver) });
    return;
  }
  const { playSeed } = await import('./play-twice.ts');
  const cpu = process.cpuUsage();
  const result = await playSeed(drawWorld(order.seed, order.size), order.twice);
  const { user, system } = process.cpuUsage(cpu);
  tell({ type: 'played', result, cpuMs: (user + system) / 1000 });
};

// A terminal's Ctrl-C reaches every process of the group; the parent decides.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());

process.on('message', (order: ToWorker) => {
  act(order).catch((error: unknown) => {
    tell({ type: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
