/**
 * One incident over all instances: which of them speaks, and what the others tell it. The store's
 * side of it (lease, fencing) is `keeper.ts`; here is what an answer of the store means for what is
 * open in memory.
 */
import type { Clock } from '../ports.ts';
import type { AfterAction } from '../status-page/facts.ts';
import { absorb } from './impact.ts';
import { standsAlone } from './indicators.ts';
import type { Keeper } from './keeper.ts';
import { fromKept, type Kept, type Open, type Report, toKept } from './open-incident.ts';
import type { Register } from './register.ts';

export interface Sharing {
  /** Writes the holder's word, in the background. Null: it goes on. */
  save(open: Open, record?: AfterAction | null): void;
  /** Writes the last word of an incident that another one swallowed. */
  saveMerged(open: Open, into: string): void;
  /** Finds out whether this instance is the one that speaks. */
  claim(open: Open, scope: string): Promise<void>;
  /** Compares what is open here with what is open in the store. */
  look(): Promise<void>;
  /** The incident in this instance's hands, whoever held it. */
  inHand(id: string): Promise<Open | undefined>;
}

export const createSharing = (deps: {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  /** Null: this instance speaks for itself. */
  readonly keeper: Keeper | null;
  readonly register: Register;
  /** Trouble elsewhere within this long of it belongs to an incident. */
  readonly correlateMs: number;
  readonly report: (open: Open) => Report;
  readonly isClosed: () => boolean;
  readonly isAlarmed: (scope: string) => boolean;
  /** Lets the open incident of the scope take every step that is due. */
  readonly judge: (scope: string) => void;
  /** Opens an incident for a scope whose holder says that it is over, though here it is not. */
  readonly begin: (scope: string) => void;
}): Sharing => {
  const { clock, keeper, register } = deps;

  const kept = (open: Open): Kept => toKept(open, register.minutesOf(open), clock.monotonicMs(), clock.wallMs());

  const save = (open: Open, record: AfterAction | null = null): void => {
    if (open.role !== 'holder') return;
    keeper?.save(open.id, () => kept(open), record === null ? null : { record: JSON.stringify(record) });
  };

  /** Goes on with what another holder began. */
  const inherit = (open: Open, id: string, from: Kept): void => {
    const before = fromKept(id, from, clock.monotonicMs(), clock.wallMs());
    absorb(before.impact, open.impact);
    const { scopes } = open;
    Object.assign(open, {
      id,
      impact: before.impact,
      told: before.told,
      updates: before.updates,
      notes: before.notes,
      blocked: before.blocked,
      together: before.together,
      slow: before.slow,
      public: before.public,
      manual: before.manual,
      title: before.title,
      fixedCause: before.fixedCause,
      fixedComponents: before.fixedComponents,
      measures: before.measures,
      incident: before.incident,
      called: before.called,
      role: 'holder',
    });
    for (const scope of from.scopes) {
      scopes.add(scope);
      if (!register.has(scope)) register.put(scope, open);
    }
    register.inherit(id, from.minutes);
  };

  /** An incident that is only in the store so far. */
  const takeUp = (id: string, from: Kept): Open => {
    const open = fromKept(id, from, clock.monotonicMs(), clock.wallMs());
    open.role = 'follower';
    for (const scope of from.scopes) register.put(scope, open);
    return open;
  };

  /** Whether a stored incident is the one that began here at the scope. */
  const isSame = (open: Open, scope: string, stored: Kept): boolean =>
    stored.scopes.includes(scope) ||
    (!standsAlone(scope) &&
      !stored.manual &&
      !stored.scopes.some(standsAlone) &&
      Math.abs(open.openedAtMs - stored.openedAtMs) <= deps.correlateMs);

  return {
    save,
    saveMerged: (open, into) =>
      keeper?.save(open.id, () => toKept(open, [], clock.monotonicMs(), clock.wallMs()), {
        record: JSON.stringify({ mergedInto: into }),
      }),
    claim: async (open, scope) => {
      if (keeper === null) {
        open.role = 'alone';
        return;
      }
      const claimed = await keeper.claim(
        open.id,
        scope,
        () => kept(open),
        (stored) => isSame(open, scope, stored),
      );
      if (deps.isClosed() || (open.role !== 'claiming' && open.role !== 'alone')) return;
      if (claimed.kind === 'unreachable') {
        open.role = 'alone';
        return;
      }
      open.role = claimed.kind === 'held' ? 'holder' : 'follower';
      if (claimed.kind === 'held' && claimed.kept !== null) inherit(open, claimed.id, claimed.kept);
      else open.id = claimed.id;
      if (claimed.kind === 'other') open.public = claimed.kept.public;
      // It ended while the store was asked.
      if (!register.each().has(open) && open.role === 'holder')
        keeper.save(open.id, () => kept(open), { record: JSON.stringify({ incident: open.id }) });
      deps.judge(scope);
    },
    look: async () => {
      const found = await keeper?.look();
      if (found === null || found === undefined || deps.isClosed()) return;
      for (const stored of found) {
        const known =
          register.byId(stored.id) ?? stored.kept.scopes.map((scope) => register.at(scope)).find((open) => open);
        const open = known ?? takeUp(stored.id, stored.kept);
        if (stored.held && open.role === 'follower') inherit(open, stored.id, stored.kept);
        if (!stored.held) {
          open.role = 'follower';
          open.id = stored.id;
          open.public = stored.kept.public;
          open.incident = { ...open.incident, stage: stored.kept.stage, cause: stored.kept.cause };
          keeper?.report(open.id, deps.report(open));
        }
        open.reports = stored.reports;
        if (stored.held) save(open);
      }
      // Its holder says that it is over.
      for (const open of register.each())
        if (open.role === 'follower' && !found.some(({ id }) => id === open.id)) {
          register.remove(open);
          for (const scope of open.scopes) if (deps.isAlarmed(scope)) deps.begin(scope);
        }
      for (const open of register.each()) deps.judge([...open.scopes][0] ?? '');
    },
    inHand: async (id) => {
      const known = register.byId(id);
      if (keeper === null || known?.role === 'holder' || known?.role === 'alone') return known;
      const stored = await keeper.seize(id);
      if (stored === undefined) return undefined;
      const open = known ?? takeUp(id, stored);
      inherit(open, id, stored);
      return open;
    },
  };
};
