/**
 * The measure of all speeds: a bare `node:http` server that echoes, and a client of as little code,
 * in one process so that CPU time counts both. `node bare-echo.ts [requests]` prints JSON.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const count = Number(process.argv[2] ?? 40_000);
const warmUp = count / 4;
const concurrency = 32;
const body = 'amount=500&currency=jpy';

const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.end(Buffer.concat(chunks));
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });

const echo = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { 'Content-Length': body.length };
    const request = http.request(
      { agent, host: '127.0.0.1', port, method: 'POST', path: '/echo', headers },
      (reply) => {
        reply.resume();
        reply.on('end', resolve);
      },
    );
    request.on('error', reject);
    request.end(body);
  });

const send = async (total: number): Promise<void> => {
  let left = total;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await echo();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
};

await send(warmUp);
const before = process.cpuUsage();
await send(count);
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ requests: count, cpuMs: (user + system) / 1000 }));
agent.destroy();
server.close();
