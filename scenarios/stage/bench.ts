/**
 * What the stage itself costs: echo round trips through two Hono programs, and background
 * callbacks. Run with `node scenarios/stage/bench.ts [round trips] [light|web|background]`.
 */

import { Hono } from 'hono';
import { poissonGapMs } from './distributions.ts';
import { createStage } from './stage.ts';

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const echoRoundTrips = async (count: number, http: 'light' | 'web'): Promise<void> => {
  const stage = createStage({ seed: 1, startWallMs: 0, http });
  stage.addProgram({
    program: 'back',
    host: 'back.test',
    create: () => {
      const app = new Hono();
      app.post('/echo', async (c) => c.body(await c.req.text(), 200, { 'content-type': 'text/plain' }));
      return { app };
    },
  });
  stage.addProgram({
    program: 'front',
    host: 'front.test',
    create: ({ fetch }) => {
      const app = new Hono();
      app.post('/echo', async (c) => {
        const body = await c.req.text();
        const drawKey = c.req.header('x-key') ?? '';
        const reply = await fetch('http://back.test/echo', {
          method: 'POST',
          headers: {},
          body,
          timeoutMs: 10_000,
          drawKey,
        });
        return c.body(await reply.text(), 200, { 'content-type': 'text/plain' });
      });
      return { app };
    },
  });
  const { clock, fetch, random } = stage.castMember('bench');
  let sent = 0;
  let answered = 0;
  const next = (): void => {
    const key = `echo/${sent++}`;
    void fetch('http://front.test/echo', {
      method: 'POST',
      headers: { 'x-key': key },
      body: 'amount=500&currency=jpy',
      timeoutMs: 10_000,
      drawKey: key,
    })
      .then((reply) => reply.text())
      .then(() => {
        answered++;
      });
    if (sent < count) clock.after(poissonGapMs(random, 1000), next);
  };
  clock.after(100, next);
  const before = cpuSeconds();
  await stage.run({ untilMs: 100 + count + 60_000 });
  const spent = cpuSeconds() - before;
  const { requests } = stage.counters();
  console.log(
    `echo, ${http}: ${answered} round trips, ${requests} requests in ${spent.toFixed(2)} CPU-s: ` +
      `${Math.round(answered / spent)} round trips/CPU-s, ${Math.round(requests / spent)} requests/CPU-s, trace ${stage.traceHash()}`,
  );
};

const backgroundCallbacks = async (count: number): Promise<void> => {
  const stage = createStage({ seed: 1, startWallMs: 0 });
  const { clock, random } = stage.castMember('background');
  let left = count;
  const tick = (): void => {
    if (--left > 0) clock.after(poissonGapMs(random, 1000), tick);
  };
  for (let stream = 0; stream < 100; stream++) clock.after(stream, tick);
  const before = cpuSeconds();
  await stage.run({ untilMs: count * 10 });
  const spent = cpuSeconds() - before;
  const { events } = stage.counters();
  console.log(
    `background: ${events} callbacks in ${spent.toFixed(2)} CPU-s: ${(events / spent / 1e6).toFixed(2)} M/CPU-s`,
  );
};

const count = Number(process.argv[2] ?? 100_000);
const only = process.argv[3];
await echoRoundTrips(count / 10, 'light');
if (only === undefined || only === 'light') await echoRoundTrips(count, 'light');
if (only === undefined || only === 'web') await echoRoundTrips(count, 'web');
if (only === undefined || only === 'background') await backgroundCallbacks(20 * count);
