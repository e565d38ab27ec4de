/**
 * Calls people, by every channel at once, until somebody answers; and listens to the channels.
 *
 * Calls do not go through the outbox: what they tell of may be that the database is gone. They are
 * kept in memory and repeated every `retryMs` by each channel that did not take them; an incident
 * that another instance takes up is called from there again. Channels are independent of each
 * other: one that hangs holds up no other, and one that is silent is itself an incident.
 */
import { createHash } from 'node:crypto';
import type { OpenView } from '../incidents/door.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock, Fetch, Log, Timer } from '../ports.ts';
import type { Both } from '../words.ts';
import { acknowledge, type Call, escalate, newCall, nextLevelMs } from './escalation.ts';
import { heard, type Line, listen, newLine } from './lines.ts';

export interface Channel {
  readonly id: string;
  readonly url: string;
  readonly token: string;
}

export interface OnCallDeps {
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly policy: Policy['onCall'];
  readonly instanceId: string;
  readonly channels: readonly Channel[];
  /** Acquirers whose operators promised to beat. */
  readonly upstreamBeats: readonly string[];
  /** Last beat of an acquirer at any instance, wall milliseconds; null: none, or it cannot be known. */
  readonly lastBeatMs: (acquirer: string) => Promise<number | null>;
  readonly onSilent: (line: string, silent: boolean) => void;
  /** For the record of the incident. */
  readonly onRemark: (incident: string, text: Both) => void;
  /** Sends a word to the operators of an acquirer that asks for nothing. True: it arrived. Never rejects. */
  readonly testLine: (acquirer: string) => Promise<boolean>;
  /** The level at which the upstream is told by its other route. */
  readonly tellUpstream: (incident: OpenView) => void;
}

export interface OnCall {
  trouble(incident: OpenView): void;
  over(incident: string): void;
  /** False: nobody is being called about it. */
  acknowledge(incident: string, by: string): boolean;
  /** The upstream beat, or wrote to us. */
  upstreamHeard(acquirer: string): void;
  /** What we wrote to the upstream's operators arrived, or did not. */
  contactReached(acquirer: string): void;
  contactFailed(acquirer: string): void;
  calls(): readonly Call[];
  lines(): readonly Line[];
  start(): void;
  stop(): void;
}

const timeoutMs = 5_000;
/** A dead line to an upstream is tried again after a beat, then after twice the time, up to this. */
const testCapMs = 3_600_000;

/** Names a level for those who configure the channel: who is on duty is theirs to know. */
const levelNames = ['on-call', 'second on-call', 'manager', 'everyone'] as const;
const levelName = (level: number): string => levelNames[level] ?? `level ${level}`;

interface Held {
  call: Call;
  readonly view: OpenView;
  timer: Timer | null;
}

export const createOnCall = (deps: OnCallDeps): OnCall => {
  const { clock, log, policy, channels } = deps;
  const enabled = policy.enabled && channels.length > 0;
  const held = new Map<string, Held>();
  const lines = new Map<string, Line>();
  /** Of dead lines to upstreams, by acquirer. */
  const tests = new Map<string, Timer>();
  let running = false;
  let beat: Timer | null = null;
  let count = 0;

  const setLine = (line: Line): void => {
    const before = lines.get(line.id);
    lines.set(line.id, line);
    if ((before?.silent ?? false) === line.silent) return;
    if (line.silent) log.error({ event: 'contact.silent', line: line.id });
    else log.info({ event: 'contact.heard', line: line.id });
    deps.onSilent(line.id, line.silent);
  };

  const hear = (id: string): void =>
    setLine(heard(lines.get(id) ?? newLine(id, clock.monotonicMs()), clock.monotonicMs()));

  /** True: the channel took it. */
  const send = async (channel: Channel, content: Readonly<Record<string, unknown>>): Promise<boolean> => {
    count += 1;
    try {
      const reply = await deps.fetch(channel.url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${channel.token}` },
        body: JSON.stringify({ instance: deps.instanceId, atMs: clock.wallMs(), ...content }),
        timeoutMs,
        drawKey: `on-call/${deps.instanceId}/${channel.id}/${count}`,
      });
      const taken = reply.status >= 200 && reply.status < 300;
      if (taken) hear(channel.id);
      return taken;
    } catch {
      return false;
    }
  };

  /** Until it is taken, acknowledged or over. */
  const page = async (channel: Channel, incident: string, level: number): Promise<void> => {
    const one = held.get(incident);
    if (one === undefined || one.call.acknowledgedBy !== null) return;
    const { view } = one;
    const taken = await send(channel, {
      kind: 'call',
      // One call may arrive twice; receivers tell by this.
      id: createHash('sha256').update(`${incident}/${level}`).digest('hex').slice(0, 16),
      incident,
      level,
      who: levelName(level),
      title: view.title,
      stage: view.stage,
      cause: view.cause,
      components: view.components,
      scopes: view.scopes,
      public: view.public,
      evidence: { indicators: view.indicators, alarms: view.alarms, merchantsHurt: view.merchantsHurt },
      acknowledge: `/admin/v1/on-call/${incident}/acknowledge`,
    });
    if (taken) log.info({ event: 'on-call.called', incident, level, channel: channel.id });
    else clock.after(policy.retryMs, () => void page(channel, incident, level));
  };

  const step = (incident: string): void => {
    const one = held.get(incident);
    if (one === undefined) return;
    const { call, levels } = escalate(one.call, clock.monotonicMs(), policy);
    one.call = call;
    for (const level of levels) {
      const who = levelName(level);
      deps.onRemark(incident, { en: `Called: ${who}.`, ja: `緊急連絡を実施しました (${who})。` });
      for (const channel of channels) void page(channel, incident, level);
      if (level === policy.upstreamAtLevel) deps.tellUpstream(one.view);
    }
    one.timer?.cancel();
    const dueMs = nextLevelMs(one.call, policy);
    one.timer = Number.isFinite(dueMs)
      ? clock.after(Math.max(1, dueMs - clock.monotonicMs()), () => step(incident))
      : null;
  };

  const drop = (incident: string): Held | undefined => {
    const one = held.get(incident);
    one?.timer?.cancel();
    held.delete(incident);
    return one;
  };

  const listenTo = async (): Promise<void> => {
    for (const channel of channels) void send(channel, { kind: 'beat' });
    for (const acquirer of deps.upstreamBeats) {
      const lastMs = await deps.lastBeatMs(acquirer);
      if (lastMs === null) continue;
      const line = lines.get(`upstream-${acquirer}`);
      // The store has wall time; what it says can only make a line younger.
      const atMs = clock.monotonicMs() - Math.max(0, clock.wallMs() - lastMs);
      if (line !== undefined && atMs > line.heardMs) setLine(heard(line, atMs));
    }
    const nowMs = clock.monotonicMs();
    // Nobody expects a word on the line to an upstream: it is known to be dead when a message did not arrive.
    for (const line of lines.values())
      if (!line.silent && !line.id.startsWith('to-')) setLine(listen(line, nowMs, policy));
  };

  /**
   * What we wrote is given up some day, and a good line that nobody needs says nothing: without a test it would
   * stay silent after it was mended.
   */
  const testLater = (acquirer: string, tries = 0): void => {
    const waitMs = Math.min(testCapMs, policy.beatEveryMs * 2 ** Math.min(tries, 20));
    tests.set(
      acquirer,
      clock.after(waitMs, () => {
        void deps.testLine(acquirer).then((arrived) => {
          if (!tests.has(acquirer)) return;
          if (arrived) reached(acquirer);
          else testLater(acquirer, tries + 1);
        });
      }),
    );
  };

  const endTest = (acquirer: string): void => {
    tests.get(acquirer)?.cancel();
    tests.delete(acquirer);
  };

  const reached = (acquirer: string): void => {
    endTest(acquirer);
    hear(`to-${acquirer}`);
  };

  const tick = (): void => {
    if (!running) return;
    void listenTo();
    beat = clock.after(policy.beatEveryMs, tick);
  };

  return {
    trouble: (view) => {
      if (!enabled || held.has(view.id)) return;
      const sinceMs = clock.monotonicMs() - Math.max(0, clock.wallMs() - view.startedAtMs);
      held.set(view.id, { call: newCall(view.id, sinceMs), view, timer: null });
      step(view.id);
    },
    over: (incident) => {
      const one = drop(incident);
      if (one !== undefined) for (const channel of channels) void send(channel, { kind: 'over', incident });
    },
    acknowledge: (incident, by) => {
      const one = held.get(incident);
      if (one === undefined) return false;
      one.call = acknowledge(one.call, by);
      one.timer?.cancel();
      log.info({ event: 'on-call.acknowledged', incident, by });
      deps.onRemark(incident, { en: 'Somebody has taken it up.', ja: '担当者が対応を開始しました。' });
      for (const channel of channels) void send(channel, { kind: 'acknowledged', incident, by });
      return true;
    },
    upstreamHeard: (acquirer) => {
      if (enabled && lines.has(`upstream-${acquirer}`)) hear(`upstream-${acquirer}`);
    },
    contactReached: (acquirer) => {
      if (lines.has(`to-${acquirer}`)) reached(acquirer);
    },
    contactFailed: (acquirer) => {
      if (!policy.enabled) return;
      const id = `to-${acquirer}`;
      setLine({ ...(lines.get(id) ?? newLine(id, clock.monotonicMs())), silent: true });
      if (!tests.has(acquirer)) testLater(acquirer);
    },
    calls: () => [...held.values()].map(({ call }) => call),
    lines: () => [...lines.values()],
    start: () => {
      if (!enabled || running) return;
      running = true;
      const nowMs = clock.monotonicMs();
      for (const { id } of channels) lines.set(id, newLine(id, nowMs));
      for (const acquirer of deps.upstreamBeats)
        lines.set(`upstream-${acquirer}`, newLine(`upstream-${acquirer}`, nowMs));
      tick();
    },
    stop: () => {
      running = false;
      beat?.cancel();
      for (const acquirer of Array.from(tests.keys())) endTest(acquirer);
      for (const incident of Array.from(held.keys())) drop(incident);
    },
  };
};
