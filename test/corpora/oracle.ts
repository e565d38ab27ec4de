/** What must be so of every bad request, whatever is bad about it. Null: all of it was. */
import { objects } from '../../gateway/docs/objects.ts';
import type { Case, Sendable } from './case.ts';
import type { House } from './house.ts';

/** No input within the limits may keep everybody else waiting; generous for a busy machine. */
const patienceMs = 2_000;

export const complaintOf = async (one: Case, sent: Sendable, house: House): Promise<string | null> => {
  const asked = house.upstreamCalls();
  const rows = house.rowsChanged();
  const broken = house.broken.length;
  const logged = house.logged();
  const beganMs = performance.now();
  const { url, method, headers, body } = sent;
  const reply = await house.fetch(new Request(url, { method, headers, ...(body === null ? {} : { body }) }));
  const text = await reply.text();
  const tookMs = performance.now() - beganMs;
  const { status } = reply;

  if (status >= 500) return `answered ${status}: ${text}`;
  if (house.broken.length !== broken) return `something broke: ${JSON.stringify(house.broken.at(-1))}`;
  if (house.upstreamCalls() !== asked) return `asked an acquirer (answer ${status}: ${text.slice(0, 200)})`;
  if (house.rowsChanged() !== rows)
    return `changed ${house.rowsChanged() - rows} rows (answer ${status}: ${text.slice(0, 200)})`;
  if (tookMs > patienceMs) return `took ${Math.round(tookMs)} ms`;
  if (one.canary !== undefined && (text.includes(one.canary) || house.logFrom(logged).includes(one.canary)))
    return `repeated ${one.canary}: ${text}`;
  if (!/^[a-z-]+$/.test(reply.headers.get('breakwater-decided-by') ?? '')) return 'nobody says who decided it';
  if (!/^req_[0-9a-f]{28}$/.test(reply.headers.get('breakwater-request-id') ?? '')) return 'it has no name';

  if (status === 200) return one.reads === true ? null : `accepted: ${text.slice(0, 200)}`;
  if (status < 400) return `answered ${status}`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return `answered no JSON: ${text.slice(0, 200)}`;
  }
  const parsed = objects.Error.safeParse(json);
  if (!parsed.success) return `not an error object: ${text}`;
  const { error } = parsed.data;
  if (error.status !== status) return `says ${error.status} and answers ${status}`;
  if (one.status !== undefined && status !== one.status) return `answered ${status}, not ${one.status}: ${text}`;
  if (one.code !== undefined && (error.code ?? null) !== one.code)
    return `code ${error.code}, not ${one.code}: ${text}`;
  if (one.param !== undefined && error.param !== one.param) return `param ${error.param}, not ${one.param}: ${text}`;
  return null;
};
