/** The matrix as a person reads it. */
import type { Finding, Matrix } from './matrix.ts';

const padded = (rows: readonly (readonly string[])[]): string[] => {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

const checksOf = ({ checks }: Finding): string =>
  Object.entries(checks)
    .map(([check, seeds]) => `${check} ${seeds}`)
    .join(', ');

const numberOf = (seeds: number | null): string =>
  seeds === null ? '-' : Number.isInteger(seeds) ? `${seeds}` : seeds.toFixed(1);

export const tableOf = ({ baseline, findings, byOneCheck, checks }: Matrix): string => {
  const found = findings.filter(({ hits }) => hits > 0);
  const missed = findings.filter(({ hits }) => hits === 0);
  const rows = findings.map((finding) => [
    finding.hits > 0 ? 'found' : 'MISSED',
    finding.name,
    finding.room,
    finding.needs.length === 0 ? '-' : finding.needs.join(' + '),
    `${finding.hits}/${finding.seeds}`,
    numberOf(finding.seedsToFind),
    finding.hits > 0 ? checksOf(finding) : `should have been ${finding.expected.join(' or ')}`,
  ]);
  const noise = Object.entries(baseline.found);
  const idle = Object.entries(checks).filter(([, { bugs, judged }]) => bugs === 0 && judged > 0);
  const notOwn = Object.entries(checks).filter(([, { bugs, own }]) => bugs > 0 && own === 0);
  const blind = Object.entries(checks).filter(([, { judged }]) => judged === 0);
  const names = (entries: readonly (readonly [string, unknown])[]): string =>
    entries.length === 0 ? 'none' : entries.map(([check]) => check).join(', ');
  return [
    ...padded([['', 'bug', 'room', 'needs', 'seeds', 'median', 'found by (seeds)'], ...rows]),
    '',
    `${found.length} of ${findings.length} bugs found${missed.length === 0 ? '' : `; not found: ${missed.map(({ name }) => name).join(', ')}`}`,
    `without a bug: ${baseline.seeds} seeds, ${noise.length === 0 ? 'nothing found' : noise.map(([check, seeds]) => `${check} in ${seeds}`).join(', ')}`,
    `found by one check alone: ${Object.keys(byOneCheck).length} (${Object.entries(byOneCheck)
      .map(([name, check]) => `${name}: ${check}`)
      .join(', ')})`,
    `checks that find bugs, and none that others do not: ${names(notOwn)}`,
    `checks that judged and found no bug: ${names(idle)}`,
    ...(blind.length === 0 ? [] : [`checks that had nothing to judge: ${names(blind)}`]),
    '',
  ].join('\n');
};
