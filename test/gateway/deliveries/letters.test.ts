import { describe, expect, it } from 'vitest';
import type { Letter, Posted } from '../../../gateway/ports.ts';
import { never, openWorld } from './world.ts';

/** A world with a mail server, and letters to so many merchants. */
const open = (posted: (letter: Letter, nth: number) => Posted | Promise<Posted>) => {
  const letters: { letter: Letter; atMs: number }[] = [];
  const world = openWorld(() => 200, {
    mail: (letter) => {
      letters.push({ letter, atMs: world.stage.nowMs() });
      return posted(letter, letters.length);
    },
  });
  const send = (address: string, subject = 'Incident') =>
    world.inside(({ deliveries }) =>
      deliveries.send({
        kind: 'mail',
        merchantId: 'shop',
        subject: 'incident',
        url: `mailto:${address}`,
        token: '',
        body: JSON.stringify({ subject, text: 'Payments fail.\n' }),
      }),
    );
  return { world, letters, send };
};

describe('letters', () => {
  it('are handed to the mail server once, and when they were taken is written down', async () => {
    const { world, letters, send } = open(() => 'taken');
    await send('ops@shop.test');
    await world.pass(2);
    expect(letters).toHaveLength(1);
    expect(letters[0]?.letter).toMatchObject({
      from: 'Breakwater <notices@gateway.test>',
      to: 'ops@shop.test',
      subject: 'Incident',
      headers: { 'Auto-Submitted': 'auto-generated' },
      messageId: expect.stringMatching(/^<dlv_[0-9a-f]+@gateway\.test>$/),
    });
    const [row] = world.rows();
    expect(row).toMatchObject({ kind: 'mail', state: 'delivered', tries: 1, body: '' });
    expect(row.delivered_ms - row.created_ms).toBeLessThan(1_000);
    expect(world.got).toHaveLength(0);
  });

  it('are tried again while the server does not take them, under one message id', async () => {
    const { world, letters, send } = open((_letter, nth) => (nth < 3 ? 'not_now' : 'taken'));
    await send('ops@shop.test');
    await world.pass(40);
    expect(letters).toHaveLength(3);
    expect(new Set(letters.map(({ letter }) => letter.messageId)).size).toBe(1);
    expect(world.rows()[0]).toMatchObject({ state: 'delivered', tries: 3 });
  });

  it('that came back for good are given up at once, with the reason', async () => {
    const { world, letters, send } = open(() => 'never');
    await send('gone@shop.test');
    await world.pass(60);
    expect(letters).toHaveLength(1);
    expect(world.rows()[0]).toMatchObject({ state: 'dead', reason: 'the letter came back' });
  });

  it('hold up no webhook and no notice while the mail server hangs', async () => {
    const { world, send } = open(() => never() as Promise<never>);
    for (let one = 0; one < 60; one += 1) await send(`ops${one}@shop.test`);
    await world.notice();
    await world.pass(1);
    expect(world.got.map(({ path }) => path)).toEqual(['/notices']);
  });
});

describe('ten thousand merchants', () => {
  it('of whom one in twenty does not answer: the others have their notice within 10 s', {
    timeout: 60_000,
  }, async () => {
    const merchants = 10_000;
    const dead = (name: string): boolean => Number(name.slice(1)) % 20 === 7;
    const arrivedMs: number[] = [];
    const world = openWorld(async ({ path }, sleep) => {
      if (dead(path.slice(1))) return never();
      await sleep(20);
      arrivedMs.push(world.stage.nowMs());
      return 200;
    });
    await world.pass(1);
    const fromMs = world.stage.nowMs();
    await world.inside(async ({ deliveries }) => {
      for (let from = 0; from < merchants; from += 64)
        await Promise.all(
          Array.from({ length: Math.min(64, merchants - from) }, (_, one) =>
            deliveries.send({
              kind: 'notice',
              merchantId: `m${from + one}`,
              subject: 'incident',
              url: `http://receivers.test/m${from + one}`,
              token: 'whook',
              body: '{"id":"ntc_1"}',
            }),
          ),
        );
    });
    await world.pass(14);
    expect(arrivedMs).toHaveLength(9_500);
    expect(Math.max(...arrivedMs) - fromMs).toBeLessThanOrEqual(10_000);
  });
});
