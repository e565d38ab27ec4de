/**
 * What a broken acquirer, a broken brand and too much traffic cost: short days with one trouble each,
 * every seed, and the figures that are promised for them.
 */
import { exitStatus } from '../cli/exit-status.ts';
import { writeText } from '../cli/files.ts';
import type { Proof } from './rooms.ts';
import { spreadOf, spreadText } from './summary.ts';
import { type CaseName, cases, fromMs, policyOf, toMs } from './upstream/cases.ts';
import {
  type BrandFigures,
  brandFigures,
  type InquiryFigures,
  inquiryFigures,
  type LossFigures,
  lossFigures,
  type OverloadFigures,
  overloadFigures,
  pooled,
  type Share,
  shareIn,
  shareOf,
} from './upstream/figures.ts';
import { playShortDay, type ShortDay } from './upstream/run.ts';

interface Line {
  readonly what: string;
  readonly bound: string;
  readonly measured: string;
  readonly holds: boolean;
}

const percent = (share: number | null): string => (share === null ? 'no traffic' : `${(share * 100).toFixed(3)} %`);
const atMost = (what: string, values: readonly (number | null)[], most: number, unit: string): Line => {
  const known = values.filter((value) => value !== null);
  return {
    what,
    bound: `<= ${most}${unit}`,
    measured: `${spreadText(spreadOf(known))}${unit}${known.length < values.length ? `, ${values.length - known.length} without` : ''}`,
    holds: known.length === values.length && known.every((value) => value <= most),
  };
};
/** Worst seed where each has 10,000 operations of the kind, else all seeds together. */
const atLeastShare = (what: string, shares: readonly Share[], least: number): Line => {
  const each = shares.every(({ of }) => of >= 10_000);
  const measured = each ? Math.min(...shares.map((share) => shareOf(share) ?? 0)) : shareOf(pooled(shares));
  const of = pooled(shares).of;
  return {
    what,
    bound: `>= ${least * 100} %`,
    measured: `${percent(measured)} of ${of} ${each ? '(worst seed)' : '(pooled)'}`,
    holds: measured !== null && measured >= least,
  };
};

const lossLines = (name: string, figures: readonly LossFigures[], openS: number, settledS: number): Line[] => [
  atMost(
    `${name}: breaker open`,
    figures.map(({ openedAfterS }) => openedAfterS),
    openS,
    ' s',
  ),
  // 3.85 creates and registrations a second, ten seconds of them; exposed are those begun before the opening.
  atMost(
    `${name}: exposed`,
    figures.map(({ exposed }) => exposed),
    38,
    '',
  ),
  atLeastShare(
    `${name}: succeed from ${settledS} s on`,
    figures.map(({ settled }) => settled),
    0.999,
  ),
  atMost(
    `${name}: at 99 % after healing`,
    figures.map(({ recoveredAfterS }) => recoveredAfterS),
    30,
    ' s',
  ),
  atMost(
    `${name}: re-openings of one breaker`,
    figures.map(({ reopenings }) => reopenings),
    1,
    '',
  ),
];

const visa = 'Visa';
const notVisa = (operation: { readonly brand?: string }): boolean => operation.brand !== visa;

const brandLines = (figures: readonly BrandFigures[], twins: readonly Share[]): Line[] => {
  const others = shareOf(pooled(figures.map((one) => one.others)));
  const twin = shareOf(pooled(twins));
  const points = others === null || twin === null ? null : (twin - others) * 100;
  return [
    atMost('brand: other brands lose', [points], 0.1, ' points'),
    // While silent calls hold the slots, until they time out, others find one elsewhere: ten seconds of 1.7 a second. That
    // nobody moves was written here first, and 8 of 10 seeds keep it.
    atMost(
      'brand: other brands moved',
      figures.map(({ movedOthers }) => movedOthers),
      17,
      '',
    ),
    atMost(
      'brand: openings of one key',
      figures.map(({ mostOfOneKey }) => mostOfOneKey),
      2,
      '',
    ),
  ];
};

const blipLines = (figures: readonly BrandFigures[]): Line[] => [
  atMost(
    'blip: openings of one key',
    figures.map(({ mostOfOneKey }) => mostOfOneKey),
    1,
    '',
  ),
  atMost(
    'blip: other brands moved',
    figures.map(({ movedOthers }) => movedOthers),
    0,
    '',
  ),
  atMost(
    'blip: all back',
    figures.map(({ backAfterS }) => backAfterS),
    30,
    ' s',
  ),
  atMost(
    'blip: published',
    figures.map(({ published }) => published),
    0,
    '',
  ),
  atMost(
    'blip: people paged',
    figures.map(({ pages }) => pages),
    1,
    '',
  ),
];

const overloadLines = (figures: readonly OverloadFigures[]): Line[] => {
  const goodput = figures.map((one) => one.goodput);
  return [
    {
      what: 'overload: goodput of capacity',
      bound: '>= 90 %',
      measured: `${spreadText(spreadOf(goodput))} of ${spreadText(spreadOf(figures.map(({ offeredPerS }) => offeredPerS)))} payments/s offered`,
      holds: goodput.every((share) => share >= 0.9),
    },
    atLeastShare(
      'overload: captures and refunds',
      figures.map(({ critical }) => critical),
      0.9999,
    ),
    atLeastShare(
      'overload: 30 s after it',
      figures.map(({ afterwards }) => afterwards),
      0.99,
    ),
    atMost(
      'overload: breakers opened',
      figures.map(({ openings }) => openings),
      1,
      '',
    ),
  ];
};

const inquiryLines = (figures: readonly InquiryFigures[]): Line[] => [
  atLeastShare(
    'overload, replies lost: inquiries answered',
    figures.map(({ asked }) => asked),
    0.9999,
  ),
  atLeastShare(
    'overload, replies lost: known within 150 s',
    figures.map(({ settled }) => settled),
    0.9999,
  ),
  atLeastShare(
    'overload, replies lost: captures and refunds',
    figures.map(({ critical }) => critical),
    0.9999,
  ),
];

const blipEndMs = fromMs + 3_000;
/** Two acquirers of four workers of 250 ms. */
const overloaded = { callsPerSecond: 32, fromMs: fromMs + 10_000, toMs: 120_000 };

export const upstream: Proof = async (shell, request) => {
  const seeds = Array.from({ length: request.seeds }, (_, index) => request.from + index);
  let interrupted = false;
  const forget = shell.onInterrupt(() => {
    interrupted = true;
  });
  const play = async <T>(name: CaseName, of: (day: ShortDay) => T, causes = true): Promise<T[]> => {
    const figures: T[] = [];
    for (const seed of seeds) {
      if (interrupted) break;
      const startedMs = shell.nowMs();
      const day = await playShortDay(cases[name](), policyOf(name), seed, { causes });
      figures.push(of(day));
      const took = ((shell.nowMs() - startedMs) / 1000).toFixed(1);
      shell.out(`${name}${causes ? '' : ' (twin)'}, seed ${seed}: ${day.operations.length} operations in ${took} s\n`);
    }
    return figures;
  };
  try {
    const refusal = await play('refusal', (day) => lossFigures(day, 5_000));
    const blackHole = await play('black-hole', (day) => lossFigures(day, 15_000));
    const slowness = await play('slowness', (day) => lossFigures(day, 15_000));
    const brand = await play('brand', (day) => brandFigures(day, visa, toMs));
    const twins = await play('brand', ({ operations }) => shareIn(operations, fromMs, toMs, notVisa), false);
    const blip = await play('blip', (day) => brandFigures(day, visa, blipEndMs));
    const overload = await play('overload', (day) => overloadFigures(day, overloaded));
    const unknown = await play('overload-unknown', (day) => inquiryFigures(day, overloaded));
    const lines = interrupted
      ? []
      : [
          ...lossLines('refusal', refusal, 3, 5),
          ...lossLines('black hole', blackHole, 10, 15),
          ...lossLines('slowness', slowness, 10, 15),
          ...brandLines(brand, twins),
          ...blipLines(blip),
          ...overloadLines(overload),
          ...inquiryLines(unknown),
        ];
    const width = Math.max(0, ...lines.map(({ what }) => what.length));
    for (const { what, bound, measured, holds } of lines)
      shell.out(`${holds ? 'holds' : 'FAILS'}  ${what.padEnd(width)}  ${bound}: ${measured}\n`);
    const holds = !interrupted && lines.every((line) => line.holds);
    const document = {
      room: 'upstream',
      from: request.from,
      seeds: request.seeds,
      verdict: holds ? 'holds' : 'fails',
      partial: interrupted,
      lines,
      figures: { refusal, blackHole, slowness, brand, twins, blip, overload, unknown },
    };
    writeText(request.file, `${JSON.stringify(document, null, 2)}\n`);
    shell.out(
      `nightly upstream: ${interrupted ? 'INTERRUPTED' : holds ? 'every proof holds' : 'FAILS'} (${request.file})\n`,
    );
    if (interrupted) return exitStatus.interrupted;
    return holds ? exitStatus.holds : exitStatus.fails;
  } finally {
    forget();
  }
};
