/**
 * Compares runs with those of an earlier day, figure by figure.
 *
 * The same commit and seed give the same run, so without a tolerance every figure must be equal;
 * what a change of the code may move is written down in a tolerance file, where a reviewer sees it.
 */
import { z } from 'zod';
import { momentNames, type RunResult, resultFormat } from '../judge/result.ts';
import { formatFault } from '../play/faults.ts';
import { readYaml } from '../play/yaml-file.ts';
import { faultsOfIssues } from '../play/zod-faults.ts';
import { UsageError } from './exit-status.ts';
import { readText } from './files.ts';

type Group<Key extends keyof RunResult> = readonly (keyof NonNullable<RunResult[Key]>)[];
const traffic = ['sent', 'succeeded', 'deferred', 'successRate', 'extraFailures'] as const;
const faults = ['intended', 'injected'] as const satisfies Group<'faults'>;
const money = [
  'captured',
  'refunded',
  'doubleCaptures',
  'lostApprovals',
  'unknownLeft',
  'discrepancyYen',
  'unknownSeen',
  'repliesLost',
] as const satisfies Group<'money'>;
const losses = [
  'lostSales',
  'lostSalesYen',
  'falseBlocks',
  'merchantsHurt',
  'noticedAfterMs',
] as const satisfies Group<'losses'>;
const page = ['resolvedSaid', 'falseResolved', 'neverTold'] as const satisfies Group<'page'>;

/** Figures that are compared; `*` stands for any name. Wall time and hashes are not among them. */
const compared = [
  'verdict',
  'requests',
  ...(['innocent', 'abusive'] as const).flatMap((who) => traffic.map((name) => `traffic.${who}.${name}`)),
  ...momentNames.map((name) => `timings.${name}`),
  ...faults.map((name) => `faults.${name}`),
  ...money.map((name) => `money.${name}`),
  ...losses.map((name) => `losses.${name}`),
  ...page.map((name) => `page.${name}`),
  'expectations.*.holds',
  'invariants.*.found',
];

const Allowed = z
  .strictObject({
    /** In the figure's own unit. */
    absolute: z.number().nonnegative().optional(),
    /** Share of the earlier figure. */
    relative: z.number().nonnegative().optional(),
    /** Not compared at all. */
    ignore: z.literal(true).optional(),
  })
  .refine((allowed) => Object.keys(allowed).length === 1, {
    message: 'needs exactly one of absolute, relative, ignore',
  });

const fits = (pattern: string, figure: string): boolean => {
  const [steps, names] = [pattern.split('.'), figure.split('.')];
  return steps.length === names.length && steps.every((step, index) => step === '*' || step === names[index]);
};

/** Whether a pattern of a tolerance can be about any figure; names of expectations and invariants are anybody's. */
const isAboutSomething = (pattern: string): boolean =>
  compared.some((figure) => fits(pattern, figure) || fits(figure, pattern));

/** A tolerance file: figures by path (`timings.firstNotice`, `timings.*`), the first that fits decides. */
export const Tolerance = z
  .strictObject({ figures: z.record(z.string(), Allowed) })
  .superRefine(({ figures }, context) => {
    for (const pattern of Object.keys(figures))
      if (!isAboutSomething(pattern))
        context.addIssue({
          code: 'custom',
          path: ['figures', pattern],
          message:
            'is no figure that is compared; write one such as traffic.innocent.successRate, timings.*, money.*, losses.*, expectations.*.holds',
        });
  });
export type Tolerance = z.infer<typeof Tolerance>;

/** What is needed of an earlier result; more is welcome. */
const Earlier = z.looseObject({
  scenario: z.string(),
  policy: z.string(),
  seed: z.int(),
  versions: z.record(z.string(), z.string()).optional(),
});
export type Earlier = Pick<z.infer<typeof Earlier>, 'scenario' | 'policy' | 'seed' | 'versions'>;
const Baseline = z.union([z.looseObject({ runs: z.array(Earlier).min(1) }), Earlier]);

/** Reads `--baseline`: what `--json` printed, or one `result.json`. @throws UsageError */
export const readBaseline = (file: string): readonly Earlier[] => {
  const refuse = (why: string): never => {
    throw new UsageError(`breakwater: --baseline ${file}: ${why}`);
  };
  const text = readText('--baseline', file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const parsed = Baseline.safeParse(value);
  if (!parsed.success) return refuse('is neither a result.json nor what --json prints');
  const runs = 'runs' in parsed.data ? z.array(Earlier).parse(parsed.data.runs) : [Earlier.parse(parsed.data)];
  const other = runs.find(({ versions }) => (versions?.result ?? resultFormat) !== resultFormat);
  if (other !== undefined)
    refuse(
      `is of result format ${other.versions?.result} (breakwater ${other.versions?.breakwater ?? 'unknown'}); this one reads format ${resultFormat}`,
    );
  return runs;
};

/** Reads `--tolerance`, a YAML file. @throws UsageError with one line per fault */
export const readTolerance = (file: string): Tolerance => {
  const reading = readYaml(file, new TextEncoder().encode(readText('--tolerance', file)));
  if (!reading.ok) throw new UsageError(...reading.faults.map(formatFault));
  const { value, place } = reading.yaml;
  const parsed = Tolerance.safeParse(value);
  if (!parsed.success) throw new UsageError(...faultsOfIssues(parsed.error.issues, value).map(place).map(formatFault));
  return parsed.data;
};

export interface Deviation {
  readonly scenario: string;
  readonly policy: string;
  readonly seed: number;
  /** `traffic.innocent.successRate`; empty when the whole run is missing from the baseline. */
  readonly figure: string;
  readonly was: unknown;
  readonly is: unknown;
}

type Figures = ReadonlyMap<string, unknown>;

/** All leaves of a result by their path. Lists are leaves. */
const leavesOf = (value: object, base: string): [string, unknown][] =>
  Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? leavesOf(inner, `${base}${key}.`)
      : [[`${base}${key}`, inner] as [string, unknown]],
  );

/** Lists whose entries have names become objects by them, so that each entry is a figure of its own. */
const byId = (value: unknown): Record<string, unknown> =>
  Array.isArray(value)
    ? Object.fromEntries(
        value.flatMap((entry: unknown) =>
          typeof entry === 'object' && entry !== null && 'id' in entry ? [[String(entry.id), entry]] : [],
        ),
      )
    : {};

const named = (result: object): object => ({
  ...result,
  ...('expectations' in result ? { expectations: byId(result.expectations) } : {}),
  ...('invariants' in result ? { invariants: byId(result.invariants) } : {}),
});

const figuresOf = (result: object): Figures =>
  new Map(leavesOf(named(result), '').filter(([figure]) => compared.some((pattern) => fits(pattern, figure))));

const within = (was: unknown, is: unknown, allowed: z.infer<typeof Allowed> | undefined): boolean => {
  if (allowed?.ignore === true || JSON.stringify(was) === JSON.stringify(is)) return true;
  // A moment that came is no nearer to one that did not than any other.
  if (typeof was !== 'number' || typeof is !== 'number') return false;
  return Math.abs(is - was) <= (allowed?.absolute ?? Math.abs(was) * (allowed?.relative ?? 0));
};

/** Every figure that moved further than the tolerance allows. A run the baseline lacks is a deviation. */
export const deviationsOf = (
  results: readonly RunResult[],
  baseline: readonly Earlier[],
  tolerance: Tolerance | null,
): readonly Deviation[] =>
  results.flatMap((result): readonly Deviation[] => {
    const { scenario, policy, seed } = result;
    const name = { scenario, policy, seed };
    const earlier = baseline.find(
      (candidate) => candidate.scenario === scenario && candidate.policy === policy && candidate.seed === seed,
    );
    if (earlier === undefined) return [{ ...name, figure: '', was: null, is: null }];
    const [was, is] = [figuresOf(earlier), figuresOf(result)];
    const allowedFor = (figure: string) =>
      Object.entries(tolerance?.figures ?? {}).find(([pattern]) => fits(pattern, figure))?.[1];
    // A figure that only one of them has is new or gone with a version; it is no movement.
    return [...is]
      .filter(([figure, value]) => was.has(figure) && !within(was.get(figure), value, allowedFor(figure)))
      .map(([figure, value]) => ({ ...name, figure, was: was.get(figure), is: value }));
  });

/** Of these more is better, of `fewer` less; of the others nobody can say. */
const more = ['verdict', 'traffic.innocent.succeeded', 'traffic.innocent.successRate', 'expectations.*.holds'];
const fewer = [
  'traffic.innocent.extraFailures',
  'timings.detected',
  'timings.contained',
  'timings.failover',
  'timings.firstNotice',
  'timings.lastNotice',
  'timings.abuserTold',
  'timings.upstreamTold',
  'timings.recovered',
  'timings.resolved',
  'money.doubleCaptures',
  'money.lostApprovals',
  'money.unknownLeft',
  'money.discrepancyYen',
  'losses.*',
  'page.falseResolved',
  'invariants.*.found',
];

const rank = (value: unknown): number | null => {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value === 'holds' ? 1 : value === 'fails' ? 0 : null;
};

/** Whether a figure moved to the better or to the worse, where that can be said. */
export const directionOf = ({
  figure,
  was,
  is,
}: Pick<Deviation, 'figure' | 'was' | 'is'>): 'better' | 'worse' | null => {
  const sign = more.some((pattern) => fits(pattern, figure))
    ? 1
    : fewer.some((pattern) => fits(pattern, figure))
      ? -1
      : 0;
  const [before, now] = [rank(was), rank(is)];
  if (sign === 0) return null;
  // A moment that never came is as late as can be.
  if (before === null || now === null)
    return figure.startsWith('timings.') ? (now === null ? 'worse' : 'better') : null;
  return Math.sign(now - before) === sign ? 'better' : 'worse';
};

export const formatDeviation = (deviation: Deviation): string => {
  const { scenario, policy, seed, figure, was, is } = deviation;
  const run = `${scenario} ${policy} seed ${seed}`;
  if (figure === '') return `${run}: not in the baseline`;
  const direction = directionOf(deviation);
  return `${run}: ${figure} was ${JSON.stringify(was)}, is ${JSON.stringify(is)}${direction === null ? '' : ` (${direction})`}`;
};

/** What a reader of a comparison should know and what is no deviation: other versions, runs that were not played. */
export const remarksOn = (results: readonly RunResult[], baseline: readonly Earlier[]): readonly string[] => {
  const versionsOf = (runs: readonly Pick<Earlier, 'versions'>[], name: string): string =>
    [...new Set(runs.map(({ versions }) => versions?.[name] ?? 'unknown'))].join(', ');
  const versions = ['breakwater', 'node'].flatMap((name) => {
    const [was, is] = [versionsOf(baseline, name), versionsOf(results, name)];
    return was === is ? [] : [`the baseline was made by ${name} ${was}, this by ${name} ${is}`];
  });
  const played = new Set(results.map(({ scenario }) => scenario));
  const missing = [...new Set(baseline.map(({ scenario }) => scenario))].filter((scenario) => !played.has(scenario));
  return [...versions, ...(missing.length === 0 ? [] : [`in the baseline and not played: ${missing.join(', ')}`])];
};
