/** The virtual stage's director: what a timeline may do, done through the doors people have. */
import type { InProcessShared } from '../../gateway/app.ts';
import type { Fetch } from '../../gateway/ports.ts';
import type { PlayingCast } from '../cast/cast.ts';
import type { Director, Method } from '../play/director.ts';
import type { Toxic as WrittenToxic } from '../play/toxic.ts';
import { storeProgram } from '../play/world.ts';
import type { Stage } from '../stage/stage.ts';
import type { Toxic } from '../stage/toxics.ts';
import type { AwayBook } from './away.ts';
import { acquirerHost, hosts, secrets, urlOf } from './credentials.ts';
import { linkEnd } from './programs.ts';
import { StoreAway, type StoreWeather } from './store-weather.ts';

export interface DirectorDeps {
  readonly stage: Stage;
  /** Out-of-band HTTP of the people and tools around the play. */
  readonly fetch: Fetch;
  readonly cast: PlayingCast;
  /** Where gateway instances count together; null: there is one of them. */
  readonly shared: InProcessShared | null;
  /** The gateway's database. */
  readonly storeWeather: Pick<StoreWeather, 'act'>;
  /** Told of what takes an acquirer away, and brings it back. */
  readonly away: AwayBook;
  /** Stage milliseconds at the scenario's start. */
  readonly originMs: number;
}

const timeoutMs = 30_000;

/** A program that cannot begin ends, and whoever runs it begins it again: systemd's `RestartSec`, rounded. */
const startAgainMs = 1_000;

/** Restarts a program as a supervisor does: again and again while its database is away. */
const restarted = async (stage: Stage, program: string): Promise<void> => {
  const instance = stage.instance(program);
  for (;;) {
    try {
      await instance.restart();
      return;
    } catch (reason) {
      if (!(reason instanceof StoreAway)) throw reason;
      instance.kill();
    }
    await stage.clock.sleep(startAgainMs);
  }
};

/** Nobody answered: the program is down, frozen or cut off. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/**
 * One JSON call of an operator or tool; rejects when it is answered by anything but 2xx, with a
 * `NoAnswerError` when it is not answered at all.
 */
export const callJson = async (
  fetch: Fetch,
  method: Method,
  url: string,
  token: string | null,
  body?: unknown,
): Promise<unknown> => {
  const reply = await fetch(url, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    timeoutMs,
    drawKey: `${method} ${url}`,
  }).catch((error: unknown) => {
    throw new NoAnswerError(`${method} ${url} was not answered`, { cause: error });
  });
  const text = await reply.text();
  if (reply.status < 200 || reply.status > 299)
    throw new Error(`${method} ${url} answered ${reply.status}: ${text.slice(0, 300)}`);
  return text === '' ? null : (JSON.parse(text) as unknown);
};

/** A fault as a scenario writes it, in the stage's words. */
const toxicOf = (written: WrittenToxic): Toxic => {
  const { type, ...rest } = written;
  if (type === 'down') return { type: 'down' } as Toxic;
  const { toxicity, stream, ...attributes } = rest as { toxicity?: number; stream?: string };
  return {
    type,
    ...(toxicity === undefined ? {} : { toxicity }),
    ...(stream === undefined ? {} : { stream }),
    attributes,
  } as Toxic;
};

export const createDirector = ({
  stage,
  fetch,
  cast,
  shared,
  storeWeather,
  away,
  originMs,
}: DirectorDeps): Director => ({
  control: (acquirer, method, path, body) =>
    callJson(fetch, method, `${urlOf(acquirerHost(acquirer))}/sim/v1/${path}`, null, body),
  async traffic(member, action) {
    cast.traffic(member, action);
  },
  async pace(member, times) {
    cast.pace(member, times);
  },
  async sharedStore(action) {
    if (shared === null) throw new Error('one gateway instance shares nothing: the world needs two or more');
    if (action === 'lost') shared.lose();
    else shared.restore();
  },
  async toxic(link, toxic) {
    const [from = '', to = ''] = link.split('->');
    const found = stage.network.link(linkEnd(from), to);
    if (toxic === null) found.heal();
    else found.add(toxicOf(toxic));
    away.link(from, to, toxic);
  },
  async process(program, action) {
    if (program === storeProgram) {
      storeWeather.act(action);
      return;
    }
    const instance = stage.instance(program);
    if (action === 'kill') instance.kill();
    else if (action === 'freeze') instance.freeze();
    else if (action === 'resume') instance.resume();
    else await restarted(stage, program);
    away.process(program, action);
  },
  async crash(program, death) {
    const instance = stage.instance(program);
    if (death === null) {
      instance.crashAt(null);
      return;
    }
    const { points, restartAfterMs } = death;
    instance.crashAt(instance.crashPoints + points, () => {
      away.process(program, 'kill');
      stage.clock.after(restartAfterMs, () =>
        stage.spawnTask(`restart of ${program}`, async () => {
          await restarted(stage, program);
          away.process(program, 'restart');
        }),
      );
    });
  },
  async wallClock(program, shiftMs) {
    stage.instance(program).shiftWall(shiftMs);
  },
  gatewayAdmin: (method, path, body) =>
    callJson(fetch, method, `${urlOf(hosts.gateway)}/admin/v1/${path}`, secrets.adminToken, body),
  statusPageAdmin: (method, path, body) =>
    callJson(fetch, method, `${urlOf(hosts.statusPage)}/admin/v1/${path}`, secrets.pageAdminToken, body),
  schedule(atMs, act) {
    stage.clock.after(Math.max(0, originMs + atMs - stage.nowMs()), () =>
      stage.spawnTask(`timeline at ${atMs} ms`, async () => {
        await act();
      }),
    );
  },
});
