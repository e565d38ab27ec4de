/**
 * Compares runs with those of an earlier day, figure by figure.
 *
 * The same commit and seed give the same run, so without a tolerance every figure must be equal;
 * what a change of the code may move is written down in a tolerance file, where a reviewer sees it.
 */
import { z } from 'zod';
import type { RunResult } from '../judge/result.ts';
import { formatFault } from '../play/faults.ts';
import { readYaml } from '../play/yaml-file.ts';
import { faultsOfIssues } from '../play/zod-faults.ts';
import { UsageError } from './exit-status.ts';
import { readText } from './files.ts';

/** Figures that are compared; `*` stands for every key there. Wall time and hashes are not among them. */
const compared = ['verdict', 'requests', 'traffic.*.*', 'timings.*', 'faults.*', 'money.*', 'page.*'] as const;

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

/** A tolerance file: figures by path (`timings.firstNotice`, `timings.*`), the first that fits decides. */
export const Tolerance = z.strictObject({ figures: z.record(z.string(), Allowed) });
export type Tolerance = z.infer<typeof Tolerance>;

/** What is needed of an earlier result; more is welcome. */
const Earlier = z.looseObject({ scenario: z.string(), policy: z.string(), seed: z.int() });
export type Earlier = Pick<z.infer<typeof Earlier>, 'scenario' | 'policy' | 'seed'>;
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
  return 'runs' in parsed.data ? z.array(Earlier).parse(parsed.data.runs) : [Earlier.parse(parsed.data)];
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

const fits = (pattern: string, figure: string): boolean => {
  const [steps, names] = [pattern.split('.'), figure.split('.')];
  return steps.length === names.length && steps.every((step, index) => step === '*' || step === names[index]);
};

/** All leaves of a result by their path. Lists are leaves. */
const leavesOf = (value: object, base: string): [string, unknown][] =>
  Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? leavesOf(inner, `${base}${key}.`)
      : [[`${base}${key}`, inner] as [string, unknown]],
  );

const figuresOf = (result: object): Figures =>
  new Map(leavesOf(result, '').filter(([figure]) => compared.some((pattern) => fits(pattern, figure))));

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

export const formatDeviation = ({ scenario, policy, seed, figure, was, is }: Deviation): string =>
  figure === ''
    ? `${scenario} ${policy} seed ${seed}: not in the baseline`
    : `${scenario} ${policy} seed ${seed}: ${figure} was ${JSON.stringify(was)}, is ${JSON.stringify(is)}`;
