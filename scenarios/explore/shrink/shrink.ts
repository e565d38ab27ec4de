/**
 * From a world that fails to the least one that fails the same way: fewer faults, fewer payments, fewer merchants,
 * a policy and a place as plain as can be, a shorter day.
 *
 * Every step is kept only if the same check still finds the same thing. Removing something changes no other draw
 * (common random numbers), so most steps either keep the failure or show that they were part of it.
 */
import type { Operation } from '../../judge/observation.ts';
import { msOfDay, timeOfDay } from '../../play/times.ts';
import type { Shrunk } from '../messages.ts';
import { playWorld } from '../play-seed.ts';
import type { Violation, World, WrittenScenario } from '../world.ts';
import { ddmin } from './ddmin.ts';
import { signatureOf } from './signature.ts';

type Event = WrittenScenario['timeline'][number];

const withScenario = (world: World, changes: Partial<WrittenScenario>): World => ({
  ...world,
  scenario: { ...world.scenario, ...changes },
});

/** Events that belong together: who is stopped is started again, or the world never heals. */
const groupsOf = (timeline: readonly Event[]): readonly (readonly Event[])[] => {
  const groups = new Map<string, Event[]>();
  for (const event of timeline) {
    const { what } = event;
    const name =
      what.kind === 'process'
        ? `process ${what.program}`
        : what.kind === 'traffic'
          ? `traffic ${what.member}`
          : `event ${event.id}`;
    groups.set(name, [...(groups.get(name) ?? []), event]);
  }
  return [...groups.values()];
};

const intentOf = ({ member, ordinal }: Pick<Operation, 'member' | 'ordinal'>): string =>
  `${member}/${ordinal.split('/', 1)[0]}`;

/** @param isOver Asked between two tries; what was found by then is the answer. Null: it did not fail again. */
export const shrink = async (world: World, violation: Violation, isOver: () => boolean): Promise<Shrunk | null> => {
  const wanted = signatureOf(violation);
  let best = world;
  let found: Violation | null = null;
  let tries = 0;
  let operations: Operation[] = [];

  const failureOf = async (candidate: World): Promise<Violation | null> => {
    tries += 1;
    const seen: Operation[] = [];
    const { violations } = await playWorld(candidate, { onOperation: (operation) => seen.push(operation) });
    const same = violations.find((one) => signatureOf(one) === wanted) ?? null;
    if (same !== null) operations = seen;
    return same;
  };
  const tried = async (candidate: World): Promise<boolean> => {
    if (isOver()) return false;
    try {
      const same = await failureOf(candidate);
      if (same === null) return false;
      found = same;
      best = candidate;
      return true;
    } catch {
      // Cut down to something that is no scenario any more.
      return false;
    }
  };

  if (!(await tried(world))) return null;

  const fewerFaults = async (): Promise<void> => {
    const groups = groupsOf(best.scenario.timeline);
    await ddmin(groups, (part) => {
      const kept = new Set(part.flat());
      return tried(withScenario(best, { timeline: world.scenario.timeline.filter((event) => kept.has(event)) }));
    });
  };

  const fewerPayments = async (): Promise<void> => {
    const all = [...new Set(operations.map(intentOf))];
    const only = (intents: readonly string[]): World =>
      withScenario(best, { cast: { ...best.scenario.cast, only: [...intents] } });
    // Whom the violation names is the first guess, and mostly enough.
    const named = new Set((found ?? violation).objects);
    const guess = [
      ...new Set(operations.filter(({ chargeId }) => chargeId !== null && named.has(chargeId)).map(intentOf)),
    ];
    if (guess.length > 0 && guess.length < all.length && (await tried(only(guess)))) {
      if (guess.length > 1) await ddmin(guess, (part) => tried(only(part)));
      return;
    }
    await ddmin(all, (part) => (part.length === 0 ? Promise.resolve(false) : tried(only(part))));
  };

  const plainerPolicy = async (): Promise<void> => {
    const plain = (changes: World['policy']['changes']): World => ({ ...best, policy: { ...best.policy, changes } });
    if (await tried(plain({}))) return;
    for (const [section, change] of Object.entries(best.policy.changes)) {
      const { [section]: _, ...others } = best.policy.changes;
      if (await tried(plain(others))) continue;
      for (const key of Object.keys(change as object)) {
        const now = best.policy.changes[section] as Readonly<Record<string, unknown>>;
        const { [key]: __, ...rest } = now;
        await tried(plain({ ...best.policy.changes, [section]: rest }));
      }
    }
  };

  const plainerPlace = async (): Promise<void> => {
    const { world: place } = best.scenario;
    await tried(withScenario(best, { world: { ...place, gateway: { instances: 1 } } }));
    const simple = best.scenario.world;
    await tried(
      withScenario(best, {
        world: {
          ...simple,
          links: { default: { latencyMs: 10, sigma: 0 } },
          acquirers: simple.acquirers.map((acquirer) => ({
            ...acquirer,
            background: [],
            capacity: { workers: 10, queueMax: 500, listingLagMaxMs: acquirer.capacity.listingLagMaxMs },
          })) as WrittenScenario['world']['acquirers'],
        },
      }),
    );
    if (
      best.scenario.world.threeDSecure !== undefined &&
      !best.scenario.timeline.some(({ what }) => what.kind === 'three-d-secure.faults')
    ) {
      const { threeDSecure: _, ...without } = best.scenario.world;
      await tried(
        withScenario(best, {
          world: without,
          cast: {
            ...best.scenario.cast,
            merchants: best.scenario.cast.merchants.map(({ threeDSecure: __, ...group }) => group),
          },
        }),
      );
    }
  };

  const fewerMerchants = async (): Promise<void> => {
    const { cast } = best.scenario;
    const needed = new Set((cast.only ?? []).map((intent) => intent.split('/', 1)[0] ?? ''));
    if (needed.size === 0) return;
    const { abusers: _, testers: __, ...people } = cast;
    const groups = people.merchants.filter(({ group }) => [...needed].some((member) => member.startsWith(`${group}-`)));
    if (groups.length > 0) await tried(withScenario(best, { cast: { ...people, merchants: groups } }));
    const counted = best.scenario.cast;
    // Whoever is left to try numbers somewhere tries them there.
    for (const { member } of counted.testers ?? []) needed.add(member);
    await tried(
      withScenario(best, {
        cast: {
          ...counted,
          merchants: counted.merchants.map((group) => ({
            ...group,
            count: Math.max(
              1,
              ...[...needed]
                .filter((member) => member.startsWith(`${group.group}-`))
                .map((member) => Number(member.slice(group.group.length + 1))),
            ),
          })),
        },
      }),
    );
  };

  const shorterDay = async (): Promise<void> => {
    const { day, quietMinutes } = best.scenario;
    const fromMs = msOfDay(day.from);
    const lastMs = Math.max(
      fromMs + 5_000,
      ...operations.map(({ endedMs }) => fromMs + Math.ceil(endedMs / 1000) * 1000 + 5_000),
      ...best.scenario.timeline.flatMap(({ at, what }) => [
        msOfDay(at) + 1_000,
        'until' in what && typeof what.until === 'string' ? msOfDay(what.until) : 0,
      ]),
    );
    if (lastMs < msOfDay(day.to)) await tried(withScenario(best, { day: { from: day.from, to: timeOfDay(lastMs) } }));
    for (const minutes of [1, 3, 7])
      if (minutes < quietMinutes && (await tried(withScenario(best, { quietMinutes: minutes })))) break;
  };

  await fewerFaults();
  await fewerPayments();
  await plainerPolicy();
  await fewerMerchants();
  await plainerPlace();
  await fewerFaults();
  await shorterDay();
  await failureOf(best);
  return {
    world: best,
    violation: found ?? violation,
    faults: groupsOf(best.scenario.timeline).length,
    payments: new Set(operations.filter(({ kind }) => kind !== 'registration').map(intentOf)).size,
    tries,
  };
};
