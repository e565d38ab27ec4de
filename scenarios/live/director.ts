/** The live stage's director: the same timeline by proxies, signals and the control API. */
import type { Fetch } from '../../gateway/ports.ts';
import { HarnessError } from '../cli/exit-status.ts';
import type { Director, ProcessAction } from '../play/director.ts';
import type { AwayBook } from '../theatre/away.ts';
import { acquirerHost, hosts, secrets, urlOf } from '../theatre/credentials.ts';
import { callJson } from '../theatre/director.ts';
import type { Child } from './children.ts';
import type { Database } from './databases.ts';
import type { Programs } from './programs.ts';

/** Who sends; the client that plays the plan. */
export interface Traffic {
  traffic(member: string, action: 'start' | 'stop'): void;
  pace(member: string, times: number): void;
}

export interface LiveDirectorDeps {
  readonly programs: Programs;
  readonly postgres: Database | null;
  readonly redis: Database | null;
  /** Knows programs by their names on the stage, and passes no proxy. */
  readonly fetch: Fetch;
  readonly traffic: Traffic;
  readonly away: AwayBook;
  /** Milliseconds since the start of the excerpt. */
  readonly nowMs: () => number;
  /** Something of the timeline went wrong. */
  readonly onFailure: (error: unknown) => void;
}

/** SIGKILL, SIGSTOP, SIGCONT: nobody is asked to go. */
export const signalTo = async (child: Child, action: ProcessAction, restart: () => Promise<void>): Promise<void> => {
  if (action === 'freeze') child.signalAll('SIGSTOP');
  else if (action === 'resume') child.signalAll('SIGCONT');
  else {
    if (!child.ended()) child.signal('SIGKILL');
    await child.gone;
    if (action === 'restart') await restart();
  }
};

export const createLiveDirector = (deps: LiveDirectorDeps): Director & { cancel(): void } => {
  const { programs, postgres, redis, fetch, traffic, away, nowMs, onFailure } = deps;
  const timers = new Set<NodeJS.Timeout>();
  const director: Director = {
    control: (acquirer, method, path, body) =>
      callJson(fetch, method, `${urlOf(acquirerHost(acquirer))}/sim/v1/${path}`, null, body),
    async traffic(member, action) {
      traffic.traffic(member, action);
    },
    async pace(member, times) {
      traffic.pace(member, times);
    },
    async sharedStore(action) {
      if (redis === null) throw new HarnessError('no Redis in this run: it needs two gateway instances or more');
      if (action === 'back') await redis.restart();
      else await signalTo(redis.child(), 'kill', async () => {});
    },
    async toxic(link, toxic) {
      await programs.network.toxic(link, toxic);
      const [from = '', to = ''] = link.split('->');
      away.link(from, to, toxic);
    },
    async process(program, action) {
      const database = program === 'store' ? postgres : program === 'redis' ? redis : null;
      const child = database?.child() ?? programs.children.get(program);
      if (child === undefined) throw new HarnessError(`the live stage has no program ${program}`);
      const restart = database === null ? () => programs.restart(program) : () => database.restart();
      if (action === 'kill' || action === 'freeze') away.process(program, action);
      await signalTo(child, action, restart);
      if (action === 'resume' || action === 'restart') away.process(program, action);
    },
    gatewayAdmin: (method, path, body) =>
      callJson(fetch, method, `${urlOf(hosts.gateway)}/admin/v1/${path}`, secrets.adminToken, body),
    statusPageAdmin: (method, path, body) =>
      callJson(fetch, method, `${urlOf(hosts.statusPage)}/admin/v1/${path}`, secrets.pageAdminToken, body),
    schedule(atMs, act) {
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          void (async () => {
            try {
              await act();
            } catch (error) {
              onFailure(error);
            }
          })();
        },
        Math.max(0, atMs - nowMs()),
      );
      timers.add(timer);
    },
  };
  return {
    ...director,
    cancel() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
};
