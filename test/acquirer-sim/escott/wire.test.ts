import { connect } from 'node:net';
import { serve } from '@hono/node-server';
import { describe, expect, it } from 'vitest';
import { createAcquirer } from '../../../acquirer-sim/app.ts';
import { createLiveClock } from '../../../acquirer-sim/clock.ts';
import { encodeWindows31j } from '../../../acquirer-sim/gmo-pg/charset.ts';
import { createLiveRandom } from '../../../acquirer-sim/random.ts';
import { createEscottWorld, escottConfig, type Fields, newPayment, OAUT } from './card.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** What the WordPress plugins do: a raw socket, everything to its end, cut at the first empty line. */
const byRawSocket = async (body: Uint8Array): Promise<{ head: string; parts: string[] }> => {
  const config = escottConfig({
    capacity: { workers: 2, queueMax: 10, serviceMs: { check: { mean: 1 }, authorise: { mean: 1 } } },
  });
  const acquirer = createAcquirer({
    clock: createLiveClock(),
    random: createLiveRandom(1),
    fetch: () => Promise.reject(new Error('no notice was expected')),
    log: silent,
    config,
  });
  const server = serve({ fetch: acquirer.app.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const text = await new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      const lines = ['Host: www.test.e-scott.jp', 'User-Agent: SLN_PAYMENT_CLIENT_PG_PHP_VERSION_1_0'];
      const form = ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`];
      socket.write(`POST ${OAUT} HTTP/1.1\r\n${[...lines, ...form, 'Connection: close'].join('\r\n')}\r\n\r\n`);
      socket.write(body);
    });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.on('error', reject);
  });
  await new Promise((resolve) => server.close(resolve));
  const [head = '', ...parts] = text.split('\r\n\r\n');
  return { head, parts };
};

const fields = (changes: Fields = {}) => newPayment('1Check', 'raw', changes);
const plain = (values: Fields) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

describe('e-SCOTT on a raw socket', () => {
  it('answers with a length, closes, and leaves one part after the head', async () => {
    const { head, parts } = await byRawSocket(Buffer.from(plain(fields())));
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(head).toMatch(/\r\ncontent-length: \d+/i);
    expect(head).toMatch(/\r\nconnection: close/i);
    expect(head).not.toMatch(/transfer-encoding/i);
    expect(parts).toHaveLength(1);
    expect(parts[0]).toMatch(/&ResponseCd=OK&/);
  });

  it('reads names in UTF-8 and in Windows-31J, as bytes', async () => {
    const named = plain(fields({ KanaSei: 'ヤマダ', KanaMei: 'ハナコ' }));
    for (const body of [Buffer.from(named), encodeWindows31j(named)]) {
      const { parts } = await byRawSocket(body);
      expect(parts[0]).toMatch(/&McKanaSei=0&McKanaMei=0$/);
    }
  });
});

describe('e-SCOTT’s forms', () => {
  it('are read in UTF-8 and in Windows-31J, percent-encoded', async () => {
    const encoded = [...encodeWindows31j('ヤマダ')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    for (const kana of [encoded, encodeURIComponent('ヤマダ')]) {
      const reply = await createEscottWorld().post(OAUT, `${plain(fields())}&KanaSei=${kana}`);
      expect(reply.pairs).toMatchObject({ ResponseCd: 'OK', McKanaSei: '0' });
    }
  });

  it('are refused with K52 when a name is in neither', async () => {
    const reply = await createEscottWorld().post(OAUT, `${plain(fields())}&KanaSei=%FF%FE`);
    expect(reply.pairs.ResponseCd).toBe('K52');
  });
});
