/** What operators do with incidents: write, correct, publish, merge. They are held to the machine's rule of "resolved". */
import type { Clock } from '../ports.ts';
import type { Both } from '../words.ts';
import type { Incidents, IncidentsDeps, OperatorWord, Written } from './door.ts';
import { absorb } from './impact.ts';
import { openIncident } from './lifecycle.ts';
import { freshOpen, type Open, viewOf } from './open-incident.ts';
import type { Register } from './register.ts';
import type { Sharing } from './sharing.ts';
import type { Standing } from './standing.ts';
import type { Voice } from './voice.ts';

export type Desk = Pick<Incidents, 'raise' | 'write' | 'correct' | 'publishNow' | 'merge'>;

const refused = (why: 'no_such_incident' | 'no_such_update' | 'still_bad'): Written => ({ done: 'refused', why });

export const createDesk = (deps: {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  readonly register: Register;
  readonly standing: Standing;
  readonly voice: Voice;
  readonly sharing: Sharing;
  readonly publishView: IncidentsDeps['publish'];
  readonly onOver: IncidentsDeps['onOver'];
  readonly publish: (open: Open) => void;
  readonly end: (open: Open) => void;
  readonly judge: (scope: string) => void;
  /** Levels and timers are looked at again after every word. */
  readonly settle: () => void;
}): Desk => {
  const { clock, register, standing, voice, sharing } = deps;

  const done = (open: Open): Written => {
    sharing.save(open);
    deps.settle();
    return { done: 'written', incident: standing.describe(open) };
  };

  const apply = (open: Open, word: OperatorWord): Written => {
    const nowMs = clock.monotonicMs();
    if (word.causeRemoved === true) open.blocked.clear();
    if (word.stage === 'resolved' && standing.isStillBad(open)) return refused('still_bad');
    open.title = word.title ?? open.title;
    open.fixedCause = word.cause ?? open.fixedCause;
    open.fixedComponents = word.components ?? open.fixedComponents;
    open.measures = word.measures ?? open.measures;
    const stage = word.stage ?? open.incident.stage;
    if (stage !== open.incident.stage)
      open.incident = { ...open.incident, stage, stageSinceMs: nowMs, lastUpdateMs: nowMs };
    if (word.text !== undefined) {
      open.public = true;
      open.incident = { ...open.incident, lastUpdateMs: nowMs };
      voice.say(open, word.text);
    } else if (open.public) deps.publishView(viewOf(open));
    voice.log('incident.updated', open, 'operator');
    if (stage === 'resolved') deps.end(open);
    else voice.notify(open);
    return done(open);
  };

  return {
    raise: (word) => {
      const nowMs = clock.monotonicMs();
      const wallMs = clock.wallMs();
      const id = register.nextId(wallMs);
      const scope = `manual:${id}`;
      const open = freshOpen(id, scope, openIncident(word.components, nowMs), nowMs, wallMs);
      open.manual = true;
      open.fixedComponents = word.components;
      register.put(scope, open);
      voice.log('incident.opened', open, 'operator');
      void sharing.claim(open, scope);
      return apply(open, word);
    },
    write: async (id, word) => {
      const open = await sharing.inHand(id);
      return open === undefined ? refused('no_such_incident') : apply(open, word);
    },
    correct: async (id, index, text) => {
      const open = await sharing.inHand(id);
      if (open === undefined) return refused('no_such_incident');
      const update = open.updates[index];
      if (update === undefined) return refused('no_such_update');
      open.updates = open.updates.with(index, { ...update, text, correctedAtMs: clock.wallMs() });
      if (open.public) deps.publishView(viewOf(open));
      return done(open);
    },
    publishNow: async (id) => {
      const open = await sharing.inHand(id);
      if (open === undefined) return refused('no_such_incident');
      if (!open.public) deps.publish(open);
      voice.notify(open);
      return done(open);
    },
    merge: async (id, into) => {
      const from = await sharing.inHand(id);
      const to = await sharing.inHand(into);
      if (from === undefined || to === undefined || from === to) return refused('no_such_incident');
      absorb(to.impact, from.impact);
      for (const scope of from.scopes) {
        to.scopes.add(scope);
        register.put(scope, to);
      }
      for (const merchantId of from.told) to.told.add(merchantId);
      for (const merchantId of from.blocked) to.blocked.add(merchantId);
      to.notes = [...to.notes, ...from.notes].toSorted((a, b) => a.atMs - b.atMs);
      // Its own page stays, and says where the story goes on.
      from.incident = { ...from.incident, stage: 'resolved' };
      if (from.public) {
        voice.say(from, mergedText(to.id));
        to.public = true;
      }
      voice.log('incident.resolved', from, 'merged');
      if (from.called) deps.onOver?.(from.id);
      sharing.saveMerged(from, to.id);
      deps.judge([...to.scopes][0] ?? '');
      return done(to);
    },
  };
};

const mergedText = (into: string): Both => ({
  en: `This report goes on under ${into}: both have one cause.`,
  ja: `本件は同一の原因によるものと判明したため、以後は ${into} にてお知らせします。`,
});
