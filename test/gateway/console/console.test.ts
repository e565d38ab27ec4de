import { describe, expect, it } from 'vitest';
import { createAudit } from '../../../gateway/console/audit.ts';
import { adminToken, createVisitor, openHouse } from './visitor.ts';

const tabs = [
  'incidents',
  'breakers',
  'merchants',
  'abuse',
  'reviews',
  'unknowns',
  'notices',
  'upstream',
  'mandate',
  'audit',
];

/** A house with somebody signed in, and the merchant `shop`. */
const signedIn = async () => {
  const house = await openHouse();
  await house.admin('POST', '/admin/v1/merchants', { id: 'shop', name: 'Shop' });
  const visitor = createVisitor(house);
  expect((await visitor.signIn()).status).toBe(303);
  return { house, visitor };
};

const auditOf = (house: Awaited<ReturnType<typeof openHouse>>) =>
  [...house.store.inspect('select * from audit_log order by seq')] as Record<string, string | number | null>[];

describe('signing in', () => {
  it('is asked of whoever opens any page, and leads back to it', async () => {
    const visitor = createVisitor(await openHouse());
    for (const tab of tabs) {
      const asked = await visitor.get(`/console/${tab}`);
      expect([asked.status, asked.headers.get('Location')]).toEqual([303, `/console/sign-in?next=%2Fconsole%2F${tab}`]);
    }
    expect((await visitor.get('/console/do/merchant.pause?id=shop')).status).toBe(303);
  });

  it('gives a cookie that no script reads and no other site sends', async () => {
    const { visitor, house } = await signedIn();
    const set = (await visitor.signIn()).headers.get('Set-Cookie') ?? '';
    expect(set).toMatch(/^breakwater_console=[0-9a-f]{64}; Path=\/console; HttpOnly; SameSite=Strict; Max-Age=28800$/);
    const secure = await createVisitor(house).post(
      '/console/sign-in',
      { name: 'a', token: adminToken },
      { 'X-Forwarded-Proto': 'https' },
    );
    expect(secure.headers.get('Set-Cookie')).toContain('; Secure');
  });

  it('wants a name beside the admin token, because the audit log names people', async () => {
    const house = await openHouse();
    const nameless = createVisitor(house).signIn(adminToken, '');
    await house.clock.run(1_000);
    expect((await nameless).status).toBe(401);
  });

  it('is refused for a second after a wrong token, then two, at most a minute', async () => {
    const house = await openHouse();
    const visitor = createVisitor(house);
    const wrong = visitor.signIn('a wrong token that is long');
    await house.clock.run(1_000);
    expect((await wrong).status).toBe(401);
    await house.clock.run(1_000);
    const again = visitor.signIn('a wrong token that is long');
    await house.clock.run(500);
    expect((await again).status).toBe(401);
    const early = await visitor.signIn();
    expect([early.status, early.headers.get('Retry-After')]).toEqual([429, '2']);
    await house.clock.run(2_000);
    expect((await visitor.signIn()).status).toBe(303);
  });

  it('lets many wrong tokens at once through as one', async () => {
    const house = await openHouse();
    const visitor = createVisitor(house);
    const all = Promise.all(Array.from({ length: 20 }, () => visitor.signIn('a wrong token that is long')));
    await house.clock.run(1_000);
    const statuses = (await all).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(1);
    expect(statuses.filter((status) => status === 429)).toHaveLength(19);
  });

  it('ends after eight hours, and at once for whoever signs out', async () => {
    const { visitor, house } = await signedIn();
    expect((await visitor.get('/console')).status).toBe(200);
    const stolen = visitor.cookie();
    await visitor.post('/console/sign-out', { csrf: await visitor.csrf() });
    const thief = await house.app.request('/console', { headers: { Cookie: stolen } });
    expect(thief.status).toBe(303);
    await visitor.signIn();
    await house.clock.run(8 * 3_600_000);
    expect((await visitor.get('/console')).status).toBe(303);
  });

  it('works by an operator’s own token, until the account is removed', async () => {
    const house = await openHouse();
    const added = await house.admin('POST', '/admin/v1/operators', { id: 'tanaka', name: 'Tanaka' });
    const visitor = createVisitor(house);
    expect((await visitor.signIn(String(added.json.token), '')).status).toBe(303);
    expect((await visitor.get('/console')).text).toContain('tanaka');
    expect(
      [...house.store.inspect('select * from operators')].some((row) =>
        JSON.stringify(row).includes(String(added.json.token)),
      ),
    ).toBe(false);
    await house.admin('DELETE', '/admin/v1/operators/tanaka');
    expect((await visitor.get('/console')).status).toBe(303);
  });

  it('leads nowhere but to pages of ours', async () => {
    const visitor = createVisitor(await openHouse());
    for (const next of ['https://evil.test/', '//evil.test', '/console/../v1', 'javascript:alert(1)']) {
      const sent = await visitor.post('/console/sign-in', { name: 'sato', token: adminToken, next });
      expect(sent.headers.get('Location')).toBe('/console');
    }
  });
});

describe('the pages', () => {
  it.each(['ja', 'en'])('show every tab in %s, with a policy that lets nothing in', async (language) => {
    const { house } = await signedIn();
    const visitor = createVisitor(house, language);
    await visitor.signIn();
    for (const tab of tabs) {
      const seen = await visitor.get(`/console/${tab}`);
      expect([tab, seen.status]).toEqual([tab, 200]);
      expect(seen.text).toContain(`<html lang="${language}">`);
      const policy = seen.headers.get('Content-Security-Policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      expect(seen.headers.get('Cache-Control')).toBe('no-store');
    }
  });

  it('escape what merchants and operators write', async () => {
    const { house, visitor } = await signedIn();
    const name = '<img src=x onerror=alert(1)>"';
    await house.admin('POST', '/admin/v1/merchants', { id: 'evil', name });
    await visitor.act('/console/do/merchant.pause?id=evil', { reason: '<script>alert(2)</script>' });
    for (const path of [
      '/console/merchants?id=evil',
      '/console/merchants?id=%22%3E%3Cscript%3E',
      '/console/audit',
      '/console/mandate?id=evil',
    ]) {
      const { text } = await visitor.get(path);
      expect(text).not.toContain('<img src=x');
      expect(text).not.toContain('<script>alert');
      expect(text).not.toContain('"><script>');
    }
  });

  it('still show what is in memory, to whoever is signed in, when the database is lost', async () => {
    let lost = false;
    const house = await openHouse();
    const guarded = await openHouse({
      store: {
        unit: (work) => (lost ? Promise.reject(new Error('the database is gone')) : house.store.unit(work)),
        read: (work) => (lost ? Promise.reject(new Error('the database is gone')) : house.store.read(work)),
      },
    });
    const visitor = createVisitor(guarded);
    await visitor.signIn();
    lost = true;
    await guarded.clock.run(60_000);
    expect((await visitor.get('/console/incidents')).status).toBe(200);
    expect((await visitor.get('/console/breakers')).status).toBe(200);
    expect((await visitor.get('/console/unknowns')).status).toBe(503);
    const acted = await visitor.act('/console/do/breaker.force-open?acquirer=escott', { minutes: '15' });
    expect(acted.status).toBe(503);
  });
});

describe('an action', () => {
  it('shows what it would do and changes nothing until its form is sent', async () => {
    const { house, visitor } = await signedIn();
    const asked = await visitor.get('/console/do/merchant.pause?id=shop');
    expect(asked.text).toContain('Every call of Shop (shop) is refused');
    expect([...house.store.inspect("select paused_reason from merchants where id = 'shop'")]).toEqual([
      { paused_reason: null },
    ]);
    expect(auditOf(house).map(({ kind }) => kind)).toEqual(['signed_in']);
  });

  it('is written down with who, what and why, before and after', async () => {
    const { house, visitor } = await signedIn();
    const after = await visitor.act('/console/do/merchant.pause?id=shop', { reason: '40 requests a second' });
    expect(after.text).toContain('It is paused.');
    expect([...house.store.inspect("select paused_reason from merchants where id = 'shop'")]).toEqual([
      { paused_reason: '40 requests a second' },
    ]);
    const [, asked, done] = auditOf(house);
    expect(asked).toMatchObject({
      kind: 'asked',
      operator: 'sato (admin)',
      action: 'merchant.pause',
      subject: 'shop',
      reason: '40 requests a second',
    });
    expect(done).toMatchObject({ kind: 'done', about_seq: asked?.seq });
  });

  it('needs a reason, and values that were offered', async () => {
    const { house, visitor } = await signedIn();
    expect((await visitor.act('/console/do/merchant.pause?id=shop', { reason: ' ' })).status).toBe(400);
    expect((await visitor.act('/console/do/breaker.force-open?acquirer=escott', { minutes: '999999' })).status).toBe(
      400,
    );
    expect((await visitor.act('/console/do/breaker.force-open?acquirer=nobody', { minutes: '15' })).status).toBe(404);
    expect(auditOf(house)).toHaveLength(1);
  });

  it.each([
    ['without the token of the session', { csrf: '' }, {}],
    ['with the token of another session', { csrf: 'f'.repeat(64) }, {}],
    ['from another site', {}, { 'Sec-Fetch-Site': 'cross-site' }],
    ['from another origin', {}, { Origin: 'https://evil.test' }],
  ])('is refused %s', async (_how, form, headers) => {
    const { house, visitor } = await signedIn();
    const sent = await visitor.post(
      '/console/do/merchant.pause?id=shop',
      { csrf: await visitor.csrf(), reason: 'x', ...form },
      headers as Record<string, string>,
    );
    expect(sent.status).toBe(403);
    expect([...house.store.inspect("select paused_reason from merchants where id = 'shop'")]).toEqual([
      { paused_reason: null },
    ]);
  });

  it('is refused to whoever may only look', async () => {
    const { house } = await signedIn();
    const added = await house.admin('POST', '/admin/v1/operators', { id: 'guest', name: 'Guest', role: 'viewer' });
    const guest = createVisitor(house);
    await guest.signIn(String(added.json.token), '');
    expect((await guest.get('/console/merchants')).status).toBe(200);
    expect((await guest.act('/console/do/merchant.pause?id=shop', {})).status).toBe(403);
  });

  it('stops an acquirer by hand until it ends by itself', async () => {
    const { house, visitor } = await signedIn();
    await visitor.act('/console/do/breaker.force-open?acquirer=escott', { minutes: '15' });
    await visitor.act('/console/do/breaker.force-open?acquirer=gmo', { minutes: '60' });
    expect((await visitor.get('/console/breakers')).text).toContain('stopped by hand');
    const created = await house.admin('POST', '/admin/v1/merchants', { id: 'two', name: 'Two' });
    const keys = created.json.keys as { test: { secret: string } };
    const pay = async () => {
      const token = house.app.request('/v1/tokens', {
        method: 'POST',
        headers: { Authorization: `Basic ${Buffer.from(`${keys.test.secret}:`).toString('base64')}` },
        body: 'card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2040&card[cvc]=123',
      });
      await house.clock.run(100);
      return (await token).status;
    };
    expect(await pay()).toBe(503);
    await house.clock.run(15 * 60_000);
    const { text } = await visitor.get('/console/breakers');
    expect(text.match(/stopped by hand/g)).toHaveLength(1);
  });

  it('raises an incident that only people move on', async () => {
    const { visitor } = await signedIn();
    await visitor.act('/console/do/incident.raise', {
      titleJa: '遅延',
      titleEn: 'Slow',
      ja: '調査中',
      en: 'We look',
      component: 'api',
    });
    await visitor.act('/console/do/merchant.pause?id=shop', {});
    const { text } = await visitor.get('/console/incidents');
    expect(text).toContain('Investigating');
    expect(text).not.toContain('Identified');
    const id = /inc_[0-9-]+/.exec(text)?.[0] ?? '';
    await visitor.act(`/console/do/incident.correct?id=${id}&update=0`, { ja: '訂正', en: 'Corrected text' });
    expect((await visitor.get('/console/incidents')).text).toContain('Corrected text');
  });
});

describe('the audit log', () => {
  it('shows where a row was changed or removed behind its back', async () => {
    const { house, visitor } = await signedIn();
    await visitor.act('/console/do/merchant.pause?id=shop', {});
    await visitor.act('/console/do/merchant.resume?id=shop', { how: 'by_ramp' });
    expect((await visitor.get('/console/audit?check=1')).text).toContain('whole: 5 rows');
    const key = new Uint8Array(32);
    const other = createAudit({ clock: house.clock, store: house.store, instanceId: 'x', key });
    expect((await other.verify()).brokenAt).toBe(1);
    await house.store.unit((tx) =>
      tx.run({ sql: "update audit_log set reason = 'nothing' where seq = 2", parameters: [] }, {}),
    );
    expect((await visitor.get('/console/audit?check=1')).text).toContain('from this row on');
  });
});
