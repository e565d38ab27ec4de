/** The nightly command on a day of four minutes, in this process; its runs are in others, as always. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Shell } from '../../../scenarios/cli/shell.ts';
import { type DaysToProve, proveDays } from '../../../scenarios/nightly/days.ts';
import { rooms } from '../../../scenarios/nightly/rooms.ts';
import { call, inFolder, leftIn } from '../cli/run.ts';
import { floodDay } from '../theatre/short-days.ts';

const known = Object.keys(rooms).join(', ');

const fourMinutes = (atLeast: number): string => {
  const window = { from: '21:02', to: '21:04' };
  const minimum = { operations: 100, faults: 3000 };
  const day = floodDay({
    id: 'four-minutes',
    day: { from: '21:01', to: '21:05' },
    // Long enough for "not found" to be believed: two answers, two minutes apart.
    quietMinutes: 8,
    timeline: floodDay()
      .timeline.filter(({ id }) => id === 'flood')
      .map((event) => ({ ...event, what: { ...event.what, until: '21:03:30' } })),
    expect: [
      { id: 'bad', kind: 'success-rate', under: ['as-it-was'], window, atMost: 0.6, minimum },
      { id: 'good', kind: 'success-rate', under: ['protected'], window, atLeast, minimum },
    ],
  });
  // A JSON document is a YAML document.
  return JSON.stringify(day);
};

const shellInto = (lines: string[]): Shell => ({
  out: (text) => void lines.push(...text.trim().split('\n')),
  note: (text) => void lines.push(text),
  outTty: null,
  noteTty: null,
  nowMs: () => 0,
  after: () => () => {},
  onInterrupt: () => () => {},
});

const prove = async (folder: string, seeds: number, days: Pick<DaysToProve, 'removed' | 'sameHash'>) => {
  const lines: string[] = [];
  const file = path.join(folder, 'out', 'test.json');
  const status = await proveDays(
    shellInto(lines),
    { seeds, from: 7, file },
    { room: 'test', scenarios: [path.join(folder, 'four-minutes.yaml')], ...days },
  );
  return { status, lines, document: JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>> };
};

describe('breakwater nightly', () => {
  it('plays every policy with every seed, takes a protection out, and finds one hash in all processes', async () => {
    await inFolder({ 'four-minutes.yaml': fourMinutes(0.8) }, async (folder) => {
      const { status, lines, document } = await prove(folder, 2, { removed: ['no-failover'], sameHash: 'protected' });
      expect(lines.filter((line) => /^\d\/5 /.test(line))).toHaveLength(5);
      expect(lines).toContainEqual(expect.stringMatching(/^four-minutes under as-it-was: 2 of 2 hold, 2 hashes/));
      expect(lines).toContainEqual(expect.stringMatching(/^four-minutes under protected: 2 of 2 hold, 2 hashes/));
      expect(lines).toContain('no-failover: noticed');
      expect(lines).toContain('  four-minutes: fails good');
      expect(lines).toContainEqual(
        expect.stringMatching(/under protected, seed 7: one hash [0-9a-f]{32}, twice in each/),
      );
      expect(lines.at(-1)).toMatch(/^nightly test: every proof holds/);
      expect(status).toBe(0);
      expect(document).toMatchObject({ room: 'test', from: 7, seeds: 2, verdict: 'holds', partial: false });
      expect(document.runs).toHaveLength(5);
      expect(leftIn(folder)).toEqual(['four-minutes.yaml', 'out', 'out/test.json']);
    });
    // Seven processes, one of them busy on purpose.
  }, 120_000);

  it('ends with 1 and names the seeds when an expectation fails', async () => {
    await inFolder({ 'four-minutes.yaml': fourMinutes(1) }, async (folder) => {
      const { status, lines, document } = await prove(folder, 1, { removed: [], sameHash: null });
      expect(status).toBe(1);
      expect(lines).toContainEqual(expect.stringMatching(/^ {4}FAILS with seed 7: 0\.\d+ is below 1$/));
      expect(lines).toContain('  again: breakwater replay four-minutes --policy protected --seed 7');
      expect(lines.at(-1)).toMatch(/^nightly test: FAILS/);
      expect(document.verdict).toBe('fails');
    });
  });

  it.each([
    ['an unknown room', ['nightly', 'nowhere'], `breakwater: no room "nowhere"; nightly has ${known}\n`],
    ['a name that every object has', ['nightly', 'toString'], `breakwater: no room "toString"; nightly has ${known}\n`],
    ['no room', ['nightly'], "breakwater: missing required argument 'room'\n"],
    [
      'no seeds',
      ['nightly', 'july', '--seeds', '0'],
      "breakwater: option '--seeds <n>' argument '0' is invalid. Say a whole number from 1 to 1000.\n",
    ],
    [
      'blows in a room without any',
      ['nightly', 'july', '--kills', '3'],
      'breakwater: --kills is for the room live-kills alone\n',
    ],
    [
      'seeds beyond the last',
      ['nightly', 'july', '--from', '4294967295'],
      'breakwater: --from and --seeds go beyond the last seed\n',
    ],
  ])('refuses %s with one line, and writes nothing', async (_, args, line) => {
    await inFolder({}, async (folder) => {
      expect(await call(args, folder)).toEqual({ status: 2, out: '', err: line });
      expect(leftIn(folder)).toEqual([]);
    });
  });
});
