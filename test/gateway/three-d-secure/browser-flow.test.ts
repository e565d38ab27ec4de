/** The card holder's way: addresses to return to, pages, and what browsers and issuers do wrong. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formsOf } from '../../../scenarios/cast/browser.ts';
import { loseReply, on } from '../acquirers.ts';
import { adminToken } from '../world.ts';
import { cards, openTdsShop, type TdsShop } from './visit.ts';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jws = (payload: object, key: string, header: object = { alg: 'HS256', typ: 'JWT' }): string => {
  const signed = `${part(header)}.${part(payload)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
};
const startOf = (world: TdsShop, id: string, query = ''): string =>
  `http://gateway.test/v1/tds/${id}/start?publickey=${world.shop.keys.live.public}${query}`;

describe('where the browser goes when it is over', () => {
  it('is the address that the merchant signed with its secret key', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id } = await world.charge(cards.challenge);
      const signed = jws({ url: 'https://shop.example/done?order=1&x=2' }, world.shop.keys.live.secret);
      const visit = await world.authenticate(id, {}, `&back_url=${signed}`);
      expect(visit).toMatchObject({ end: 'returned', at: 'https://shop.example/done?order=1&x=2' });
    });
  });

  it('is the address that is registered by this name, and back_url wins over it', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const path = `/admin/v1/merchants/${world.shop.id}/three-d-secure`;
      const admin = { Authorization: `Bearer ${adminToken}` };
      const bad = await world.send('POST', path, admin, JSON.stringify({ returnUrls: { x: 'javascript:alert(1)' } }));
      expect(bad.status).toBe(400);
      const settings = { returnUrls: { app: 'myshop://done', web: 'https://shop.example/named' } };
      await world.send('POST', path, admin, JSON.stringify(settings));
      expect((await world.send('GET', path, admin)).json).toMatchObject({ ...settings, attempted: 'accept' });
      const one = await world.charge(cards.frictionless);
      expect(await world.authenticate(one.id, {}, '&back=app')).toMatchObject({ end: 'returned', at: 'myshop://done' });
      const other = await world.charge(cards.failed);
      const signed = jws({ url: 'https://shop.example/signed' }, world.shop.keys.live.secret);
      expect(await world.authenticate(other.id, {}, `&back=web&back_url=${signed}`)).toMatchObject({
        end: 'returned',
        at: 'https://shop.example/signed',
      });
    });
  });

  it('is nowhere that nobody registered or signed', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id } = await world.charge(cards.frictionless);
      const { live, test } = world.shop.keys;
      const url = { url: 'https://evil.example/' };
      for (const query of [
        '&back=unknown',
        '&back=__proto__',
        '&back_url=https://evil.example/',
        `&back_url=${jws(url, test.secret)}`,
        `&back_url=${jws(url, live.public)}`,
        `&back_url=${jws(url, live.secret, { alg: 'none' })}`,
        `&back_url=${jws(url, live.secret).slice(0, -4)}AAAA`,
        `&back_url=${jws({ url: 'javascript:alert(1)' }, live.secret)}`,
        `&back_url=${jws({ link: 'https://shop.example/' }, live.secret)}`,
      ]) {
        const page = await world.browser.get(startOf(world, id, query));
        expect(page.status, query).toBe(400);
        expect(page.html).not.toContain('evil');
      }
      expect(world.rows('select state from three_d_secure_flows')).toEqual([{ state: 'created' }]);
    });
  });
});

/** The merchant's settings, by an operator. */
const settle = (world: Awaited<ReturnType<typeof openTdsShop>>, settings: object) =>
  world.send(
    'POST',
    `/admin/v1/merchants/${world.shop.id}/three-d-secure`,
    { Authorization: `Bearer ${adminToken}` },
    JSON.stringify(settings),
  );

describe('the pages', () => {
  it('stand in no frame but that of an origin the merchant named, registered an address of, or signed', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      expect((await settle(world, { frameOrigins: ['https://shop.example/cart'] })).status).toBe(400);
      await settle(world, {
        frameOrigins: ['https://shop.example'],
        returnUrls: { web: 'https://checkout.example/done', app: 'myshop://done' },
      });
      const { id } = await world.charge(cards.frictionless);
      const signed = jws({ url: 'https://signed.example/x' }, world.shop.keys.live.secret);
      for (const [query, status] of [
        ['&frame=https://evil.example', 400],
        ['&frame=https://shop.example.evil.example', 400],
        ['&frame=http://shop.example', 400],
        ['&frame=null', 400],
        ['&frame=https://signed.example', 400],
        [`&frame=https://signed.example&back_url=${signed}`, 200],
        ['&frame=https://checkout.example', 200],
        ['&frame=https://shop.example', 200],
      ] as const) {
        const page = await world.browser.get(startOf(world, id, query));
        expect(page.status, query).toBe(status);
        expect(page.html, query).not.toContain('evil');
      }
    });
  });

  it('are for phones, in Japanese and English, and run nothing but their own script', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      await settle(world, { frameOrigins: ['https://shop.example'] });
      const { id } = await world.charge(cards.method);
      const { fetch } = world.stage.castMember('reader');
      const reply = await fetch(startOf(world, id, '&lang=en&frame=https://shop.example/cart'), {
        method: 'GET',
        headers: {},
        timeoutMs: 1000,
      });
      const html = await reply.text();
      const policy = reply.headers.get('Content-Security-Policy')!;
      const nonce = /nonce="([\w-]+)"/.exec(html)![1]!;
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain(`script-src 'nonce-${nonce}'`);
      expect(policy).toContain('frame-ancestors https://shop.example;');
      expect(policy).toContain("form-action 'self' http://tds.test");
      expect(html).toContain('<html lang="en">');
      expect(html).toContain('name="viewport"');
      expect(html).toContain('Card authentication');
      expect((await world.browser.get(startOf(world, id))).html).toContain('本人認証');
      expect((await world.browser.get(startOf(world, id))).html).not.toContain(nonce);
    });
  });

  it("run the issuer's 3DS Method where there is one, and tell the issuer that it completed", async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id } = await world.charge(cards.method);
      await world.authenticate(id);
      expect(world.rows('select method_done, status from three_d_secure_flows')).toEqual([
        { method_done: 1, status: 'verified' },
      ]);
      const hangs = await world.charge(cards.methodHangs);
      await world.authenticate(hangs.id);
      expect((await world.read(hangs.id)).three_d_secure_status).toBe('verified');
    });
  });
});

describe('a visit that goes wrong', () => {
  it('of a browser that never comes back is paid all the same: the result is there', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id } = await world.charge(cards.neverSentBack);
      expect((await world.authenticate(id)).end).toBe('stranded');
      expect((await world.finish(id)).json.paid).toBe(true);
    });
  });

  it('of a browser that is back before its result waits for it', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id } = await world.charge(cards.returnsFirst);
      const visit = await world.authenticate(id);
      expect(visit.end).toBe('finished');
      expect(visit.pages.filter(({ url }) => url.includes('waited=')).length).toBeGreaterThan(2);
      expect((await world.finish(id)).json.paid).toBe(true);
    });
  });

  it('with results told twice, and browsers sent back twice, is one payment', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      for (const number of [cards.reportedTwice, cards.returnsTwice]) {
        const { id } = await world.charge(number);
        expect((await world.authenticate(id)).end).toBe('finished');
        expect((await world.finish(id)).json.paid).toBe(true);
      }
      expect(world.authorisations()).toBe(2);
    });
  });

  it('of a card holder who goes back asks the issuer once', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id } = await world.charge(cards.challenge);
      const start = await world.browser.get(startOf(world, id));
      const go = formsOf(start).find((one) => one.id === 'go')!;
      const first = await world.browser.submit(go, { depth: '30' });
      const again = await world.browser.submit(go, { depth: '30' });
      expect(first.html).toContain('creq');
      expect(again.html).not.toContain('creq');
      expect((await world.browser.get(startOf(world, id))).html).toContain('http-equiv="refresh"');
      const seen = await world.send('GET', 'http://tds.test/sim/v1/three-d-secure/transactions');
      expect(seen.json.rows).toHaveLength(1);
    });
  });

  it('at an issuer that never opens fails by its own timer, and a new charge is a new transaction', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id } = await world.charge(cards.challenge);
      const start = await world.browser.get(startOf(world, id));
      await world.browser.submit(formsOf(start).find((one) => one.id === 'go')!, { depth: '24' });
      await world.stage.clock.sleep(31_000);
      expect((await world.read(id)).three_d_secure_status).toBe('failed');
      const [row] = world.rows('select result from three_d_secure_flows');
      expect(JSON.parse(row.result)).toMatchObject({ transStatus: 'N', reason: '14', cancel: '05' });
      const next = await world.charge(cards.challenge);
      await world.authenticate(next.id);
      expect((await world.finish(next.id)).json.paid).toBe(true);
    });
  });
});

describe('while the directory server and every issuer are down', () => {
  it('ordinary charges are untouched, and 3-D Secure ends in bounded time with nothing paid', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const sim = 'http://tds.test/sim/v1/three-d-secure/faults';
      const set = await world.send(
        'POST',
        sim,
        { 'Content-Type': 'application/json' },
        JSON.stringify({ kind: 'ds-timeout' }),
      );
      expect(set.status).toBeLessThan(300);
      const { id } = await world.charge(cards.frictionless);
      const beganMs = world.stage.nowMs();
      const walking = world.authenticate(id);
      for (let count = 0; count < 10; count += 1) {
        const card = await world.shop.token();
        expect((await world.shop.post('/v1/charges', { amount: 500, currency: 'jpy', card })).json.paid).toBe(true);
      }
      expect(world.stage.nowMs() - beganMs).toBeLessThan(10_000);
      expect((await walking).end).toBe('finished');
      expect(world.stage.nowMs() - beganMs).toBeLessThan(15_000);
      expect((await world.read(id)).three_d_secure_status).toBe('error');
      expect((await world.finish(id)).json.error.code).toBe('three_d_secure_failed');
      expect(world.authorisations()).toBe(10);
    });
  });
});

describe('an instance that dies', () => {
  it('between the result and what follows from it leaves neither undone', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { default_card } = (
        await world.shop.post('/v1/customers', { card: await world.shop.token(cards.challenge) })
      ).json;
      const { id } = (await world.shop.post('/v1/three_d_secure_requests', { resource_id: default_card })).json;
      // As if it had died right after its RRes.
      await world.authenticate(id);
      await world.store.unit((tx) =>
        tx.run(
          {
            sql: `update three_d_secure_flows set state = 'decided', finished_ms = null where id = ?`,
            parameters: [{ arg: 'id' }],
          },
          { id },
        ),
      );
      world.gateway.kill();
      await world.gateway.restart();
      await world.stage.clock.sleep(5_000);
      expect((await world.shop.get(`/v1/three_d_secure_requests/${id}`)).json.state).toBe('finished');
    });
  });

  it('while tds_finish is in flight leaves a payment that is settled once, and finished never again', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id } = await world.charge(cards.frictionless);
      await world.authenticate(id);
      world.acquirers.escott.hand = on('1Auth', loseReply);
      const asked = world.finish(id, { key: 'finish-1' }).catch(() => null);
      await world.stage.clock.sleep(1_000);
      expect(world.authorisations()).toBe(1);
      world.gateway.kill();
      await asked;
      world.acquirers.escott.hand = null;
      await world.gateway.restart();
      expect(await world.read(id)).toMatchObject({ paid: false, outcome: 'unknown' });
      await world.stage.clock.sleep(600_000);
      const settled = await world.read(id);
      expect(settled).toMatchObject({ paid: false, captured: false, three_d_secure_status: 'verified' });
      expect(settled.outcome).toBeUndefined();
      expect((await world.finish(id)).json.error.code).toBe('invalid_three_d_secure_state');
      expect(world.authorisations()).toBe(1);
    });
  });
});
