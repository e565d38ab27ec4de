/** What a campaign says on the terminal. */

import { flowsOf, kindNames, possibleMeetings, possiblePairs } from './possible.ts';
import type { Failure, Totals } from './totals.ts';
import { modes } from './world.ts';

const grouped = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
const days = (ms: number): string => (ms / 86_400_000).toFixed(1);

/** `kind x flow` of those that were covered in some phase. */
const meetings = (totals: Totals): ReadonlySet<string> =>
  new Set([...totals.covered].map((pair) => pair.slice(0, pair.lastIndexOf(' x '))));

const injected = (totals: Totals): number => [...totals.faults.values()].reduce((sum, times) => sum + times, 0);

/** @param seconds On the wall, of this part of the campaign; `seeds` were played in it. */
export const progressLine = (totals: Totals, seeds: number, simulatedMs: number, seconds: number): string =>
  `${grouped(totals.seeds)} seeds, ${(seeds / seconds).toFixed(1)}/s, ${days((simulatedMs / seconds) * 3600)} simulated days an hour, ` +
  `${grouped(injected(totals))} faults, ${grouped(totals.covered.size)} of fault x flow x phase, ` +
  `${percent(totals.together.size, possiblePairs)} of fault pairs, ${totals.failed} failing\n`;

export const failureLines = ({ seed, violations }: Failure): string =>
  violations.map(({ check, text }) => `seed ${seed}: ${check} ${text.split('\n', 1)[0] ?? ''}\n`).join('');

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}\n`,
    )
    .join('');
};

/** The whole campaign, as it stands. */
export const renderTotals = (
  totals: Totals,
  played: { readonly seeds: number; readonly simulatedMs: number; readonly seconds: number },
): string => {
  const { seeds, payments, simulatedMs, cpuMs, requests } = totals;
  const met = meetings(totals);
  const never = kindNames.filter((kind) => !totals.faults.has(kind));
  const unmet = possibleMeetings.filter((meeting) => !met.has(meeting));
  const checks = [...totals.checks]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([check, { judged, seedsJudged, seedsFound }]) => [
      check,
      grouped(judged),
      grouped(seedsJudged),
      String(seedsFound),
    ]);
  const idle = [...totals.checks].filter(([, { judged }]) => judged === 0).map(([check]) => check);
  const each = (value: number): string => (seeds === 0 ? '-' : grouped(value / seeds));
  const lines = [
    `${grouped(seeds)} seeds (${modes.map((mode) => `${grouped(totals.modes[mode] ?? 0)} ${mode}`).join(', ')}), ` +
      `${each(payments)} payments and ${each(requests)} requests each, ${days(simulatedMs)} simulated days, ${grouped(cpuMs / Math.max(1, seeds))} ms of CPU a seed`,
    ...(played.seeds === 0
      ? []
      : [
          `${grouped(played.seeds)} of them now, in ${played.seconds.toFixed(0)} s: ${(played.seeds / played.seconds).toFixed(1)} seeds/s, ` +
            `${days((played.simulatedMs / played.seconds) * 3600)} simulated days per wall hour`,
        ]),
    `faults injected: ${grouped(injected(totals))} of ${totals.faults.size} kinds out of ${kindNames.length}${never.length === 0 ? '' : `; never: ${never.join(', ')}`}`,
    `fault kind x flow: ${met.size} of ${possibleMeetings.length} (${percent(possibleMeetings.length - unmet.length, possibleMeetings.length)}); x phase: ${totals.covered.size}`,
    `pairs of faults in one world: ${totals.together.size} of ${possiblePairs} (${percent(totals.together.size, possiblePairs)})`,
    `flows: ${[...totals.flows].map(([flow, times]) => `${flow} ${grouped(times)}`).join(', ')}`,
    ...(idle.length === 0 ? [] : [`had nothing to judge, and count as nothing: ${idle.join(', ')}`]),
  ];
  return `${lines.join('\n')}\n\n${table([['check', 'judged', 'in seeds', 'found in'], ...checks])}`;
};

/** Every meeting of a campaign, for its file: kind, flow, phases. */
export const coverageOf = (totals: Totals) => {
  const met = meetings(totals);
  return {
    faults: Object.fromEntries([...totals.faults].sort(([one], [other]) => (one < other ? -1 : 1))),
    flows: Object.fromEntries(totals.flows),
    faultFlowPhase: [...totals.covered].sort(),
    neverMet: kindNames
      .flatMap((kind) => flowsOf(kind).map((flow) => `${kind} x ${flow}`))
      .filter((meeting) => !met.has(meeting)),
    pairs: { together: totals.together.size, of: possiblePairs },
    checks: Object.fromEntries(totals.checks),
  };
};
