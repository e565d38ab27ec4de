/**
 * The shared place of several machines: Redis or Valkey, one script, the server's own time.
 *
 * Everything that is asked is one call of one script, so that it is counted whole or not at all
 * and costs one round trip. The time is the server's (`TIME` inside the script): instances whose
 * clocks differ still spend one rate. Nothing waits for a connection: without one a call rejects
 * at once, and the gateway counts by itself (`limits/README.md`).
 */
import { Redis } from 'ioredis';
import type { Shared, SharedAdmission } from '../ports.ts';
import { SharedLostError } from './lost.ts';

/**
 * `KEYS`: rate, slots; '' for what is not asked. `ARGV`: what to do, then its numbers. Times are
 * microseconds as whole numbers, below 2^53 until the year 2255; `%.0f` because Lua would write them as 1e+15.
 *
 * The rate's key lives as long as it is not full again, the slots' as long as the longest holding.
 */
const script = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local what = ARGV[1]
if what == 'admit' then
  local interval, burst, cost, ahead = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
  local moved = 0
  local spent = 0
  if interval > 0 then
    local tat = tonumber(redis.call('GET', KEYS[1]) or '0')
    local start = math.max(now, tat, now + ahead)
    spent = start - now
    moved = start + cost * interval
    local from = moved - burst * interval
    if now < from then return {1, string.format('%.0f', spent), string.format('%.0f', from - now)} end
  end
  local max = tonumber(ARGV[6])
  if max > 0 then
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now))
    if redis.call('ZCARD', KEYS[2]) >= max and not redis.call('ZSCORE', KEYS[2], ARGV[7]) then
      return {2, string.format('%.0f', spent), '0'}
    end
    redis.call('ZADD', KEYS[2], string.format('%.0f', now + tonumber(ARGV[8]) * 1000), ARGV[7])
    if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[8]) then redis.call('PEXPIRE', KEYS[2], ARGV[8]) end
  end
  if interval > 0 then
    redis.call('SET', KEYS[1], string.format('%.0f', moved), 'PX', math.ceil((moved - now) / 1000))
    spent = moved - now
  end
  return {0, string.format('%.0f', spent), '0'}
end
if what == 'leave' then
  redis.call('ZREM', KEYS[1], ARGV[2])
  return {0}
end
local owner = redis.call('GET', KEYS[1])
if what == 'lease' then
  if owner and owner ~= ARGV[2] then return {1} end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return {0}
end
if owner == ARGV[2] then redis.call('DEL', KEYS[1]) end
return {0}
`;

/** Keys of the one script. `{…}` keeps them on one node of a cluster. */
interface Scripted {
  breakwater(rateOrKey: string, slots: string, ...numbers: (string | number)[]): Promise<[number, string?, string?]>;
}

export interface RedisShared extends Shared {
  close(): void;
}

export interface RedisSettings {
  readonly url: string;
  /** Names this gateway's keys among others'. */
  readonly prefix?: string;
  /** An answer that takes longer is none: the request it belongs to goes on by the local count. */
  readonly timeoutMs?: number;
  /** Connection troubles, for the log. */
  readonly onTrouble?: (reason: string) => void;
}

/** Resolves once the first connection stands, or has failed: a gateway starts without its Redis too. */
export const openRedisShared = async (settings: RedisSettings): Promise<RedisShared> => {
  const { url, prefix = 'breakwater', timeoutMs = 100, onTrouble } = settings;
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: timeoutMs,
    connectTimeout: 1000,
    // Nothing was counted by a call whose answer is lost, or it was: it is never sent twice.
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt: number) => Math.min(100 * attempt, 1000),
  });
  // Without a listener a lost connection would end the process.
  redis.on('error', (reason: Error) => onTrouble?.(reason.message));
  redis.defineCommand('breakwater', { numberOfKeys: 2, lua: script });
  const scripted = redis as Redis & Scripted;
  await redis.connect().catch((reason: unknown) => onTrouble?.(reason instanceof Error ? reason.message : 'unknown'));

  const lost = (reason: unknown): never => {
    throw new SharedLostError(reason instanceof Error ? reason.message : 'unknown reason', { cause: reason });
  };
  const keyOf = (kind: string, key: string): string => `{${prefix}}:${kind}:${key}`;
  /** Told and not waited for: a slot that is not given back ends by itself. */
  const tell = (what: string, key: string, name: string): void => {
    scripted.breakwater(key, '', what, name).catch(() => {});
  };

  return {
    async admit({ rate, slot }): Promise<SharedAdmission> {
      const [verdict, aheadUs, retryAfterUs] = await scripted
        .breakwater(
          rate === undefined ? '' : keyOf('rate', rate.key),
          slot === undefined ? '' : keyOf('slots', slot.key),
          'admit',
          rate?.intervalUs ?? 0,
          rate?.burst ?? 0,
          rate?.cost ?? 0,
          Math.round(rate?.aheadUs ?? 0),
          slot?.max ?? 0,
          slot?.holder ?? '',
          slot?.ttlMs ?? 0,
        )
        .catch(lost);
      const spent = Number(aheadUs);
      if (verdict === 1) return { allowed: false, by: 'rate', aheadUs: spent, retryAfterUs: Number(retryAfterUs) };
      if (verdict === 2) return { allowed: false, by: 'slots', aheadUs: spent };
      return { allowed: true, aheadUs: spent };
    },
    leave: (key, holder) => tell('leave', keyOf('slots', key), holder),
    async lease(key, owner, ttlMs) {
      const [verdict] = await scripted.breakwater(keyOf('lease', key), '', 'lease', owner, ttlMs).catch(lost);
      return verdict === 0;
    },
    release: (key, owner) => tell('release', keyOf('lease', key), owner),
    async ping() {
      await redis.ping().catch(lost);
    },
    close: () => redis.disconnect(),
  };
};
