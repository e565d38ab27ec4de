/**
 * SIGKILL and SIGSTOP at random moments, of gateway instances, PostgreSQL and Redis, under k6's load:
 * no double capture, no acknowledged write lost, nothing unknown once all is quiet.
 */
import path from 'node:path';
import { exitStatus } from '../cli/exit-status.ts';
import { writeText } from '../cli/files.ts';
import { loadPlay } from '../cli/load.ts';
import type { Shell } from '../cli/shell.ts';
import { clientNamed } from '../live/clients.ts';
import { excerptOf } from '../live/excerpt.ts';
import { Interrupted, playLive } from '../live/play.ts';
import type { Event, Scenario } from '../play/scenario.ts';
import { msOfDay } from '../play/times.ts';
import { createRandom } from '../stage/random.ts';
import type { Proof } from './rooms.ts';

const kills = 30;
/** One blow and what it takes to get up again. */
const slotSeconds = 9;
const quietSeconds = 20;
const day = 'payjp-2017-07-12';

const clockOf = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** A day without any other trouble, in which something is struck every nine seconds. */
export const dayOfBlows = (ordinary: Scenario, seed: number, count = kills): Scenario => {
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
      { id: 'books-equal', kind: 'money', minimum },
      { id: 'invariants-hold', kind: 'invariants', minimum },
    ] as Scenario['expect'],
  };
};

const prove = async (shell: Shell, seed: number, logFolder: string) => {
  const play = loadPlay(day, ['protected']);
  const [chosen] = play.policies;
  if (chosen === undefined) throw new Error('the policy protected is missing');
  // The excerpt's hurry (follow-ups, listings, read-backs) without its flood.
  const excerpt = excerptOf(play.scenario, { policy: chosen.judgedAs });
  const scenario = dayOfBlows(excerpt.scenario, seed);
  const controller = new AbortController();
  const forget = shell.onInterrupt(() => controller.abort());
  try {
    return await playLive({
      excerpt: {
        ...excerpt,
        scenario,
        lengthMs: msOfDay(scenario.day.to) - msOfDay(scenario.day.from),
        cause: null,
      },
      policy: chosen.policy,
      judgedAs: chosen.judgedAs,
      seed,
      store: 'postgres',
      port: 0,
      logFolder,
      client: clientNamed('k6'),
      onsetMs: null,
      settleMs: 180_000,
      signal: controller.signal,
      onProgress: (what) => shell.note(`live-kills: ${what}\n`),
    });
  } finally {
    forget();
  }
};

export const liveKills: Proof = async (shell, { seeds, from, file }) => {
  const runs: object[] = [];
  let holds = true;
  // Thirty blows are one run; more seeds are more runs, and one is the night's default.
  const count = seeds === 10 ? 1 : seeds;
  for (let seed = from; seed < from + count; seed += 1) {
    try {
      const { result } = await prove(shell, seed, path.resolve(path.dirname(file), 'live-kills', String(seed)));
      if (result.partial) return exitStatus.interrupted;
      const { money, invariants, traffic, expectations } = result;
      const broken = invariants.filter(({ found }) => found > 0);
      const good =
        money.doubleCaptures === 0 &&
        money.lostApprovals === 0 &&
        money.unknownLeft === 0 &&
        money.discrepancyYen === 0 &&
        result.verdict === 'holds';
      holds &&= good;
      runs.push({ seed, kills, verdict: good ? 'holds' : 'fails', money, traffic, expectations, broken });
      shell.out(
        `seed ${seed}: ${kills} blows, ${traffic.innocent.sent} operations, ${money.unknownSeen} unknown at some time, ${money.unknownLeft} left, ${money.doubleCaptures} double captures, ${money.lostApprovals} lost approvals, ${money.discrepancyYen} yen apart${broken.length === 0 ? '' : `, broken: ${broken.map(({ id }) => id).join(', ')}`}\n`,
      );
    } catch (error) {
      if (error instanceof Interrupted) return exitStatus.interrupted;
      throw error;
    }
  }
  writeText(file, `${JSON.stringify({ room: 'live-kills', verdict: holds ? 'holds' : 'fails', runs }, null, 2)}\n`);
  shell.out(`nightly live-kills: ${holds ? 'every proof holds' : 'FAILS'} (${file})\n`);
  return holds ? exitStatus.holds : exitStatus.fails;
};
