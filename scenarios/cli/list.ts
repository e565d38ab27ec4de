/** `breakwater list`: scenarios, one a line. */
import { catalogueIds } from '../play/catalogue.ts';
import type { Scenario } from '../play/scenario.ts';
import { exitStatus } from './exit-status.ts';
import { loadPlays } from './load.ts';
import type { Lang, Shell } from './shell.ts';

/** Document and lines that a scenario cites, each document once: `seeds/a.txt:137,192`. */
const citations = ({ sources, timeline, grounds }: Scenario): string => {
  const cited = [...timeline, ...grounds].flatMap(({ source }) => (source === undefined ? [] : [source]));
  return sources
    .map(({ id, document }) => {
      const lines = [
        ...new Set(cited.flatMap(({ document: cites, line }) => (cites === id && line !== undefined ? [line] : []))),
      ];
      return lines.length === 0 ? document : `${document}:${lines.sort((one, other) => one - other).join(',')}`;
    })
    .join(' ');
};

/** Prints id, date, title and sources of each scenario of the catalogue. */
export const list = (shell: Shell, { lang }: { readonly lang: Lang }): number => {
  const plays = loadPlays(catalogueIds(), null);
  const idWidth = Math.max(...plays.map(({ scenario }) => scenario.id.length));
  for (const { scenario } of plays)
    shell.out(`${scenario.id.padEnd(idWidth)}  ${scenario.date}  ${scenario.title[lang]}  [${citations(scenario)}]\n`);
  return exitStatus.holds;
};
