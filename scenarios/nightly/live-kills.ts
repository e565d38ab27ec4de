/**
 * SIGKILL and SIGSTOP at random moments, of gateway instances, PostgreSQL and Redis, under k6's load:
 * no double capture, no acknowledged write lost, nothing unknown once all is quiet.
 *
 * Judged twice: by the auditor, who reads all books, and from outside, by what k6 sent and was told.
 * For the second, every acknowledged write is read back at once and every charge once more at the end.
 */
import path from 'node:path';
import { exitStatus } from '../cli/exit-status.ts';
import { writeText } from '../cli/files.ts';
import { loadPlay } from '../cli/load.ts';
import type { Shell } from '../cli/shell.ts';
import { type HistoryJudgement, judgeHistory } from '../history/judge-history.ts';
import { recordOperation } from '../history/operation.ts';
import { Expectation } from '../judge/expectations/index.ts';
import { excerptOf } from '../live/excerpt.ts';
import { historyOf, unreadIn } from '../live/history.ts';
import { k6With } from '../live/k6-client.ts';
import { linesOf } from '../live/k6-lines.ts';
import { Interrupted, type LiveAnswer, playLive } from '../live/play.ts';
import type { Event, Scenario } from '../play/scenario.ts';
import { msOfDay } from '../play/times.ts';
import { createRandom } from '../stage/random.ts';
import type { Proof } from './rooms.ts';

const killsUsual = 30;
/** Integer milliseconds of one machine's clock in two programs. */
const skewMs = 2;
const violationsShown = 5;
/** One blow and what it takes to get up again. */
const slotSeconds = 9;
const quietSeconds = 20;
const day = 'payjp-2017-07-12';

const clockOf = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** A day without any other trouble, in which something is struck every nine seconds. */
export const dayOfBlows = (ordinary: Scenario, seed: number, count = killsUsual): Scenario => {
  const random = createRandom(seed, 'live kills');
  const fromMs = msOfDay(ordinary.day.from);
  const at = (seconds: number): string => clockOf(fromMs + seconds * 1000);
  const timeline: Event[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const draws = random.fork(`blow ${nth}`);
    const program = ['gateway-1', 'gateway-2', 'store', 'redis'][draws.integer(0, 3)] as string;
    const freezes = draws.float() < 0.4;
    const struck = quietSeconds + nth * slotSeconds + draws.integer(0, 2);
    const back = struck + draws.integer(1, 3);
    for (const [action, seconds] of [
      [freezes ? 'freeze' : 'kill', struck],
      [freezes ? 'resume' : 'restart', back],
    ] as const)
      timeline.push({
        id: `${action}-${nth}`,
        at: at(seconds),
        assumed: 'drawn from the seed',
        what: { kind: 'process', program, action },
      } as Event);
  }
  const lengthSeconds = Math.ceil((quietSeconds * 2 + count * slotSeconds) / 10) * 10;
  const minimum = { operations: count * 10 };
  return {
    ...ordinary,
    id: 'live-kills',
    day: { from: at(0), to: at(lengthSeconds) },
    world: { ...ordinary.world, gateway: { ...ordinary.world.gateway, instances: 2 } },
    timeline,
    expect: [
      Expectation.parse({ id: 'books-equal', kind: 'money', minimum }),
      Expectation.parse({ id: 'invariants-hold', kind: 'invariants', minimum }),
    ],
  };
};

const mmss = (ms: number): string => `${Math.floor(ms / 60_000)}:${clockOf(ms).slice(6)}`;

const play = async (shell: Shell, seed: number, kills: number, logFolder: string): Promise<LiveAnswer> => {
  const loaded = loadPlay(day, ['protected']);
  const [chosen] = loaded.policies;
  if (chosen === undefined) throw new Error('the policy protected is missing');
  // The excerpt's hurry (follow-ups, listings, read-backs) without its flood.
  const excerpt = excerptOf(loaded.scenario, { policy: chosen.judgedAs });
  const scenario = dayOfBlows(excerpt.scenario, seed, kills);
  const lengthMs = msOfDay(scenario.day.to) - msOfDay(scenario.day.from);
  const controller = new AbortController();
  const forget = shell.onInterrupt(() => controller.abort());
  let blows = 0;
  try {
    return await playLive({
      excerpt: { ...excerpt, scenario, lengthMs, cause: null },
      policy: chosen.policy,
      judgedAs: chosen.judgedAs,
      seed,
      store: 'postgres',
      port: 0,
      logFolder,
      client: k6With({ readBack: true }),
      onsetMs: null,
      settleMs: 180_000,
      looksInTheEnd: true,
      signal: controller.signal,
      onProgress: (what) => shell.note(`live-kills: ${what}\n`),
      onStory: ({ kind, atMs, title }) => {
        if (kind !== 'timeline') return;
        blows += 1;
        shell.note(
          `live-kills: ${mmss(atMs)} of ${mmss(lengthMs)}, blow ${Math.ceil(blows / 2)} of ${kills}: ${title.en}\n`,
        );
      },
    });
  } finally {
    forget();
  }
};

/** What only a client can know, from k6's lines; `history.ndjson` is for `breakwater history`. */
const judgeFromOutside = (logFolder: string): HistoryJudgement & { readonly unread: readonly string[] } => {
  const operations = historyOf(linesOf(path.join(logFolder, 'k6', 'operations.ndjson')));
  writeText(path.join(logFolder, 'history.ndjson'), operations.map(recordOperation).join(''));
  return { ...judgeHistory(operations, { skewMs }), unread: unreadIn(operations) };
};

export const liveKills: Proof = async (shell, { seeds, from, file, kills = killsUsual }) => {
  const runs: object[] = [];
  let holds = true;
  // Thirty blows are one run; more seeds are more runs, and one is the night's default.
  const count = seeds === 10 ? 1 : seeds;
  for (let seed = from; seed < from + count; seed += 1) {
    const logFolder = path.resolve(path.dirname(file), 'live-kills', String(seed));
    try {
      const { result, looks } = await play(shell, seed, kills, logFolder);
      if (result.partial) return exitStatus.interrupted;
      const { money, invariants, traffic, expectations } = result;
      const { violations, undecided, unread, judged, ...counts } = judgeFromOutside(logFolder);
      const broken = invariants.filter(({ found }) => found > 0);
      const good =
        money.doubleCaptures === 0 &&
        money.lostApprovals === 0 &&
        money.unknownLeft === 0 &&
        money.discrepancyYen === 0 &&
        result.verdict === 'holds' &&
        violations.length === 0 &&
        unread.length === 0;
      holds &&= good;
      const history = { ...counts, judged, violations, undecided, unread, looks };
      runs.push({ seed, kills, verdict: good ? 'holds' : 'fails', money, traffic, expectations, broken, history });
      shell.out(
        `seed ${seed}: ${kills} blows, ${traffic.innocent.sent} operations, ${money.unknownSeen} unknown at some time, ${money.unknownLeft} left, ${money.doubleCaptures} double captures, ${money.lostApprovals} lost approvals, ${money.discrepancyYen} yen apart${broken.length === 0 ? '' : `, broken: ${broken.map(({ id }) => id).join(', ')}`}\n`,
      );
      shell.out(
        `seed ${seed}: from outside, ${counts.operations} calls about ${counts.charges} charges, ${counts.unknown} without an answer that settles them: ${violations.length} contradictions, ${undecided.length} undecided, ${unread.length} charges that could not be read in the end\n`,
      );
      for (const { check, text } of violations.slice(0, violationsShown)) shell.out(`${check}: ${text}\n`);
      for (const { id, reason } of expectations.filter((expectation) => !expectation.holds))
        shell.out(`does not hold: ${id}: ${reason}\n`);
    } catch (error) {
      if (error instanceof Interrupted) return exitStatus.interrupted;
      throw error;
    }
  }
  writeText(file, `${JSON.stringify({ room: 'live-kills', verdict: holds ? 'holds' : 'fails', runs }, null, 2)}\n`);
  shell.out(`nightly live-kills: ${holds ? 'every proof holds' : 'FAILS'} (${file})\n`);
  return holds ? exitStatus.holds : exitStatus.fails;
};
