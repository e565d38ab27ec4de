/**
 * What one part of a scenario says about another: members that are in the cast, events inside the
 * day, expectations that can be judged. Pure; the loader gives each fault its line.
 *
 * Field names carry the meaning (see `event-kind.ts`), so a new kind of event or expectation is
 * checked without a line here.
 */
import { memberIds } from '../cast/schema.ts';
import { refusalsOf } from '../judge/expectations/index.ts';
import type { DataFault, Path } from './faults.ts';
import { dayOf, type Scenario } from './scenario.ts';
import { msOfDay } from './times.ts';
import { linkEndsOf, ownTenant, programsOf } from './world.ts';

/** Fields that name something elsewhere in the scenario, in whatever kind they stand. */
interface Named {
  readonly kind: string;
  readonly acquirer?: string | null | undefined;
  readonly member?: string | undefined;
  readonly program?: string | undefined;
  readonly link?: string | undefined;
  readonly until?: string | undefined;
  readonly from?: string | undefined;
  readonly under?: readonly string[] | undefined;
}

const listed = (names: readonly string[]): string =>
  names.length > 8 ? `${names.slice(0, 8).join(', ')}, ...` : names.join(', ');

/** Every id that stands a second time, at its second place. */
const repeats = (ids: readonly string[], pathOf: (index: number) => Path): readonly DataFault[] =>
  ids.flatMap((id, index) =>
    ids.indexOf(id) < index ? [{ path: pathOf(index), reason: `${JSON.stringify(id)} is already taken` }] : [],
  );

const each = <Item>(items: readonly Item[], faultsOf: (item: Item, index: number) => readonly DataFault[]) =>
  items.flatMap(faultsOf);

/**
 * Faults of a scenario that its schema admits. `policies` are the names of those it may be played
 * under, as far as they were found (the loader names the others).
 */
export const crossCheck = (scenario: Scenario, policies: readonly string[]): readonly DataFault[] => {
  const { day, world, cast } = scenario;
  const around = dayOf(scenario);
  // With the day upside down every time would lie outside of it; one line says what to mend.
  if (around.dayMs <= 0) return [{ path: ['day', 'to'], reason: `${day.to} is not after ${day.from}` }];
  if (msOfDay(day.from) >= 24 * 3_600_000) return [{ path: ['day', 'from'], reason: 'must be before 24:00' }];

  const members = memberIds(cast);
  const acquirers = world.acquirers.map(({ id }) => id);
  const documents = scenario.sources.map(({ id }) => id);
  const events = scenario.timeline.map(({ id }) => id);

  const oneOf = (path: Path, name: string | undefined, known: readonly string[], place: string) =>
    name === undefined || known.includes(name)
      ? []
      : [{ path, reason: `${JSON.stringify(name)} is not ${place} (${listed(known)})` }];

  const inDay = (path: Path, time: string | undefined): readonly DataFault[] =>
    time === undefined || (msOfDay(time) >= msOfDay(day.from) && msOfDay(time) <= msOfDay(day.to))
      ? []
      : [{ path, reason: `${time} is outside the day (${day.from}-${day.to})` }];

  const after = (path: Path, from: string, to: string | undefined): readonly DataFault[] =>
    to === undefined || msOfDay(from) < msOfDay(to) ? [] : [{ path, reason: `${to} is not after ${from}` }];

  const linkEnds = (path: Path, name: string | undefined): readonly DataFault[] => {
    const [ends, known] = [name?.split('->') ?? [], linkEndsOf(world)];
    return name === undefined || (ends.length === 2 && ends.every((end) => known.includes(end)))
      ? []
      : [{ path, reason: `${JSON.stringify(name)} is not a link: write from->to, each one of ${known.join(', ')}` }];
  };

  const names = (path: Path, named: Named): readonly DataFault[] => [
    ...oneOf([...path, 'acquirer'], named.acquirer ?? undefined, acquirers, 'an acquirer of this world'),
    ...oneOf([...path, 'member'], named.member, members, 'in the cast'),
    ...oneOf([...path, 'program'], named.program, programsOf(world), 'a program of this world'),
    ...linkEnds([...path, 'link'], named.link),
    ...inDay([...path, 'until'], named.until),
    ...inDay([...path, 'from'], named.from),
    ...each(named.under ?? [], (name, index) =>
      oneOf([...path, 'under', index], name, policies, 'a policy of this scenario'),
    ),
  ];

  return [
    ...repeats(documents, (index) => ['sources', index, 'id']),
    ...repeats(acquirers, (index) => ['world', 'acquirers', index, 'id']),
    ...repeats(scenario.policies, (index) => ['policies', index]),
    ...repeats(events, (index) => ['timeline', index, 'id']),
    ...repeats(
      scenario.expect.map(({ id }) => id),
      (index) => ['expect', index, 'id'],
    ),
    ...each(world.acquirers, ({ operators, background }, index) => {
      const path: Path = ['world', 'acquirers', index];
      const others = background.map(({ id }) => id);
      const watched = operators.map(({ tenant }) => tenant);
      return [
        ...repeats(others, (position) => [...path, 'background', position, 'id']),
        ...repeats(watched, (position) => [...path, 'operators', position, 'tenant']),
        ...each(watched, (tenant, position) =>
          oneOf(
            [...path, 'operators', position, 'tenant'],
            tenant,
            [ownTenant, ...others],
            'a tenant of this acquirer',
          ),
        ),
      ];
    }),
    ...each(Object.keys(world.links.named ?? {}), (name) => linkEnds(['world', 'links', 'named', name], name)),
    ...each(scenario.grounds, ({ source }, index) =>
      oneOf(['grounds', index, 'source', 'document'], source?.document, documents, 'one of the sources'),
    ),
    ...each(scenario.timeline, (event, index) => {
      const path: Path = ['timeline', index];
      const what: Named = event.what;
      const misplaced = inDay([...path, 'at'], event.at);
      return [
        ...misplaced,
        ...oneOf([...path, 'source', 'document'], event.source?.document, documents, 'one of the sources'),
        ...names(path, { kind: 'event', under: event.under }),
        ...names([...path, 'what'], what),
        // One mistake, one line: an end can only be judged against a beginning that stands.
        ...(misplaced.length > 0 ? [] : after([...path, 'what', 'until'], what.from ?? event.at, what.until)),
      ];
    }),
    ...(scenario.live === undefined
      ? []
      : [
          ...inDay(['live', 'from'], scenario.live.from),
          ...inDay(['live', 'to'], scenario.live.to),
          ...after(['live', 'to'], scenario.live.from, scenario.live.to),
        ]),
    ...each(scenario.expect, (expectation, index) => {
      const named: Named = expectation;
      return [
        ...names(['expect', index], named),
        ...refusalsOf(expectation, { ...around, events }).map(({ path, reason }) => ({
          path: ['expect', index, ...path],
          reason,
        })),
      ];
    }),
  ];
};
