/**
 * What a person sees while days are played: the clock of each running one at the bottom, and above
 * it a line per decision or notice as it happens. Not a terminal: only what is finished.
 */
import type { Mark } from '../judge/result.ts';
import { dayOf } from '../play/scenario.ts';
import { isoInJapan } from '../play/times.ts';
import type { Lang } from '../play/words.ts';
import { formatLine } from '../report/terminal.ts';
import type { Job } from './pool.ts';
import type { Tty } from './shell.ts';

export interface Screen {
  started(job: Job): void;
  story(job: Job, mark: Mark): void;
  progress(job: Job, scenarioMs: number): void;
  done(job: Job): void;
  /** Leaves the terminal as it was found. */
  close(): void;
}

const barWidth = 20;
const ansi = '\u001b[';

const nameOf = ({ scenario, policy }: Job): string => `${scenario.id} ${policy.name}`;

/** `21:34:10  ########............   41 %  payjp-2017-07-12 as-it-was`, never wider than the terminal. */
export const statusLine = (job: Job, scenarioMs: number, columns: number): string => {
  const { startWallMs, dayMs } = dayOf(job.scenario);
  const share = Math.min(1, scenarioMs / (dayMs + job.scenario.quietMinutes * 60_000));
  const full = Math.floor(share * barWidth);
  const bar = '#'.repeat(full) + '.'.repeat(barWidth - full);
  const clock = isoInJapan(startWallMs + Math.floor(scenarioMs)).slice(11, 19);
  return `${clock}  ${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${nameOf(job)}`.slice(0, columns - 1);
};

const silent: Screen = { started: () => {}, story: () => {}, progress: () => {}, done: () => {}, close: () => {} };

export const createScreen = (write: (text: string) => void, tty: Tty | null, lang: Lang): Screen => {
  if (tty === null) return silent;
  const clocks = new Map<Job, number>();
  let drawn = 0;

  /** Prints `above`, then the clocks below it, over the clocks that were drawn before. */
  const redraw = (above: string): void => {
    const erase = drawn === 0 ? '' : `${ansi}${drawn}F${ansi}J`;
    const lines = [...clocks].map(([job, scenarioMs]) => `${statusLine(job, scenarioMs, tty.columns)}\n`);
    drawn = lines.length;
    write(`${erase}${above}${lines.join('')}`);
  };

  return {
    started(job) {
      clocks.set(job, 0);
      redraw('');
    },
    story(job, mark) {
      const startsAt = isoInJapan(dayOf(job.scenario).startWallMs);
      redraw(`${formatLine(mark, { colour: tty.colour, lang, startsAt })}  (${nameOf(job)})\n`);
    },
    progress(job, scenarioMs) {
      clocks.set(job, scenarioMs);
      redraw('');
    },
    done(job) {
      clocks.delete(job);
      redraw('');
    },
    close() {
      clocks.clear();
      redraw('');
    },
  };
};
