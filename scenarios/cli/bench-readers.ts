/**
 * Readers of a status page: `node bench-readers.ts <port> <perSecond>`. Begins a request each so many
 * microseconds whether or not the last was answered, as people do, until it gets a line or its standard
 * input ends; then prints one line of JSON: how many were asked, answered with the page, and how long the 99th percentile took.
 */
import http from 'node:http';

const [port = '0', perSecond = '500'] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const everyMs = 1000 / Number(perSecond);
const paths = ['/', '/', '/?lang=en', '/api/v1/status.json'];
/** Nobody reads for longer; more would only fill the memory. */
const tookMax = 1_000_000;

const beganMs = performance.now();
const tookMs: number[] = [];
let asked = 0;
let failed = 0;

const ask = (): void => {
  const path = paths[asked % paths.length];
  asked += 1;
  const fromMs = performance.now();
  http
    .get({ agent, host: '127.0.0.1', port: Number(port), path }, (reply) => {
      reply.resume();
      reply.once('end', () => {
        if (reply.statusCode !== 200) failed += 1;
        else if (tookMs.length < tookMax) tookMs.push(performance.now() - fromMs);
      });
    })
    .once('error', () => {
      failed += 1;
    });
};

const timer = setInterval(() => {
  // As many as are due: timers come late, readers do not.
  const due = Math.floor((performance.now() - beganMs) / everyMs);
  while (asked < due) ask();
}, 4);

let over = false;
const end = (): void => {
  if (over) return;
  over = true;
  clearInterval(timer);
  const seconds = (performance.now() - beganMs) / 1000;
  // What is under way is answered within this time, or is slow.
  setTimeout(() => {
    const sorted = tookMs.toSorted((one, other) => one - other);
    const p99Ms = sorted[Math.floor(sorted.length * 0.99)] ?? null;
    process.stdout.write(`${JSON.stringify({ asked, answered: tookMs.length, failed, seconds, p99Ms })}\n`);
    process.exit(0);
  }, 300);
};
process.stdin.once('data', end);
process.stdin.once('end', end);
