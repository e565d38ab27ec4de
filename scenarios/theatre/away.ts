/**
 * When the play itself takes an acquirer away from the gateway: a cut link, a stopped process.
 *
 * The acquirer's own figures cannot show it (nobody reaches it to read them), yet the judge must know:
 * a capture or refund may be accepted for later only while its acquirer is really away.
 */
import type { ProcessAction } from '../play/director.ts';
import type { Toxic } from '../play/toxic.ts';

export interface AwayBook {
  link(from: string, to: string, toxic: Toxic | null): void;
  process(program: string, action: ProcessAction): void;
  /** The day is over: books what is still away. */
  close(): void;
}

/** Nobody in the play waits this long for an acquirer; slower is as good as cut. */
const patienceMs = 10_000;
/** A fault that spares most calls makes an acquirer bad, not absent. */
export const cutShare = 0.5;

const isCut = (toxic: Toxic): boolean => {
  if (toxic.type === 'down') return true;
  if ((toxic.toxicity ?? 1) < cutShare) return false;
  switch (toxic.type) {
    case 'timeout':
    case 'reset_peer':
      return true;
    case 'latency':
      return toxic.latency - (toxic.jitter ?? 0) >= patienceMs;
    case 'unreachable':
    case 'connect_timeout':
    case 'reset_before':
    case 'reset_after':
      return true;
    case 'loss':
      // Three losses in a row and more than two seconds of waiting are the rule then.
      return toxic.share >= 0.9;
    case 'bandwidth':
      return false;
  }
};

/**
 * @param away Told of each stretch once it is over, in milliseconds since the scenario's start.
 * @param nowMs The same clock.
 */
export const createAwayBook = (
  acquirers: ReadonlySet<string>,
  nowMs: () => number,
  away: (acquirer: string, fromMs: number, toMs: number) => void,
): AwayBook => {
  /** By acquirer and what took it away: both a cut and a stop may hold at once. */
  const open = new Map<string, { readonly acquirer: string; readonly fromMs: number }>();
  const gone = (acquirer: string, why: 'link' | 'process'): void => {
    const name = `${acquirer} ${why}`;
    if (acquirers.has(acquirer) && !open.has(name)) open.set(name, { acquirer, fromMs: nowMs() });
  };
  const back = (name: string): void => {
    const stretch = open.get(name);
    if (stretch === undefined) return;
    open.delete(name);
    away(stretch.acquirer, stretch.fromMs, nowMs());
  };
  return {
    link(from, to, toxic) {
      if (from !== 'gateway') return;
      if (toxic === null) back(`${to} link`);
      else if (isCut(toxic)) gone(to, 'link');
    },
    process(program, action) {
      if (action === 'kill' || action === 'freeze') gone(program, 'process');
      else back(`${program} process`);
    },
    close() {
      for (const name of open.keys()) back(name);
    },
  };
};
