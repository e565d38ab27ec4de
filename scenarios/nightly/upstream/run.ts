/** Plays one short day and keeps what its figures are made of. */
import type { Policy } from '../../../gateway/app.ts';
import type { Operation } from '../../judge/observation.ts';
import type { LogEntry } from '../../judge/stories.ts';
import type { Scenario } from '../../play/scenario.ts';
import { enrolMs, stageDay } from '../../theatre/day.ts';

export interface ShortDay {
  readonly operations: readonly Operation[];
  readonly log: readonly LogEntry[];
  /** Everything the page published. */
  readonly published: number;
  readonly inquiries: readonly Inquiry[];
}

/** One question to an acquirer about what became of something. */
export interface Inquiry {
  readonly acquirer: string;
  readonly sentMs: number;
  /** A complete reply in time. What it says is the settler's business. */
  readonly answered: boolean;
}

/** e-SCOTT's listing and search, GMO-PG's search: by path, or by the operation named in the body. */
const asks = (path: string, body: string): boolean =>
  path.endsWith('/OLST001.do') || path.endsWith('/SearchTrade.idPass') || body.includes('OperateId=1Search');

const keptEvents: ReadonlySet<string> = new Set([
  'breaker.changed',
  'incident.opened',
  'page.published',
  'on-call.called',
  'charge.unknown',
  'unknown.settled',
]);

export const playShortDay = async (
  scenario: Scenario,
  policy: Policy,
  seed: number,
  { causes }: { readonly causes: boolean },
): Promise<ShortDay> => {
  const operations: Operation[] = [];
  const log: LogEntry[] = [];
  const inquiries: Inquiry[] = [];
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
  day.stage.network.onExchange(({ from, to, path, requestBody, outcome, status, sentUs }) => {
    if (from.startsWith('gateway-') && asks(path, requestBody ?? ''))
      inquiries.push({
        acquirer: to,
        sentMs: sentUs / 1000 - enrolMs,
        answered: outcome === 'replied' && status === 200,
      });
  });
  try {
    await day.runUntil(day.dayMs);
    day.stage.spawnTask('drain', () => day.cast.drain());
    await day.runUntil(day.dayMs + 120_000);
    day.end();
    const published = log.filter(({ fields }) => fields.event === 'page.published').length;
    return { operations, log, published, inquiries };
  } finally {
    day.close();
  }
};
