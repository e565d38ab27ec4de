/** Gets an acquirer into trouble and out of it, by the simulator's control API. */
import http from 'k6/http';
import { isObject, textOf } from './client.ts';
import { settings } from './settings.ts';

/** What the acquirer had before, to be given back. */
export interface Usual {
  readonly workers: number;
  readonly queueMax: number;
}

const params = {
  headers: {
    'Content-Type': 'application/json',
    ...(settings.simulatorToken === '' ? {} : { Authorization: `Bearer ${settings.simulatorToken}` }),
  },
  tags: { name: 'simulator' },
};

/** @throws when the simulator does not answer: a run without its cause proves nothing. */
export const usualCapacity = (): Usual => {
  const reply = http.get(`${settings.simulatorUrl}/sim/v1/load`, params);
  const load: unknown = reply.status === 200 ? reply.json() : null;
  if (!isObject(load) || typeof load.workers !== 'number' || typeof load.queueMax !== 'number')
    throw new Error(`no simulator at SIM_URL ${settings.simulatorUrl}: status ${reply.status}`);
  return { workers: load.workers, queueMax: load.queueMax };
};

const put = (capacity: Partial<Usual>): void => {
  const reply = http.put(`${settings.simulatorUrl}/sim/v1/capacity`, JSON.stringify(capacity), params);
  if (reply.status !== 200 && reply.status !== 204)
    throw new Error(`the simulator refused ${JSON.stringify(capacity)}: ${reply.status} ${textOf(reply.body)}`);
};

/** Every call is turned away at once, as by a full queue. */
export const takeAway = (): void => put({ queueMax: 0, workers: 0 });
export const giveBack = (usual: Usual): void => put({ ...usual });
