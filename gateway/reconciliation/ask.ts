/**
 * Asks the acquirer about payments, by the inquiries that settling uses: e-SCOTT's listing in one
 * sweep over the day, GMO-PG's SearchTrade order by order.
 */
import type { Acquirer } from '../upstream/outcome.ts';
import type { Span } from './business-day.ts';
import type { GatheredPayment } from './gather.ts';
import type { Shown } from './payment.ts';

/** Orders asked about before others get a turn. */
const ordersTogether = 20;
/** Between them: this is no hurry, and shares the acquirer with payments. */
const pauseMs = 100;

export interface AskDeps {
  readonly acquirer: Acquirer;
  /** Rejects when the run is to end. */
  readonly pause: (ms: number) => Promise<void>;
}

/** What it shows of each now; null: it could not be asked. */
export const ask = async (
  { acquirer, pause }: AskDeps,
  payments: readonly Pick<GatheredPayment, 'reference' | 'sentMs'>[],
  day: Span,
): Promise<Map<string, Shown> | null> => {
  const shown = new Map<string, Shown>();
  const note = (reference: string, found: Shown | undefined): void =>
    void shown.set(reference, found ?? { found: false });

  const listed = acquirer.dialect === 'escott' && payments.length > 1;
  if (listed) {
    // One sweep from the day's beginning: what moved on the day has a line in it, however old it is.
    const sought = payments.map(({ reference, sentMs }) => ({ reference, sentMs: Math.max(sentMs, day.startMs) }));
    const found = await acquirer.findAuthorisations(sought);
    if (found === null) return null;
    for (const { reference } of payments) note(reference, found.get(reference));
  }
  // Older than the sweep, or asked one by one anyway.
  const left = payments.filter(
    ({ reference, sentMs }) => !listed || (shown.get(reference)?.found === false && sentMs < day.startMs),
  );
  for (const [index, { reference, sentMs }] of left.entries()) {
    if (index > 0 && index % ordersTogether === 0) await pause(pauseMs);
    const found = await acquirer.findAuthorisations([{ reference, sentMs }]);
    if (found === null) return null;
    note(reference, found.get(reference));
  }
  return shown;
};
