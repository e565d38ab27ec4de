/**
 * The page's own eyes: it listens for beats, asks the gateway itself, and when neither answers
 * it publishes without anybody's help.
 *
 * It sleeps until the next thing is due and is woken by beats and probes. Durations are measured
 * on the monotonic clock of the page alone, so a gateway with a wrong clock cannot look alive.
 */
import type { Fetch, Log, Timer } from '../ports.ts';
import type { PageClock } from './clock.ts';
import type { StatusPageSettings } from './config.ts';
import { beatsMissing, type Contact, type ContactLimits, judgeContact, silentAfterMs } from './contact.ts';
import type { IncidentView } from './facts.ts';
import { isOpen, type PublishedIncident, view } from './incident.ts';
import { stamp } from './japan-time.ts';
import type { InstanceWord } from './levels.ts';
import { type OwnIncident, type OwnStep, ownDueMs, ownStep } from './own-incident.ts';
import { ownStage, ownText, ownTitle } from './own-texts.ts';
import { instancesMax, type Page } from './page.ts';

export interface Watch {
  /** `known`: instances an earlier process heard; they get a full grace from now. */
  start(known: readonly InstanceWord[]): void;
  stop(): void;
  /** False when the beat is not newer than the last one of its instance (a replay). */
  beat(instance: string, atMs: number): Promise<boolean>;
  /** False while the page itself sees that this incident is not over. */
  mayResolve(incident: PublishedIncident): boolean;
}

export interface WatchDeps {
  readonly clock: PageClock;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly settings: StatusPageSettings;
  readonly page: Page;
}

interface Heard {
  /** Monotonic time of arrival. */
  readonly heardMs: number;
  /** Wall time inside the beat. */
  readonly beatAtMs: number;
}

export const createWatch = ({ clock, fetch, log, settings, page }: WatchDeps): Watch => {
  const limits: ContactLimits = { beatEveryMs: settings.beatEveryMs, misses: settings.missesToPublish };
  const heard = new Map<string, Heard>();
  let probeFailures = 0;
  let probed = false;
  let running = false;
  let own: OwnIncident | null = null;
  let dueTimer: Timer | null = null;
  let probeTimer: Timer | null = null;

  const senses = () => {
    let lastBeatMs: number | null = null;
    for (const { heardMs } of heard.values()) lastBeatMs = Math.max(lastBeatMs ?? heardMs, heardMs);
    return { lastBeatMs, probeFailures, probed };
  };

  const contactNow = (): Contact => judgeContact(senses(), limits, clock.monotonicMs());

  const sign = (nowMs: number): 'beats' | 'probes' | 'both' | null => {
    const silent = beatsMissing(senses(), limits, nowMs);
    const deaf = probeFailures >= limits.misses;
    return silent ? (deaf ? 'both' : 'beats') : deaf ? 'probes' : null;
  };

  /** The own incident as operators may have left it: they can move its stage or close it. */
  const refreshOwn = (contact: Contact, nowMs: number): void => {
    if (own === null) return;
    const known = page.incident(own.id);
    const stage = known === undefined ? 'resolved' : view(known).stage;
    if (!isOpen(stage)) {
      own = null;
      return;
    }
    const plain = stage === 'monitoring' ? 'monitoring' : 'investigating';
    own = {
      ...own,
      stage: plain,
      stageSinceMs: plain === own.stage ? own.stageSinceMs : nowMs,
      goodSinceMs: contact === 'good' ? (own.goodSinceMs ?? nowMs) : null,
    };
  };

  const speak = (step: OwnStep, nowMs: number): void => {
    const atMs = clock.wallMs();
    const stage = ownStage[step];
    const id = own?.id ?? freeOwnId(atMs);
    const seen = sign(nowMs);
    const update = { stage, atMs, text: ownText(step, seen) };
    const before = page.incident(id)?.told;
    const story: IncidentView = {
      id,
      title: ownTitle,
      stage,
      cause: 'unknown',
      components: ['api'],
      startedAtMs: before?.startedAtMs ?? atMs,
      updates: [...(before?.updates ?? []), update],
    };
    if (step === 'resolve') own = null;
    else
      own = {
        id,
        stage: stage === 'monitoring' ? 'monitoring' : 'investigating',
        stageSinceMs: own?.stage === stage ? own.stageSinceMs : nowMs,
        goodSinceMs: own?.goodSinceMs ?? null,
        saidAtMs: nowMs,
      };
    // Nothing to wait for: readers see it now, and saving reports its own failures.
    void page.tellOwn(story);
    if (step === 'open' || step === 'relapse')
      log.warn({ event: 'page.machine-published', incident: id, stage, sign: seen });
  };

  const freeOwnId = (atMs: number): string => {
    const base = `page-${stamp(atMs)}`;
    let id = base;
    for (let next = 2; page.incident(id) !== undefined; next += 1) id = `${base}-${next}`;
    return id;
  };

  const judge = (): void => {
    if (!running) return;
    const nowMs = clock.monotonicMs();
    const silentMs = silentAfterMs(limits);
    page.countOnly(new Set([...heard].filter(([, word]) => nowMs - word.heardMs < silentMs).map(([name]) => name)));
    if (settings.machineNotices) {
      const contact = judgeContact(senses(), limits, nowMs);
      refreshOwn(contact, nowMs);
      const step = ownStep(own, contact, nowMs, settings);
      if (step !== null) speak(step, nowMs);
    }
    arm(nowMs);
  };

  const arm = (nowMs: number): void => {
    dueTimer?.cancel();
    dueTimer = null;
    let dueMs = own === null ? Number.POSITIVE_INFINITY : ownDueMs(own, settings);
    for (const { heardMs } of heard.values()) {
      const silentAtMs = heardMs + silentAfterMs(limits);
      if (silentAtMs > nowMs) dueMs = Math.min(dueMs, silentAtMs);
    }
    // Whole milliseconds, at least one: rounding must not wake us just before the time forever.
    if (dueMs < Number.POSITIVE_INFINITY) dueTimer = clock.after(Math.max(1, Math.ceil(dueMs - nowMs)), judge);
  };

  const probe = async (): Promise<void> => {
    let good = false;
    try {
      const reply = await fetch(settings.probeUrl, {
        method: 'GET',
        headers: { 'user-agent': 'breakwater-status-page' },
        timeoutMs: settings.probeTimeoutMs,
      });
      good = reply.status >= 200 && reply.status < 300;
    } catch {
      // Whatever the reason, readers of the page would not have been served either.
      good = false;
    }
    probed = true;
    probeFailures = good ? 0 : probeFailures + 1;
    judge();
  };

  const probeRegularly = (): void => {
    probeTimer = clock.after(settings.probeEveryMs, probeRegularly);
    void probe();
  };

  return {
    start: (known) => {
      if (running) return;
      running = true;
      const nowMs = clock.monotonicMs();
      for (const word of known) heard.set(word.instance, { heardMs: nowMs, beatAtMs: word.beatAtMs });
      const left = page.openIncidents().find((incident) => incident.origin === 'page');
      if (left !== undefined)
        own = {
          id: left.told.id,
          stage: view(left).stage === 'monitoring' ? 'monitoring' : 'investigating',
          stageSinceMs: nowMs,
          goodSinceMs: null,
          saidAtMs: nowMs,
        };
      if (settings.machineNotices) probeRegularly();
      judge();
    },
    stop: () => {
      running = false;
      dueTimer?.cancel();
      probeTimer?.cancel();
      dueTimer = probeTimer = null;
    },
    beat: async (instance, atMs) => {
      const before = heard.get(instance);
      if (before !== undefined && atMs <= before.beatAtMs) return false;
      if (before === undefined && heard.size >= instancesMax) {
        const silent = [...heard].sort((a, b) => a[1].heardMs - b[1].heardMs)[0];
        if (silent !== undefined) heard.delete(silent[0]);
      }
      heard.set(instance, { heardMs: clock.monotonicMs(), beatAtMs: atMs });
      // Remembered once, not at every beat: a restart only needs to know who exists.
      const saving = before === undefined ? page.meet(instance, atMs) : undefined;
      judge();
      await saving;
      return true;
    },
    mayResolve: (incident) => incident.origin !== 'page' || contactNow() === 'good',
  };
};
