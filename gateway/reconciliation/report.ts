/** A finished run, as JSON and as text for people. Pure. */
import { type DiscrepancyClass, discrepancyClasses, type Explanation, explanations } from './classes.ts';
import type { Comparison } from './compare.ts';
import type { LedgerCheck } from './ledger-check.ts';
import type { Item } from './verdict.ts';

export interface Report extends Comparison {
  readonly acquirer: string;
  readonly date: string;
  /** What was looked at. */
  readonly counted: {
    readonly payments: number;
    readonly fileLines: number;
    readonly asked: number;
    /** Looks at the acquirer: 2 when the first one found something that may have been on its way. */
    readonly looks: number;
  };
  readonly ledger: LedgerCheck & {
    /** The acquirer's account on the day, in one sum; the same as `totals.booksYen`, or a payment was overlooked. */
    readonly receivableYen: number;
  };
}

/** No discrepancy, balanced, and the ledger agrees with itself. */
export const isClean = (report: Report): boolean =>
  report.discrepancies.length === 0 &&
  report.balances &&
  report.ledger.faults.length === 0 &&
  report.ledger.receivableYen === report.totals.booksYen;

const spelled = (yen: number): string => String(yen).replace(/\B(?=(\d{3})+$)/g, ',');

const lineOf = (name: string, who: string, item: Item): string =>
  `  ${name} [${who}] ¥${spelled(item.yen)} ${item.reference} ${item.chargeId ?? '-'} ${item.merchantId ?? '-'}\n    ${item.says}`;

const byName = <Name extends string>(names: readonly Name[]): Map<Name, number> => {
  const counts = new Map<Name, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

/** Plain text, English and Japanese. Not more than `linesMax` items of each kind; JSON has all. */
export const textOf = (report: Report, linesMax = 200): string => {
  const { totals, ledger, counted } = report;
  const out: string[] = [
    `Reconciliation / 突合 ${report.acquirer} ${report.date}: ${isClean(report) ? 'clean / 差異なし' : 'DIFFERS / 差異あり'}`,
    '',
    `  books / 帳簿            ¥${spelled(totals.booksYen)}`,
    `  explained / 説明済み    ¥${spelled(totals.explainedYen)}`,
    `  discrepancies / 差異    ¥${spelled(totals.discrepancyYen)}`,
    `  settlement file / 精算  ¥${spelled(totals.fileYen)}  ${report.balances ? '= balances / 一致' : 'DOES NOT BALANCE / 不一致'}`,
    '',
    `  ${counted.payments} payments, ${counted.fileLines} lines, ${counted.asked} asked, looks: ${counted.looks}`,
    `  ledger: sum ¥${spelled(ledger.sumYen)}, suspense ¥${spelled(ledger.suspenseYen)}, open ¥${spelled(ledger.open.yen)} (${ledger.open.count}), day ¥${spelled(ledger.receivableYen)}`,
  ];
  for (const fault of ledger.faults)
    out.push(
      fault.kind === 'account'
        ? `  LEDGER ${fault.account}: entries ¥${spelled(fault.entriesYen)}, charges ¥${spelled(fault.chargesYen)}`
        : `  LEDGER ${fault.entry}: written ${fault.times} times`,
    );
  const section = (title: string, lines: readonly string[]): void => {
    out.push('', `${title}: ${lines.length}`, ...lines.slice(0, linesMax));
    if (lines.length > linesMax) out.push(`  … ${lines.length - linesMax} more`);
  };
  section(
    'Discrepancies / 差異',
    report.discrepancies.map((one) => lineOf(one.class, one.who, one)),
  );
  for (const [name] of byName(report.discrepancies.map((one): DiscrepancyClass => one.class)))
    out.push(`  * ${name}: ${discrepancyClasses[name].en} / ${discrepancyClasses[name].ja}`);
  section(
    'Explained / 説明済み',
    report.explained.map((one) => lineOf(one.because, '-', one)),
  );
  for (const [name] of byName(report.explained.map((one): Explanation => one.because)))
    out.push(`  * ${name}: ${explanations[name].en} / ${explanations[name].ja}`);
  return `${out.join('\n')}\n`;
};
