/**
 * What others try: forged messages, foreign frames, attributes that would be code, keys that do not belong in a
 * browser. The foreign page stands on an origin and a site of its own.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../../scenarios/sandbox/sandbox.ts';
import { browserIsMissing, browserTitle, launchBrowser } from '../../report/browser.ts';
import { broken, call, cardToken, open } from '../open.ts';
import { arrive, type Buyer, good, outcome, payAddress, typeCard } from './buyer.ts';

describe.skipIf(browserIsMissing)(`a foreign page ${browserTitle}`, () => {
  let sandbox: Sandbox;
  let browser: Browser;
  let server: Server;
  let foreign: string;
  /** What the foreign page is, for the test that is on. */
  let content = '';
  beforeAll(async () => {
    server = createServer((_request, reply) => {
      reply.setHeader('Content-Type', 'text/html; charset=utf-8');
      reply.end(`<!doctype html><title>foreign</title><body>${content}`);
    });
    server.listen(0, '127.0.0.1');
    [sandbox, browser] = await Promise.all([open(), launchBrowser(), once(server, 'listening')]);
    foreign = `http://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await sandbox.close();
    expect(broken).toEqual([]);
  });

  const visitForeign = async (html: string): Promise<Buyer> => {
    content = html;
    const buyer = await arrive(browser);
    await buyer.page.goto(foreign);
    return buyer;
  };
  const gatewayOf = (): string => sandbox.addresses.gateway;

  /** The shop's page with the issuer's question open, in a window that the foreign page opened. */
  const openShop = async (buyer: Buyer): Promise<{ shop: Page; chargeId: string }> => {
    const opening = buyer.page.waitForEvent('popup');
    await buyer.page.evaluate(`window.shop = window.open(${JSON.stringify(payAddress(sandbox, 'charge-iframe'))}); 0`);
    const shop = await opening;
    await typeCard(shop, 'split', { number: '4100000000005000' });
    await shop.click('button[type=submit]');
    const frame = shop.locator('iframe[src*="/v1/tds/"]');
    await shop.frameLocator('iframe[src*="/v1/tds/"]').locator('#code').waitFor();
    const address = (await frame.getAttribute('src')) ?? '';
    return { shop, chargeId: /ch_[0-9a-f]+/.exec(address)?.[0] ?? '' };
  };

  it('cannot say that a buyer is through with 3-D Secure; nor can the shop’s own page', async () => {
    const buyer = await visitForeign('');
    const { shop, chargeId } = await openShop(buyer);
    expect(chargeId).toMatch(/^ch_/);
    const forged = JSON.stringify({ breakwater: 'three-d-secure.finished', id: chargeId });
    await buyer.page.evaluate(`window.shop.postMessage(${forged}, '*')`);
    await shop.evaluate(`window.postMessage(${forged}, '*')`);
    // Messages are heard in order: once this one is, the forged ones were.
    await shop.evaluate(
      "new Promise((heard) => { addEventListener('message', heard, { once: true }); postMessage('after', '*'); }).then(() => 0)",
    );
    expect(await shop.locator('dialog[open]').count()).toBe(1);

    // And whoever says so to the shop's server learns that the gateway knows better.
    const [order] = buyer.asked.filter(({ url }) => url.endsWith('/shop/orders'));
    const id = /order=(o[0-9a-f]+)/.exec(order?.text ?? '')?.[1];
    const finished = await call('POST', `${sandbox.addresses.pages}/shop/orders/${id}/finish`);
    expect(finished.body.state).toBe('verifying');
    const charge = await call('GET', `${gatewayOf()}/v1/charges/${chargeId}`, { key: sandbox.world.keys.secret });
    expect([charge.body.paid, charge.body.captured]).toEqual([false, false]);
    await buyer.close();
  });

  it('cannot speak to a card input in somebody else’s page', async () => {
    const buyer = await visitForeign('');
    const opening = buyer.page.waitForEvent('popup');
    await buyer.page.evaluate(`window.shop = window.open(${JSON.stringify(payAddress(sandbox, 'elements'))}); 0`);
    const shop = await opening;
    await typeCard(shop, 'elements');
    await buyer.page.evaluate(`(() => {
      window.heard = [];
      const channel = new MessageChannel();
      channel.port1.onmessage = ({ data }) => window.heard.push(data);
      const connect = { breakwater: 'connect', publicKey: 'pk_test_foreign', locale: 'en', group: '', elementType: 'card', options: {}, inherited: {} };
      window.shop.frames[0].postMessage(connect, '*', [channel.port2]);
      channel.port1.postMessage({ type: 'tokenise', call: 1, data: {} });
    })()`);
    await shop.click('button[type=submit]');
    expect(await outcome(shop)).toBe('paid');
    expect(await buyer.page.evaluate('window.heard')).toEqual([]);
    await buyer.close();
  });

  it('that puts a card input into itself hears of a token, and never of a digit', async () => {
    const { page, close } =
      await visitForeign(`<div id="card"></div><script src="${gatewayOf()}/v2/pay.js"></script><script>
      window.heard = [];
      addEventListener('message', ({ data }) => heard.push(data));
      const payjp = Payjp('${sandbox.world.keys.public}', { locale: 'en' });
      const card = payjp.elements().create('card');
      for (const name of ['change', 'ready', 'focus', 'blur']) card.on(name, (event) => heard.push(event));
      card.mount('#card');
      window.make = () => payjp.createToken(card, { card: { number: '4000000000000002', cvc: '999' } });
    </script>`);
    const frame = page.frameLocator('#card iframe');
    await frame.locator('.number').pressSequentially(good.number);
    await frame.locator('.expiry').pressSequentially('1240');
    await frame.locator('.cvc').pressSequentially('987');
    const token = (await page.evaluate('make()')) as { card: { last4: string } };
    // A page has no say in the number.
    expect(token.card.last4).toBe('4242');
    const heard = JSON.stringify([token, await page.evaluate('heard')]).replace(
      /tok_\w+|car_\w+|"fingerprint":"\w+"|"created":\d+/g,
      '',
    );
    expect(heard).toContain('"complete":true');
    for (const secret of ['42424242', '4242 4242', '987']) expect(heard).not.toContain(secret);
    await expect(page.evaluate("document.querySelector('iframe').contentDocument")).resolves.toBeNull();
    await close();
  });

  it('cannot frame the first page of 3-D Secure, unless it was made for it', async () => {
    const { keys } = sandbox.world;
    const id = await (async () => {
      const form = {
        amount: '1980',
        currency: 'jpy',
        three_d_secure: 'true',
        card: await cardToken(gatewayOf(), keys.secret),
      };
      return (await call('POST', `${gatewayOf()}/v1/charges`, { key: keys.secret, form })).body.id as string;
    })();
    const start = `${gatewayOf()}/v1/tds/${id}/start?publickey=${keys.public}`;
    const { page, complaints, close } = await visitForeign(
      `<iframe src="${start}"></iframe><iframe src="${start}&frame=${encodeURIComponent(sandbox.addresses.pages)}"></iframe>`,
    );
    await page.waitForLoadState('load');
    expect(complaints.filter((line) => line.includes('frame-ancestors'))).toHaveLength(2);
    await close();
  });

  it('writes attributes of Checkout that stay what they are: texts', async () => {
    const text = '<img src=x onerror="window.pwned=1">';
    const html = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    const { page, complaints, close } = await visitForeign(`<form><script src="${gatewayOf()}/checkout.js"
      data-payjp-key="${sandbox.world.keys.public}" data-payjp-text="${html(text)}" data-payjp-submit-text="${html(text)}"
      data-payjp-token-name="${html('"><script>window.pwned=2</script>')}" data-payjp-lang="${html('en"><svg onload=window.pwned=3>')}"
      data-payjp-name-placeholder="${html(text)}" data-payjp-on-created="window.pwned=4//" data-payjp-on-failed="constructor"
      data-payjp-previous-token="${html('tok_1"><b>')}" data-payjp-partial="true"
      data-payjp-extra-attribute-email="${html('*[onload=')}"></script></form>`);
    expect(await page.textContent('.payjp_checkout_button')).toBe(text);
    expect(await page.getAttribute('input[type=hidden]', 'name')).toBe('"><script>window.pwned=2</script>');
    expect(await page.inputValue('input[type=hidden]')).toBe('');
    await page.click('.payjp_checkout_button');
    const frame = page.frameLocator('iframe[src$="/browser/checkout"]');
    expect(await frame.locator('.submit').textContent()).toBe(text);
    expect(await frame.locator('html').getAttribute('lang')).toBe('ja');
    await frame.locator('.number').pressSequentially(`${good.number}1240123`);
    await frame.locator('.submit').click();
    await page.waitForSelector('iframe', { state: 'detached' });
    expect(await page.inputValue('input[type=hidden]')).toMatch(/^tok_/);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(complaints).toEqual([]);
    await close();
  });

  it('may make tokens by a public key, and reads nothing that a secret key gets', async () => {
    const { page, close } = await visitForeign('');
    const { keys } = sandbox.world;
    const token = await cardToken(gatewayOf(), keys.secret);
    const read = (key: string, path: string, method = 'GET'): Promise<unknown> =>
      page.evaluate(
        `fetch('${gatewayOf()}${path}', { method: '${method}', headers: { Authorization: 'Basic ' + btoa('${key}:') } }).then((reply) => reply.status, () => 'refused')`,
      );
    expect(await read(keys.public, `/v1/tokens/${token}`)).toBe(200);
    expect(await read(keys.public, '/v1/accounts/brands')).toBe(200);
    expect(await read(keys.public, '/v1/tokens', 'POST')).toBe(400);
    expect(await read(keys.secret, `/v1/tokens/${token}`)).toBe('refused');
    expect(await read(keys.secret, '/v1/charges')).toBe('refused');
    expect(await read(keys.public, '/v1/charges', 'POST')).toBe('refused');
    await close();
  });

  it('gets a library that is not the pinned one refused by the browser', async () => {
    const published = (await (await fetch(`${gatewayOf()}/browser/integrity.json`)).json()) as Record<string, string>;
    const tag = (hash: string): string =>
      `<script src="${gatewayOf()}/v2/pay.js" integrity="${hash}" crossorigin="anonymous"></script>`;
    const right = await visitForeign(tag(published['/v2/pay.js']!));
    expect(await right.page.evaluate('typeof Payjp')).toBe('function');
    await right.close();
    const wrong = await visitForeign(tag(published['/checkout.js']!));
    expect(await wrong.page.evaluate('typeof Payjp')).toBe('undefined');
    await wrong.close();
  });
});
