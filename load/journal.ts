/**
 * NDJSON on the console, for whoever judges the run afterwards from the client's side alone: run k6
 * with `--console-output FILE --log-format raw` and `-e OPERATIONS=1`. Times are wall milliseconds.
 *
 * `operation`: one per intent or follow-up, when it has ended. `exchange`: one per call, with what
 * the merchant was told about the charge. `page`: the status page changed.
 */
import { type Exchange, isObject } from './client.ts';
import { settings } from './settings.ts';

/** What an answer says about a charge; null when it shows none. */
export interface Shown {
  readonly id: string;
  readonly amountYen: number;
  readonly paid: boolean;
  readonly captured: boolean;
  readonly refundedYen: number;
  readonly outcome: string | null;
}

export const shownIn = (body: Readonly<Record<string, unknown>> | null): Shown | null => {
  if (body === null || body.object !== 'charge' || typeof body.id !== 'string') return null;
  return {
    id: body.id,
    amountYen: Number(body.amount),
    paid: body.paid === true,
    captured: body.captured === true,
    refundedYen: Number(body.amount_refunded ?? 0),
    outcome: typeof body.outcome === 'string' ? body.outcome : null,
  };
};

/** The charge that an answer is about: its own id, or the one an error names. */
export const chargeIn = (body: Readonly<Record<string, unknown>> | null): string | null => {
  if (body === null) return null;
  if (isObject(body.error)) return typeof body.error.charge === 'string' ? body.error.charge : null;
  return typeof body.id === 'string' ? body.id : null;
};

const write = (line: object): void => {
  if (settings.operations) console.log(JSON.stringify(line));
};

export const journal = {
  operation: (line: object): void => write({ t: 'operation', ...line }),
  exchange: (
    of: { readonly member: string; readonly ordinal: string; readonly leg: string; readonly key: string | null },
    amountYen: number | null,
    { answer, sentMs, answeredMs, requests }: Exchange,
  ): void => {
    if (!settings.operations) return;
    write({
      t: 'exchange',
      ...of,
      amountYen,
      sentMs,
      answeredMs,
      requests,
      status: answer?.status ?? null,
      decidedBy: answer?.decidedBy ?? null,
      outcome: answer?.outcome ?? null,
      chargeId: chargeIn(answer?.body ?? null),
      charge: shownIn(answer?.body ?? null),
    });
  },
  page: (line: object): void => write({ t: 'page', ...line }),
};
