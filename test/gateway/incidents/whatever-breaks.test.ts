/** Whatever breaks, the public page says so within a minute. On the virtual stage: page, gateway, acquirers and shops. */
import { describe, expect, it } from 'vitest';
import type { Clock, Store } from '../../../gateway/ports.ts';
import { adminToken, createWorld, type Shop, upstreamToken, type World } from '../world.ts';

const minute = 60_000;

/** Charges of three shops in turn, about one a second. What is answered does not matter here. */
const trade = async (world: World, shops: readonly Shop[], durationMs: number): Promise<void> => {
  const untilMs = world.stage.nowMs() + durationMs;
  for (let turn = 0; world.stage.nowMs() < untilMs; turn += 1) {
    await world.play(() =>
      Promise.all(
        [0, 1, 2].map(async (step) => {
          const shop = shops[(turn + step) % shops.length];
          const card = await shop?.token().catch(() => null);
          if (card !== null) await shop?.post('/v1/charges', { amount: 500, currency: 'jpy', card: card ?? '' });
        }),
      ),
    );
    await world.pass(2_000);
  }
};

const openDay = async (world: World): Promise<readonly Shop[]> => {
  const shops = [await world.enrol('shop-a'), await world.enrol('shop-b'), await world.enrol('shop-c')];
  await trade(world, shops, 20_000);
  return shops;
};

/** What the page said of an incident after `fromMs`, with the delay. */
const saidAfter = (world: World, fromMs: number) =>
  world.pageSaid
    .filter(({ atMs, fields }) => atMs >= fromMs && typeof fields.stage === 'string')
    .map(({ atMs, fields }) => ({ delayMs: atMs - fromMs, stage: String(fields.stage) }));

describe('the public page says so within a minute', () => {
  it.each(['kill', 'freeze'] as const)('when the gateway process is gone (%s)', async (how) => {
    const world = createWorld({ statusPage: true });
    await openDay(world);
    const fromMs = world.stage.nowMs();
    world.gateway[how]();
    await world.pass(2 * minute);
    const said = saidAfter(world, fromMs);
    expect(said[0]?.stage).toBe('investigating');
    expect(said[0]?.delayMs).toBeLessThanOrEqual(minute);
    expect(said.every(({ stage }) => stage !== 'resolved')).toBe(true);
  });

  it('when the database is lost, although the process lives and beats', async () => {
    let lost = false;
    const between = (store: Store, _clock: Clock): Store => ({
      unit: (work) => (lost ? Promise.reject(new Error('connection refused')) : store.unit(work)),
      read: (work) => (lost ? Promise.reject(new Error('connection refused')) : store.read(work)),
    });
    const world = createWorld({ statusPage: true, between });
    const shops = await openDay(world);
    const fromMs = world.stage.nowMs();
    lost = true;
    await trade(world, shops, 90_000);
    const said = saidAfter(world, fromMs);
    expect(said[0]?.stage).toBe('investigating');
    expect(said[0]?.delayMs).toBeLessThanOrEqual(minute);
    expect(world.log.some(({ event, cause }) => event === 'incident.updated' && cause === 'our_own_fault')).toBe(true);
  });

  it('when both acquirers are gone, and with them the line to their people', async () => {
    const world = createWorld({ statusPage: true });
    const shops = await openDay(world);
    const fromMs = world.stage.nowMs();
    for (const acquirer of ['escott', 'gmo'] as const) world.link(acquirer).add({ type: 'down' });
    await trade(world, shops, 90_000);
    const said = saidAfter(world, fromMs);
    expect(said[0]?.stage).toBe('investigating');
    expect(said[0]?.delayMs).toBeLessThanOrEqual(minute);
    expect(world.log.some(({ event }) => event === 'upstream.told')).toBe(false);
  });
});

describe('operators of an acquirer', () => {
  const json = (value: object): string => JSON.stringify(value);

  it('are believed by their token, and whoever has none is refused, written down, and moves nothing', async () => {
    const world = createWorld();
    await world.play(async () => {
      const forged = await world.send(
        'POST',
        '/upstream/mail',
        {},
        json({ from: 'a@b.example', dkim: 'pass', subject: '制限' }),
      );
      expect(forged.status).toBe(401);
      const stranger = await world.send(
        'POST',
        '/upstream/mail',
        { Authorization: `Bearer ${upstreamToken}` },
        json({ from: 'a@b.example', dkim: 'pass', subject: '制限します' }),
      );
      expect(stranger.status).toBe(401);
      const beat = await world.send(
        'POST',
        '/upstream/beats',
        { Authorization: 'Bearer wrong' },
        json({ acquirer: 'escott' }),
      );
      expect(beat.status).toBe(401);
      const heard = await world.send(
        'POST',
        '/upstream/beats',
        { Authorization: `Bearer ${upstreamToken}` },
        json({ acquirer: 'escott' }),
      );
      expect(heard.status).toBe(200);
    });
    expect(world.log.filter(({ event }) => event === 'upstream.forged').map(({ why }) => why)).toEqual([
      'token',
      'address',
      'token',
    ]);
    expect(world.log.some(({ event }) => event === 'upstream.notice' || event === 'incident.opened')).toBe(false);
  });
});

describe('our own operators', () => {
  const headers = { Authorization: `Bearer ${adminToken}` };
  const text = { en: 'We look into it.', ja: '調査しています。' };

  it('open, write, correct and close an incident, and add measures to its record', async () => {
    const world = createWorld({ statusPage: true });
    const at = await world.play(async () => {
      const body = JSON.stringify({ title: text, text, components: ['api'] });
      const opened = await world.send('POST', '/admin/v1/incidents', headers, body);
      expect(opened.status).toBe(200);
      const at = `/admin/v1/incidents/${opened.json.incident.id as string}`;
      const again = JSON.stringify({ text: { en: 'Corrected.', ja: '訂正しました。' } });
      expect((await world.send('PUT', `${at}/updates/0`, headers, again)).json.incident.updates[0].text.en).toBe(
        'Corrected.',
      );
      expect((await world.send('PUT', `${at}/updates/7`, headers, again)).status).toBe(404);
      const resolve = JSON.stringify({ stage: 'resolved', text });
      expect((await world.send('POST', `${at}/updates`, headers, resolve)).status).toBe(200);
      return at;
    });
    await world.pass(1_000);
    const measures = JSON.stringify({ measures: text });
    const record = await world.play(
      async () => (await world.send('PUT', `${at}/record`, headers, measures)).json.record,
    );
    expect(record).toMatchObject({ measures: text, resolvedAtMs: expect.any(Number) });
    expect(world.pageSaid.map(({ fields }) => fields.stage)).toContain('resolved');
  });

  it('need their token, and say whole sentences', async () => {
    const world = createWorld();
    await world.play(async () => {
      expect((await world.send('GET', '/admin/v1/incidents')).status).toBe(401);
      expect((await world.send('GET', '/admin/v1/on-call')).status).toBe(401);
      const bad = JSON.stringify({ title: text, text: { en: 'Only English' }, components: ['api'] });
      expect((await world.send('POST', '/admin/v1/incidents', headers, bad)).status).toBe(400);
      const long = JSON.stringify({ reason: 'work', fromMs: 10, toMs: 5 });
      expect((await world.send('POST', '/admin/v1/maintenance', headers, long)).status).toBe(400);
      expect((await world.send('POST', '/admin/v1/on-call/inc_1/acknowledge', headers, '{"by":"sato"}')).status).toBe(
        404,
      );
    });
  });
});
