/**
 * `breakwater fraud-matrix`: every recipe and every profile through the fraud room's own doors, over several seeds,
 * as a confusion matrix with figures a line. Exit 0 when the bounds hold:
 *
 * - each recipe of each seed: at most 30 attempts reach an issuer, or none but one in a hundred later than 60 s after
 *   the first; at most 5 good cards are confirmed;
 * - each profile: at most 0.1 % of honest payments are stepped up or declined, over all seeds together.
 */
import { Policy, readRules } from '../../gateway/app.ts';
import type { Shell } from '../cli/shell.ts';
import { loadPolicy } from '../play/load-policy.ts';
import { createRandom } from '../stage/random.ts';
import { type AttackFigures, playAttack } from './attack.ts';
import { type Hits, honestMerchant, noHits } from './honest.ts';
import { profiles } from './profiles.ts';
import { beyond, type Recipe, recipes } from './recipes.ts';
import { openShopFloor } from './shop-floor.ts';
import { attackLine, honestLine, matrixLines } from './table.ts';
import { createTimeline } from './timeline.ts';

export type Numbers = Parameters<typeof openShopFloor>[1];

export const bounds = { reachedMax: 30, withinMs: 60_000, confirmedMax: 5, hitShareMax: 0.001 } as const;

/** Over all seeds: the worst of each figure, and honest payments beside it added up. */
export interface RecipeFigures {
  readonly recipe: string;
  readonly seeds: number;
  readonly attempts: number;
  readonly reachedWorst: number;
  readonly reachedMean: number;
  readonly containedMsWorst: number;
  readonly confirmedWorst: number;
  readonly confirmedMean: number;
  readonly beside: Hits;
  /** Null: held to nothing. */
  readonly holds: boolean | null;
}

export interface ProfileFigures {
  readonly profile: string;
  readonly what: string;
  readonly hits: Hits;
  readonly hitShare: number;
  readonly holds: boolean;
}

export interface MatrixResult {
  readonly seeds: number;
  readonly recipes: readonly RecipeFigures[];
  readonly beyond: readonly RecipeFigures[];
  readonly profiles: readonly ProfileFigures[];
  readonly holds: boolean;
}

const sumOf = (all: readonly Hits[]): Hits =>
  all.reduce(
    (sum, hits) => ({
      payments: sum.payments + hits.payments,
      steppedUp: sum.steppedUp + hits.steppedUp,
      declined: sum.declined + hits.declined,
      unchecked: sum.unchecked + hits.unchecked,
    }),
    noHits(),
  );

export const contained = ({ reached, containedMs }: Pick<AttackFigures, 'reached' | 'containedMs'>): boolean =>
  reached <= bounds.reachedMax || containedMs <= bounds.withinMs;

const recipeFigures = (recipe: Recipe, played: readonly AttackFigures[], judged: boolean): RecipeFigures => {
  const worst = (figure: 'reached' | 'containedMs' | 'confirmed'): number =>
    Math.max(...played.map((one) => one[figure]));
  const mean = (figure: 'reached' | 'confirmed'): number =>
    played.reduce((sum, one) => sum + one[figure], 0) / played.length;
  return {
    recipe: recipe.id,
    seeds: played.length,
    attempts: recipe.attempts,
    reachedWorst: worst('reached'),
    reachedMean: mean('reached'),
    containedMsWorst: worst('containedMs'),
    confirmedWorst: worst('confirmed'),
    confirmedMean: mean('confirmed'),
    beside: sumOf(played.map(({ beside }) => beside)),
    holds: judged ? played.every((one) => contained(one) && one.confirmed <= bounds.confirmedMax) : null,
  };
};

/** All profiles at one gateway for `days`; the hits of each, in their order. */
export const playHonest = (seed: number, numbers: Numbers, days: number): readonly Hits[] => {
  const floor = openShopFloor(seed, numbers);
  const timeline = createTimeline();
  const root = createRandom(seed, 'honest');
  const merchants = profiles.map((profile) => honestMerchant(floor, profile, root.fork(profile.id)));
  for (const merchant of merchants) merchant.begin(timeline.plan, 0, days * 86_400_000);
  timeline.run(floor.setMs);
  return merchants.map(({ hits }) => hits);
};

export interface MatrixRequest {
  readonly seeds: number;
  readonly from: number;
  readonly numbers: Numbers;
  readonly days: number;
  readonly note?: (line: string) => void;
}

export const playMatrix = ({ seeds, from, numbers, days, note = () => {} }: MatrixRequest): MatrixResult => {
  const all = Array.from({ length: seeds }, (_, index) => from + index);
  const played = (recipe: Recipe, judged: boolean): RecipeFigures => {
    const figures = recipeFigures(
      recipe,
      all.map((seed) => playAttack(recipe, seed, numbers)),
      judged,
    );
    note(attackLine(figures));
    return figures;
  };
  const attacks = recipes.map((recipe) => played(recipe, true));
  const unseen = beyond.map((recipe) => played(recipe, false));
  const honest = all.map((seed) => playHonest(seed, numbers, days));
  const shops = profiles.map(({ id, what }, index): ProfileFigures => {
    const hits = sumOf(honest.map((one) => one[index]!));
    const hitShare = (hits.steppedUp + hits.declined) / Math.max(1, hits.payments);
    const figures = { profile: id, what, hits, hitShare, holds: hitShare <= bounds.hitShareMax };
    note(honestLine(figures));
    return figures;
  });
  const holds = attacks.every((one) => one.holds === true) && shops.every((one) => one.holds);
  return { seeds, recipes: attacks, beyond: unseen, profiles: shops, holds };
};

/** The numbers of `protected`, or those with a file's rules. */
export const numbersOf = (rules: unknown): { readonly numbers: Numbers } | { readonly faults: readonly string[] } => {
  const loaded = loadPolicy('protected');
  if (!loaded.ok) return { faults: ['the policy protected is not valid'] };
  const { fraud } = Policy.parse(loaded.policy);
  // Nobody looks at single decisions here.
  const numbers = { ...fraud, recentMax: 10 };
  if (rules === null) return { numbers };
  const read = readRules(rules);
  if ('faults' in read)
    return { faults: read.faults.map(({ path, reason }) => `${path === '' ? 'the file' : path}: ${reason}`) };
  return { numbers: { ...numbers, rules: read.rules } };
};

export interface MatrixOptions {
  readonly seeds: number;
  readonly from: number;
  readonly json: boolean;
  readonly days: number;
  /** Data of a rules file; null: the policy's. */
  readonly rules: unknown;
}

/** Resolves with the exit status. @throws nothing of its own */
export const fraudMatrix = (
  shell: Shell,
  options: MatrixOptions,
): { readonly holds: boolean } | { readonly faults: readonly string[] } => {
  const read = numbersOf(options.rules);
  if ('faults' in read) return read;
  const startedMs = shell.nowMs();
  const say = options.json ? shell.note : shell.out;
  const result = playMatrix({ ...options, numbers: read.numbers, note: (line) => say(`${line}\n`) });
  for (const line of matrixLines(result)) say(`${line}\n`);
  say(`${result.holds ? 'holds' : 'FAILS'} in ${((shell.nowMs() - startedMs) / 1000).toFixed(0)} s\n`);
  if (options.json) shell.out(`${JSON.stringify(result)}\n`);
  return { holds: result.holds };
};
