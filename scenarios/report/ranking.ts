/** Policies ranked on the same day: what each lost, whom it hurt, how soon anybody knew, whom it refused by mistake. */
import type { RunResult } from '../judge/result.ts';
import type { Lang, Words } from '../play/words.ts';
import { count, dash, duration, yen } from './figures.ts';
import { byScenario, type TerminalStyle } from './terminal.ts';
import { padEnd, padStart, textWidth, wrap } from './text-width.ts';

export const rankingWords = {
  title: { en: 'Policies, the least loss first', ja: '損失の少ない順の方針' },
  note: {
    en: 'Same day, same seed, same buyers. A lost sale is an order of an ordinary merchant that ended neither well nor with an issuer’s decline while its buyer waited; a false block is an operation of an ordinary merchant refused by our own limits.',
    ja: '同じ日、同じ乱数、同じ購入者での比較。失われた売上は、購入者が待つ間に成立も拒否もされなかった通常の加盟店の注文。誤った拒否は、通常の加盟店に対する当社の制限による拒否。',
  },
  policy: { en: 'policy', ja: '方針' },
  lost: { en: 'lost sales', ja: '失われた売上' },
  orders: { en: 'orders', ja: '注文' },
  hurt: { en: 'merchants hurt', ja: '影響加盟店' },
  falseBlocks: { en: 'false blocks', ja: '誤った拒否' },
  noticed: { en: 'noticed after', ja: '気付くまで' },
  most: { en: 'hurt most', ja: '影響の大きい加盟店' },
} as const satisfies Record<string, Words>;

/** The least lost first; of equals, who refused fewer by mistake, then who noticed sooner. */
export const ranked = (results: readonly RunResult[]): RunResult[] =>
  results
    .filter(({ losses }) => losses !== undefined)
    .toSorted(
      (a, b) =>
        a.losses!.lostSalesYen - b.losses!.lostSalesYen ||
        a.losses!.falseBlocks - b.losses!.falseBlocks ||
        (a.losses!.noticedAfterMs ?? Number.POSITIVE_INFINITY) -
          (b.losses!.noticedAfterMs ?? Number.POSITIVE_INFINITY) ||
        (a.policy < b.policy ? -1 : 1),
    );

export const rankingColumns = ['lost', 'orders', 'hurt', 'falseBlocks', 'noticed'] as const;

/** One figure of a run in words. */
export const rankingText = (result: RunResult, column: (typeof rankingColumns)[number], lang: Lang): string => {
  const { losses } = result;
  if (losses === undefined) return dash;
  switch (column) {
    case 'lost':
      return yen(losses.lostSalesYen);
    case 'orders':
      return count(losses.lostSales);
    case 'hurt':
      return count(losses.merchantsHurt);
    case 'falseBlocks':
      return count(losses.falseBlocks);
    case 'noticed':
      return losses.noticedAfterMs === null ? dash : duration(losses.noticedAfterMs, lang);
  }
};

/** `runaway-1 ¥12,300 (4)`, the worst first. */
export const hurtMostText = ({ losses }: RunResult): string =>
  losses === undefined || losses.hurtMost.length === 0
    ? dash
    : losses.hurtMost.map(({ member, operations, yen: lost }) => `${member} ${yen(lost)} (${operations})`).join(', ');

/** A table for each scenario with two policies or more; '' when there is none. Ends with a newline. */
export const renderRanking = (results: readonly RunResult[], style: TerminalStyle): string => {
  const { lang } = style;
  const blocks = byScenario(results)
    .map(ranked)
    .filter((group) => group.length > 1)
    .map((group) => {
      const policyWidth = Math.max(
        ...group.map(({ policy }) => textWidth(policy)),
        textWidth(rankingWords.policy[lang]),
      );
      const widths = rankingColumns.map((column) =>
        Math.max(
          textWidth(rankingWords[column][lang]),
          ...group.map((result) => textWidth(rankingText(result, column, lang))),
        ),
      );
      const row = (rank: string, policy: string, cells: readonly string[]): string =>
        `  ${padStart(rank, 2)}  ${padEnd(policy, policyWidth)}${cells.map((cell, index) => `  ${padStart(cell, widths[index]!)}`).join('')}`;
      const head = row(
        '',
        rankingWords.policy[lang],
        rankingColumns.map((column) => rankingWords[column][lang]),
      );
      const rows = group.flatMap((result, index) => [
        row(
          `${index + 1}`,
          result.policy,
          rankingColumns.map((column) => rankingText(result, column, lang)),
        ),
        ...(result.losses!.hurtMost.length === 0
          ? []
          : wrap(`${rankingWords.most[lang]}: ${hurtMostText(result)}`, Math.max(40, style.columns - 8)).map(
              (line) => `      ${line}`,
            )),
      ]);
      return [`${group[0]!.scenario}  ${rankingWords.title[lang]}`, head, ...rows, ''].join('\n');
    });
  return blocks.length === 0 ? '' : `${blocks.join('\n')}\n`;
};
