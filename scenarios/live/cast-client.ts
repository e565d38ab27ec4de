/** The cast of the virtual stage on real sockets: the same intents by the same code. */
import type { Fetch, Log } from '../../gateway/ports.ts';
import { createCast } from '../cast/cast.ts';
import { createRandom } from '../stage/random.ts';
import { secrets } from '../theatre/credentials.ts';
import type { ClientDeps, LiveClient } from './client.ts';
import { realClock, realFetch } from './real-world.ts';

/** The virtual stage's own stream of the cast, so that both stages draw the same. */
export const castRandom = (seed: number) => createRandom(seed, 'stage').fork('cast/cast');

/** Long enough for every read-back and every patient client; then whoever waits, waits in vain. */
const drainWithinMs = 120_000;

export const castClient = (deps: ClientDeps): LiveClient => {
  const { scenario, programs, recorder, onFailure, startWallMs } = deps;
  const sockets = realFetch();
  let requests = 0;
  const fetch: Fetch = async (url, request) => {
    requests += 1;
    const reply = await sockets(url, request);
    const key = request.headers['idempotency-key'];
    if (key === undefined || !Number.isFinite(startWallMs())) return reply;
    const replyBody = await reply.text();
    deps.onAnswer({
      authorization: request.headers.authorization ?? '',
      key,
      path: new URL(url).pathname,
      requestBody: request.body ?? '',
      answeredMs: Date.now() - startWallMs(),
      status: reply.status,
      replyBody,
    });
    return reply;
  };
  const quiet = (): void => {};
  const log: Log = {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (fields) => onFailure(new Error(`the cast broke: ${JSON.stringify(fields)}`)),
  };
  const clock = realClock();
  // `performance.now()` at the excerpt's start is not known yet: the cast counts from a clock that is moved then.
  let originMs = Number.POSITIVE_INFINITY;
  const castClock = {
    ...clock,
    monotonicMs: () => (Number.isFinite(originMs) ? performance.now() - originMs : -1_000_000),
  };
  const cast = createCast({
    cast: scenario.cast,
    random: castRandom(deps.seed),
    clock: castClock,
    fetch,
    gatewayUrl: programs.gatewayUrl,
    statusUrl: programs.statusUrl,
    receiversUrl: programs.receiversUrl,
    adminToken: secrets.adminToken,
    reports: {
      operation: deps.onOperation,
      received: (notice) => recorder.received(notice),
    },
    testing: recorder.testers,
    log,
    originMs: 0,
  });
  return {
    name: 'cast',
    leadMs: 1_500,
    receivers: cast.receivers,
    enrol: () => cast.enrol(),
    async open(atWallMs) {
      originMs = performance.now() + (atWallMs - Date.now());
      cast.open(deps.lengthMs);
    },
    traffic: cast.traffic,
    pace: cast.pace,
    async drain() {
      let late: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        late = setTimeout(resolve, drainWithinMs);
      });
      await Promise.race([cast.drain(), patience]);
      clearTimeout(late);
    },
    async stop() {
      cast.close();
    },
    told: () => Promise.resolve(cast.toldCharges()),
    requests: () => requests,
    figures: () => null,
    async close() {
      cast.close();
      await sockets.close();
    },
  };
};
