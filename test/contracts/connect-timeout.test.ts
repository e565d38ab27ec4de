/**
 * A host that drops what it is sent: no connection ever stands. On loopback that is a listener
 * whose process is stopped and whose short queue is full.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createLiveFetch } from '../../gateway/fetch.ts';
import { exchange } from '../../gateway/upstream/transport.ts';
import { failureOf } from './fetch-contract.ts';

const listener = `
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () =>
    process.stdout.write(String(server.address().port)));
`;

let child: ChildProcess | undefined;
let fillers: Socket[] = [];
afterEach(() => {
  for (const socket of fillers) socket.destroy();
  fillers = [];
  child?.kill('SIGKILL');
});

/** Its address, once connections to it no longer stand. */
const fullHost = async (): Promise<string> => {
  child = spawn(process.execPath, ['-e', listener], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout!, 'data')) as [Buffer];
  child.kill('SIGSTOP');
  for (let standing = 0; ; standing += 1) {
    const socket = connect(Number(port.toString()), '127.0.0.1').on('error', () => undefined);
    fillers.push(socket);
    const stands = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), 300)),
    ]);
    if (!stands) return `http://127.0.0.1:${port.toString()}/`;
    if (standing > 100) throw new Error('its queue never fills');
  }
};

describe('a host that no connection stands to', () => {
  it('ends the call after the time for connecting, and counts as not sent', async () => {
    const url = await fullHost();
    const fetch = createLiveFetch({ connectTimeoutMs: 200 });
    const failure = await fetch(url, { method: 'POST', headers: {}, body: 'a=1', timeoutMs: 20_000 }).then(
      ({ status }) => `answered ${status}`,
      failureOf,
    );
    expect(failure).toBe('UND_ERR_CONNECT_TIMEOUT');
    expect(await exchange(fetch, url, 'a=1', { timeoutMs: 20_000, drawKey: 'x' })).toEqual({
      kind: 'not_sent',
      reason: 'UND_ERR_CONNECT_TIMEOUT',
    });
  });
});
