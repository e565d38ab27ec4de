/**
 * What k6 writes at the end: text for people, and with `-e OUT=FOLDER` the same as `summary.json`,
 * `junit.xml` and `summary.html`. One test case per threshold and per check.
 */
import { settings } from './settings.ts';

/** The part of k6's summary data that is read here. */
export interface SummaryData {
  readonly metrics: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly contains: string;
        readonly values: Readonly<Record<string, number>>;
        readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
      }
    >
  >;
  readonly root_group: Group;
  readonly state: { readonly testRunDurationMs: number };
}

interface Group {
  readonly name: string;
  readonly checks: readonly { readonly name: string; readonly passes: number; readonly fails: number }[];
  readonly groups: readonly Group[];
}

export interface Line {
  readonly name: string;
  readonly value: string;
  /** Null: nobody asked. */
  readonly holds: boolean | null;
  readonly bound: string;
}

const shown = (value: number): string =>
  Number.isInteger(value) ? String(value) : value >= 100 ? value.toFixed(0) : value.toFixed(4).replace(/0+$/, '');

const measuredOf = ({ type, values }: SummaryData['metrics'][string]): string => {
  switch (type) {
    case 'rate': {
      const [yes, no] = [values.passes ?? 0, values.fails ?? 0];
      return yes + no === 0 ? '-' : `${((100 * yes) / (yes + no)).toFixed(2)} % of ${yes + no}`;
    }
    case 'counter':
      return shown(values.count ?? 0);
    case 'gauge':
      return shown(values.value ?? 0);
    default:
      // An empty trend has a maximum of 0, which is no measurement.
      return values.max === undefined || values.count === 0
        ? '-'
        : `max ${shown(values.max)}, median ${shown(values.med ?? 0)}`;
  }
};

/** Bounds that hold always only keep a figure in k6's memory. */
const isBound = (bound: string): boolean => !bound.endsWith('>=0');

/** Our own figures first, in one order, whatever order k6 keeps them in. */
export const linesOf = ({ metrics, root_group: root }: SummaryData): readonly Line[] => {
  const lines: Line[] = [];
  for (const name of Object.keys(metrics).sort()) {
    const metric = metrics[name];
    if (metric === undefined) continue;
    const bounds = Object.entries(metric.thresholds ?? {});
    const asked = bounds.filter(([bound]) => isBound(bound));
    for (const [bound, { ok }] of asked) lines.push({ name, value: measuredOf(metric), holds: ok, bound });
    if (asked.length === 0 && (bounds.length > 0 || ours.has(name)))
      lines.push({ name, value: measuredOf(metric), holds: null, bound: '' });
  }
  const checks = (group: Group): void => {
    for (const { name, passes, fails } of group.checks)
      lines.push({ name, value: `${passes} of ${passes + fails}`, holds: fails === 0, bound: 'always' });
    group.groups.forEach(checks);
  };
  checks(root);
  return lines;
};

const ours = new Set([
  'innocent_success',
  'abusive_success',
  'failover_ms',
  'first_notice_ms',
  'last_notice_ms',
  'false_resolved',
  'double_capture',
  'answer_ms',
  'injected_delay_ms',
  'operations',
  'dropped_iterations',
  'http_reqs',
]);

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

export const textOf = (title: string, data: SummaryData): string => {
  const lines = linesOf(data);
  const width = Math.max(10, ...lines.map(({ name }) => name.length));
  const mark = (holds: boolean | null): string => (holds === null ? ' ' : holds ? '✓' : '✗');
  const rows = lines.map(
    ({ name, value, holds, bound }) =>
      `  ${mark(holds)} ${name.padEnd(width)}  ${value}${bound === '' ? '' : `  (${bound})`}`,
  );
  const failed = lines.filter(({ holds }) => holds === false).length;
  const verdict = failed === 0 ? 'holds' : `${failed} ${failed === 1 ? 'bound is' : 'bounds are'} broken`;
  return `${title}: ${verdict}, ${(data.state.testRunDurationMs / 1000).toFixed(1)} s\n${rows.join('\n')}\n`;
};

export const junitOf = (title: string, data: SummaryData): string => {
  const cases = linesOf(data).filter(({ holds }) => holds !== null);
  const failures = cases.filter(({ holds }) => holds === false).length;
  const seconds = (data.state.testRunDurationMs / 1000).toFixed(3);
  const body = cases.map(({ name, value, holds, bound }) => {
    const open = `    <testcase classname="k6.${escaped(title)}" name="${escaped(`${name} ${bound}`)}" time="0"`;
    return holds === true
      ? `${open}/>`
      : `${open}>\n      <failure message="${escaped(`${name} is ${value}, bound ${bound}`)}"/>\n    </testcase>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="${escaped(title)}" tests="${cases.length}" failures="${failures}" errors="0" time="${seconds}">\n${body.join('\n')}\n  </testsuite>\n</testsuites>\n`;
};

export const htmlOf = (title: string, data: SummaryData): string => {
  const rows = linesOf(data).map(({ name, value, holds, bound }) => {
    const word = holds === null ? '' : holds ? 'holds' : 'broken';
    return `<tr class="${word}"><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td><td>${escaped(bound)}</td><td>${word}</td></tr>`;
  });
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #ccc;font-weight:400}
thead th{font-weight:600}.holds td:last-child{color:#1b5e20}.broken td:last-child{color:#b00020;font-weight:600}</style>
<h1>${escaped(title)}</h1><p>${(data.state.testRunDurationMs / 1000).toFixed(1)} s</p>
<table><thead><tr><th>Figure</th><th>Measured</th><th>Bound</th><th>Verdict</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></html>
`;
};

/** `handleSummary` of a script called `title`. */
export const summarise =
  (title: string) =>
  (data: SummaryData): Record<string, string> => ({
    stdout: textOf(title, data),
    ...(settings.out === ''
      ? {}
      : {
          [`${settings.out}/summary.json`]: `${JSON.stringify({ script: title, lines: linesOf(data), metrics: data.metrics, state: data.state })}\n`,
          [`${settings.out}/junit.xml`]: junitOf(title, data),
          [`${settings.out}/summary.html`]: htmlOf(title, data),
        }),
  });
