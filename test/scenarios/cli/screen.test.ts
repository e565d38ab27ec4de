import { describe, expect, it } from 'vitest';
import type { Job } from '../../../scenarios/cli/pool.ts';
import { totalsLine } from '../../../scenarios/cli/replay.ts';
import { createScreen, statusLine } from '../../../scenarios/cli/screen.ts';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';
import { goodScenario } from '../play/parse.ts';
import { aResult } from './results.ts';

const jobUnder = (name: string): Job => {
  const loaded = loadPolicy(name);
  if (!loaded.ok) throw new Error(`${name} does not load`);
  return {
    scenario: goodScenario(),
    policy: loaded.policy,
    judgedAs: 'protected',
    seed: 1,
    trace: 'standard',
    traceFile: 't',
  };
};
const [job, other] = [jobUnder('protected'), jobUnder('as-it-was')];
const mark = { atMs: 1_206_000, kind: 'breaker', title: { en: 'escott opens', ja: 'escott を遮断' } } as const;

/** What a terminal shows in the end: `ESC[nF` goes n lines up, `ESC[J` erases from there. */
const shownBy = (written: string): readonly string[] => {
  const lines: string[] = [];
  for (const [index, part] of written.split('\u001b[').entries()) {
    const up = /^(\d+)F$/.exec(part);
    if (up !== null) lines.length -= Number(up[1]);
    else lines.push(...(index === 0 ? part : part.replace(/^J/, '')).split('\n').slice(0, -1));
  }
  return lines;
};

const screenOn = (tty: { columns: number; colour: boolean } | null) => {
  let written = '';
  const screen = createScreen(
    (text) => {
      written += text;
    },
    tty,
    'en',
  );
  return { screen, shown: () => shownBy(written), written: () => written };
};

describe('the screen', () => {
  it('keeps the clock of each running day below the story', () => {
    const { screen, shown } = screenOn({ columns: 80, colour: false });
    screen.started(job);
    screen.started(other);
    screen.story(job, mark);
    screen.progress(other, 2_700_000);
    const story = expect.stringMatching(/^10:20:06 +breaker +escott opens +\(small-day protected\)$/);
    expect(shown()).toEqual([
      story,
      '10:00:00  ....................   0 %  small-day protected',
      '10:45:00  ##########..........  50 %  small-day as-it-was',
    ]);
    screen.done(other);
    expect(shown()).toEqual([story, '10:00:00  ....................   0 %  small-day protected']);
    screen.close();
    expect(shown()).toEqual([story]);
  });

  it('is silent where nobody watches', () => {
    const { screen, written } = screenOn(null);
    screen.started(job);
    screen.story(job, mark);
    screen.progress(job, 60_000);
    screen.done(job);
    screen.close();
    expect(written()).toBe('');
  });

  it('never writes a clock wider than the terminal', () => {
    expect(statusLine(job, 0, 30)).toHaveLength(29);
  });
});

describe('the totals', () => {
  it('count runs, requests and requests per CPU-second', () => {
    expect(totalsLine([aResult(), aResult({ requests: 1_500_000, cpuMs: 88_500 })], 61_040, 'en')).toBe(
      '2 runs, 1,530,000 requests, 90.0 s of CPU in 61.0 s, 17,000 requests per CPU-second',
    );
    expect(totalsLine([aResult()], 2_000, 'ja')).toContain('1 回の実行、リクエスト 30,000 件');
  });
});
