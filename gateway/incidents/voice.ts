/** What is said about an incident, and to whom: the log, the record, the page, merchants, people on call. */
import type { Clock, Log } from '../ports.ts';
import type { Both } from '../words.ts';
import type { IncidentsDeps, OpenView } from './door.ts';
import type { Step } from './lifecycle.ts';
import { componentsOf, hurtMerchants, type Open, startedAtMs, viewOf } from './open-incident.ts';
import { textOf } from './templates.ts';

/** Updates and notes kept, each; beyond it the oldest after the first go (a day of half-hourly ones is 48). */
const updatesMax = 100;
const notesMax = 200;

export interface Voice {
  log(event: 'incident.opened' | 'incident.updated' | 'incident.resolved', open: Open, step: string): void;
  /** A line of the record, which the public reads when all is over. */
  note(open: Open, text: Both): void;
  /** The next public update, in these words. */
  say(open: Open, text: Both): void;
  /** The next public update, in the words of the step's template. */
  tell(open: Open, step: Step | 'published'): void;
  /** Merchants that were hurt and not told yet; only whoever speaks for the incident tells them. */
  notify(open: Open): void;
  /** People on call, once. */
  call(open: Open): void;
}

export const createVoice = (
  deps: Pick<IncidentsDeps, 'publish' | 'notifyAffected' | 'onTrouble'> & {
    readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
    readonly log: Log;
    readonly describe: (open: Open) => OpenView;
    readonly save: (open: Open) => void;
  },
): Voice => {
  const { clock } = deps;

  const say = (open: Open, text: Both): void => {
    open.updates.push({ stage: open.incident.stage, atMs: clock.wallMs(), text });
    if (open.updates.length > updatesMax) open.updates.splice(1, 1);
    deps.publish(viewOf(open));
  };

  return {
    log: (event, open, step) =>
      deps.log.info({
        event,
        incident: open.id,
        acquirer: [...open.scopes][0],
        stage: open.incident.stage,
        cause: viewOf(open).cause,
        components: componentsOf(open),
        public: open.public,
        step,
      }),
    note: (open, text) => {
      open.notes.push({ atMs: clock.wallMs(), text });
      if (open.notes.length > notesMax) open.notes.splice(1, 1);
    },
    say,
    tell: (open, step) => {
      const { incident } = open;
      const goodSinceAtMs =
        incident.goodSinceMs === null ? null : clock.wallMs() - Math.round(clock.monotonicMs() - incident.goodSinceMs);
      const { cause, components } = viewOf(open);
      const slow = open.slow && open.impact.failures === 0;
      say(
        open,
        textOf(step, { stage: incident.stage, cause, components, startedAtMs: startedAtMs(open), goodSinceAtMs, slow }),
      );
    },
    notify: (open) => {
      if (!open.public || open.role === 'follower') return;
      const untold = hurtMerchants(open).filter((merchantId) => !open.told.has(merchantId));
      if (untold.length === 0) return;
      for (const merchantId of untold) open.told.add(merchantId);
      // Whom nobody could look up is told at the next word, or when it is hurt again.
      void deps.notifyAffected(viewOf(open), untold).then((missed) => {
        for (const merchantId of missed) open.told.delete(merchantId);
      });
      deps.save(open);
    },
    call: (open) => {
      if (open.called) return;
      open.called = true;
      deps.onTrouble?.(deps.describe(open));
    },
  };
};
