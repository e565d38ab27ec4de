/** Lines of the matrix as people read them. */
import type { MatrixResult, ProfileFigures, RecipeFigures } from './matrix.ts';

const percent = (share: number, digits = 2): string => `${(share * 100).toFixed(digits)} %`;
const sign = (holds: boolean | null): string => (holds === null ? '(no bound)' : holds ? 'holds' : 'FAILS');

/** `holds  sequence, one, burst, token   reached 3 of 300 (worst), 4 s; confirmed 1 (worst); beside 0 of 12` */
export const attackLine = (figures: RecipeFigures): string => {
  const { recipe, attempts, reachedWorst, confirmedWorst, containedMsWorst, beside, holds } = figures;
  const hurt = beside.steppedUp + beside.declined;
  const when = `${(containedMsWorst / 1000).toFixed(0)} s`;
  return `${sign(holds).padEnd(10)} ${recipe.padEnd(56)} reached ${`${reachedWorst}/${attempts}`.padStart(7)}  until ${when.padStart(8)}  confirmed ${String(confirmedWorst).padStart(2)}  honest beside ${hurt}/${beside.payments}`;
};

export const honestLine = ({ profile, what, hits, hitShare, holds }: ProfileFigures): string =>
  `${sign(holds).padEnd(10)} ${profile.padEnd(16)} ${String(hits.payments).padStart(8)} payments  hit ${percent(hitShare, 3).padStart(8)}  (stepped up ${hits.steppedUp}, declined ${hits.declined}, unchecked ${hits.unchecked})  ${what}`;

/** The confusion matrix: attempts of testers and of honest payers, kept from issuers or not. */
export const matrixLines = ({ recipes, profiles, seeds }: MatrixResult): readonly string[] => {
  const attempts = recipes.reduce((sum, one) => sum + one.attempts * one.seeds, 0);
  const reached = recipes.reduce((sum, one) => sum + one.reachedMean * one.seeds, 0);
  const payments = profiles.reduce((sum, { hits }) => sum + hits.payments, 0);
  const hit = profiles.reduce((sum, { hits }) => sum + hits.steppedUp + hits.declined, 0);
  const row = (name: string, kept: number, let_: number): string =>
    `${name.padEnd(26)} ${String(Math.round(kept)).padStart(12)} ${String(Math.round(let_)).padStart(12)} ${percent(kept / (kept + let_), 3).padStart(10)}`;
  return [
    '',
    `${recipes.length} recipes and ${profiles.length} profiles, ${seeds} seeds each`,
    `${''.padEnd(26)} ${'held'.padStart(12)} ${'let through'.padStart(12)} ${'held'.padStart(10)}`,
    row('testers’ attempts', attempts - reached, reached),
    row('honest payments', hit, payments - hit),
    `worst recipe: ${Math.max(...recipes.map(({ reachedWorst }) => reachedWorst))} attempts reached an issuer, ${Math.max(...recipes.map(({ confirmedWorst }) => confirmedWorst))} good cards confirmed; worst profile: ${percent(Math.max(...profiles.map(({ hitShare }) => hitShare)), 3)} hit`,
  ];
};
