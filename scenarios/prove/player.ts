/**
 * Plays seeds in a process of its own. Started from a copy of the sources, it imports the explorer of that copy,
 * and with it the gateway that has the bug.
 */
import module from 'node:module';
import type { World } from '../explore/world.ts';
import type { FromPlayer, ShrunkWorld, ToPlayer } from './messages.ts';

module.enableCompileCache();
let isFlushed = false;

const tell = (message: FromPlayer): void => {
  process.send?.(message);
};

const worldOf = async ({ seed, size, leanings }: ToPlayer): Promise<World> => {
  const { drawWorld } = await import('../explore/play-seed.ts');
  return drawWorld(seed, size, leanings);
};

const play = async (world: World): Promise<void> => {
  const { playWorld } = await import('../explore/play-seed.ts');
  const result = await playWorld(world);
  const found: Record<string, number> = {};
  const said: Record<string, string> = {};
  for (const { check, text } of result.violations) {
    found[check] = (found[check] ?? 0) + 1;
    said[check] ??= text.split('\n', 1)[0] ?? '';
  }
  const { judged, faults, payments, simulatedMs } = result;
  // It ends by a blow, and the next one of the same folder need not compile all of it again.
  if (!isFlushed) module.flushCompileCache();
  isFlushed = true;
  tell({ type: 'played', played: { seed: world.seed, found, said, judged, faults, payments, simulatedMs } });
};

const shrinkWorld = async (
  world: World,
  checks: readonly string[],
  isOver: () => boolean,
): Promise<ShrunkWorld | null> => {
  const { playWorld } = await import('../explore/play-seed.ts');
  const { shrink } = await import('../explore/shrink/shrink.ts');
  const { failureFiles } = await import('../explore/shrink/failure-files.ts');
  const { violations } = await playWorld(world);
  const violation = violations.find(({ check }) => checks.includes(check));
  if (violation === undefined) return null;
  const shrunk = await shrink(world, violation, isOver);
  if (shrunk === null) return null;
  const { faults, payments, tries } = shrunk;
  return { check: violation.check, faults, payments, tries, files: failureFiles(shrunk) };
};

process.on('disconnect', () => process.exit());
// Of a terminal's Ctrl-C the parent hears as well, and decides.
process.on('SIGINT', () => {});

const obey = async (order: ToPlayer): Promise<void> => {
  const world = await worldOf(order);
  if (order.type === 'play') return play(world);
  const endsMs = performance.now() + order.budgetMs;
  // Taken now: while a world is played nobody may look at a real clock.
  const nowMs = performance.now.bind(performance);
  tell({ type: 'shrunk', shrunk: await shrinkWorld(world, order.checks, () => nowMs() > endsMs) });
};

process.on('message', (order: ToPlayer) => {
  obey(order).catch((error: unknown) => {
    tell({ type: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
