/**
 * What a day's settlement file is made of: approved decisions that moved money, per tenant and day.
 * The dialects say how a line looks.
 */
import type { StatePart } from '../state.ts';
import type { LedgerRow } from './ledger.ts';

/** Holds and their release move nothing; taking, raising what was taken, and giving back do. */
export const movesMoney = ({ result, kind, state }: LedgerRow): boolean =>
  result === 'approved' &&
  (kind === 'capture' || kind === 'gather' || kind === 'refund' || (kind === 'change' && state === 'captured'));

interface SavedDay<Line> {
  readonly tenant: string;
  readonly salesDate: string;
  readonly lines: readonly Line[];
}

export interface SettlementBook<Line> {
  enter(tenant: string, salesDate: string, line: Line): void;
  /** Lines of a day in the order of their decisions. */
  lines(tenant: string, salesDate: string): readonly Line[];
  readonly state: StatePart<SavedDay<Line>[]>;
}

export const createSettlementBook = <Line>(): SettlementBook<Line> => {
  const days = new Map<string, { tenant: string; salesDate: string; lines: Line[] }>();
  const keyOf = (tenant: string, salesDate: string) => `${tenant}/${salesDate}`;
  return {
    enter(tenant, salesDate, line) {
      const key = keyOf(tenant, salesDate);
      const day = days.get(key);
      if (day === undefined) days.set(key, { tenant, salesDate, lines: [line] });
      else day.lines.push(line);
    },
    lines: (tenant, salesDate) => days.get(keyOf(tenant, salesDate))?.lines ?? [],
    state: {
      save: () => [...days.values()],
      load(saved) {
        days.clear();
        for (const { tenant, salesDate, lines } of saved) {
          days.set(keyOf(tenant, salesDate), { tenant, salesDate, lines: [...lines] });
        }
      },
      reset(tenant) {
        for (const [key, day] of days) if (tenant === null || day.tenant === tenant) days.delete(key);
      },
    },
  };
};
