/**
 * How far a request got, told from how it failed: the same on the stage's links and on real
 * sockets.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { createLiveFetch } from '../../../gateway/fetch.ts';
import type { Fetch } from '../../../gateway/ports.ts';
import { type Exchange, exchange, failureCode } from '../../../gateway/upstream/transport.ts';
import type { Toxic } from '../../../scenarios/stage/toxics.ts';
import type { Behaviour } from '../../contracts/fetch-contract.ts';
import { liveHarness } from '../../contracts/live-server.ts';
import { addShop, exactStage } from '../../scenarios/stage/world.ts';

const post = (fetch: Fetch, url: string, timeoutMs = 300): Promise<Exchange> =>
  exchange(fetch, url, 'a=1', { timeoutMs, drawKey: 'one' });

describe('a request on the stage', () => {
  it.each<[string, Toxic | null, 'answered' | 'not_sent' | 'unknown']>([
    ['nothing wrong', null, 'answered'],
    ['a closed port', { type: 'down' }, 'not_sent'],
    ['no route', { type: 'unreachable' }, 'not_sent'],
    ['no handshake in time', { type: 'connect_timeout', attributes: { timeout: 100 } }, 'not_sent'],
    ['a reset before it arrived', { type: 'reset_before' }, 'unknown'],
    ['a reset after it arrived', { type: 'reset_after' }, 'unknown'],
    ['a connection that dies', { type: 'reset_peer', attributes: { timeout: 10 } }, 'unknown'],
    ['a black hole', { type: 'timeout', stream: 'upstream', attributes: { timeout: 0 } }, 'unknown'],
    ['a reply that is swallowed', { type: 'timeout', attributes: { timeout: 0 } }, 'unknown'],
    ['a reply that is cut', { type: 'limit_data', attributes: { bytes: 10 } }, 'unknown'],
    ['a reply that is too late', { type: 'latency', attributes: { latency: 1000 } }, 'unknown'],
    ['a reply that is late and in time', { type: 'latency', attributes: { latency: 100 } }, 'answered'],
  ])('with %s is %#', async (_, toxic, kind) => {
    const stage = exactStage();
    addShop(stage);
    const { fetch, clock } = stage.castMember('caller');
    if (toxic !== null) stage.network.link('cast', 'shop').add(toxic);
    const told: Exchange[] = [];
    stage.spawnTask('call', async () => {
      await clock.sleep(1);
      told.push(await post(fetch, 'http://shop.test/'));
    });
    await stage.run({ untilMs: 10_000, mustFinish: false });
    expect(told.map((one) => one.kind)).toEqual([kind]);
  });

  it('to a host that nobody knows was not sent', async () => {
    const stage = exactStage();
    const { fetch } = stage.castMember('caller');
    const told: Exchange[] = [];
    stage.spawnTask('call', async () => {
      told.push(await post(fetch, 'http://nowhere.test/'));
    });
    await stage.run({ untilMs: 10_000 });
    expect(told).toEqual([{ kind: 'not_sent', reason: 'ENOTFOUND' }]);
  });
});

describe('a request on a real socket', () => {
  const harness = liveHarness(createLiveFetch());
  afterEach(() => harness.close());

  it.each<[Behaviour, Exchange['kind']]>([
    ['echo', 'answered'],
    ['busy', 'answered'],
    ['redirect', 'answered'],
    ['refused', 'not_sent'],
    ['unknown-host', 'not_sent'],
    ['reset', 'unknown'],
    ['silent', 'unknown'],
    ['stalled-body', 'unknown'],
    ['cut-body', 'unknown'],
  ])('to a server that is %s is %s', async (behaviour, kind) => {
    expect(await post(harness.fetch, await harness.serve(behaviour))).toMatchObject({ kind });
  });

  it('keeps the status, the text and who decided', async () => {
    const told = await post(harness.fetch, await harness.serve('busy'));
    expect(told).toEqual({ kind: 'answered', status: 503, text: 'busy', decidedBy: null });
  });
});

describe('a failure of the transport', () => {
  const failing =
    (reason: unknown): Fetch =>
    () =>
      Promise.reject(reason as Error);
  const caused = (code: string): Error =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) });

  // design.md section 4: refused, DNS, unreachable, connect timeout, TLS failure. Nothing else.
  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
  ])('%s, on the error or its cause, means that nothing was sent', async (code) => {
    const expected = { kind: 'not_sent', reason: code };
    expect(await post(failing(caused(code)), 'http://x.test/')).toEqual(expected);
    expect(await post(failing(Object.assign(new Error(), { code })), 'http://x.test/')).toEqual(expected);
  });

  it.each([
    'ECONNRESET',
    'EPIPE',
    'UND_ERR_SOCKET',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'HPE_INVALID_CONSTANT',
    'ERR_WHATEVER',
  ])('%s means that nobody knows', async (code) => {
    expect(await post(failing(caused(code)), 'http://x.test/')).toEqual({ kind: 'unknown', reason: code });
  });

  it.each([
    [new DOMException('late', 'TimeoutError'), 'TimeoutError'],
    [new DOMException('gone', 'AbortError'), 'AbortError'],
    [new SyntaxError('bad'), 'SyntaxError'],
    [new Error('odd', { cause: 'a string' }), 'Error'],
    ['a string', 'UNKNOWN'],
    [undefined, 'UNKNOWN'],
  ])('%s is called %s', async (reason, name) => {
    expect(failureCode(reason)).toBe(name);
    expect(await post(failing(reason), 'http://x.test/')).toEqual({ kind: 'unknown', reason: name });
  });

  it('in the middle of the reply means that nobody knows', async () => {
    const torn: Fetch = async () => ({
      status: 200,
      headers: { get: () => null },
      text: () => Promise.reject(Object.assign(new Error(), { code: 'ECONNRESET' })),
    });
    expect(await post(torn, 'http://x.test/')).toEqual({ kind: 'unknown', reason: 'ECONNRESET' });
  });
});
