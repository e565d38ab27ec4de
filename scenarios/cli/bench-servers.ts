/**
 * Servers of as little code as can be, each a process of its own: `node bench-servers.ts back`,
 * `front PORT` (passes every request on to `back`), `acquirer` (says yes in e-SCOTT's words). Prints
 * its port.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const [role, backPort] = process.argv.slice(2);

const bodyOf = (message: http.IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => resolve(Buffer.concat(chunks).toString()));
    message.on('error', reject);
  });

const agent = new http.Agent({ keepAlive: true });
const passOn = (body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { 'Content-Length': Buffer.byteLength(body) };
    const request = http.request(
      { agent, host: '127.0.0.1', port: Number(backPort), method: 'POST', headers },
      (reply) => void bodyOf(reply).then(resolve, reject),
    );
    request.on('error', reject);
    request.end(body);
  });

const yes = (body: string): string => {
  const reference = new URLSearchParams(body).get('MerchantFree1') ?? '';
  return `MerchantFree1=${reference}&ResponseCd=OK&ProcessId=${'1'.repeat(32)}&ProcessPass=${'2'.repeat(32)}`;
};

const answers: Readonly<Record<string, (body: string) => string | Promise<string>>> = {
  back: (body) => body,
  front: passOn,
  acquirer: yes,
};
const answer = answers[role ?? ''];
if (answer === undefined) throw new Error(`no such server: ${role}`);

const server = http.createServer((request, reply) => {
  void bodyOf(request)
    .then(answer)
    .then((text) => reply.writeHead(200, { 'Content-Length': Buffer.byteLength(text) }).end(text));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
