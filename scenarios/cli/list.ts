/** `breakwater list`: scenarios, one a line, below the headings of the catalogue. */
import { catalogueIds } from '../play/catalogue.ts';
import { groupIds, groupTitles } from '../play/groups.ts';
import type { Scenario } from '../play/scenario.ts';
import type { Lang } from '../play/words.ts';
import { exitStatus } from './exit-status.ts';
import { loadPlays } from './load.ts';
import type { Shell } from './shell.ts';

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

/** Prints id, date, title and sources of each scenario; headings begin with `#`, so that scripts can leave them out. */
export const list = (shell: Shell, { lang }: { readonly lang: Lang }): number => {
  const plays = loadPlays(catalogueIds(), null);
  const idWidth = Math.max(...plays.map(({ scenario }) => scenario.id.length));
  const groups = groupIds.map((group) => ({
    title: groupTitles[group][lang],
    days: plays
      .map(({ scenario }) => scenario)
      .filter((scenario) => scenario.group === group)
      .toSorted((one, other) => (one.date < other.date ? -1 : one.date > other.date ? 1 : 0)),
  }));
  for (const [index, { title, days }] of groups.filter((group) => group.days.length > 0).entries()) {
    shell.out(`${index === 0 ? '' : '\n'}# ${title}\n`);
    for (const day of days)
      shell.out(`${day.id.padEnd(idWidth)}  ${day.date}  ${day.title[lang]}  [${citations(day)}]\n`);
  }
  return exitStatus.holds;
};
