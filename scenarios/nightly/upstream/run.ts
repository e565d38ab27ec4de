/** Plays one short day and keeps what its figures are made of. */
import type { Policy } from '../../../gateway/app.ts';
import type { Operation } from '../../judge/observation.ts';
import type { LogEntry } from '../../judge/stories.ts';
import type { Scenario } from '../../play/scenario.ts';
import { stageDay } from '../../theatre/day.ts';

export interface ShortDay {
  readonly operations: readonly Operation[];
  readonly log: readonly LogEntry[];
  /** Everything the page published. */
  readonly published: number;
}

const keptEvents: ReadonlySet<string> = new Set([
  'breaker.changed',
  'incident.opened',
  'page.published',
  'on-call.called',
]);

export const playShortDay = async (
  scenario: Scenario,
  policy: Policy,
  seed: number,
  { causes }: { readonly causes: boolean },
): Promise<ShortDay> => {
  const operations: Operation[] = [];
  const log: LogEntry[] = [];
  const day = stageDay({
    scenario,
    policy,
    seed,
    causes,
    onOperation: (operation) => operations.push(operation),
    onLog(entry) {
      if (keptEvents.has(entry.fields.event)) log.push(entry);
    },
  });
  try {
    await day.runUntil(day.dayMs);
    day.stage.spawnTask('drain', () => day.cast.drain());
    await day.runUntil(day.dayMs + 120_000);
    day.end();
    const published = log.filter(({ fields }) => fields.event === 'page.published').length;
    return { operations, log, published };
  } finally {
    day.close();
  }
};
