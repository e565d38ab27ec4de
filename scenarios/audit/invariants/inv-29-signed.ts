/**
 * Everything that is posted says by a signature, or a token that only the two know, who sent it.
 *
 * Facts for the status page: HMAC-SHA256 over `time.body`. Webhooks and notices: PAY.JP's token, one
 * for each merchant; and Standard Webhooks signatures where the endpoint's secret was seen on the
 * wire when it was made.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createNotebook, type Invariant, second } from '../invariant.ts';
import { requestHeader } from '../wire-exchange.ts';

const equal = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** @returns Whether one of the `v1,<base64>` signatures is right for a secret of the endpoint. */
export const isSigned = (secrets: readonly string[], header: string, content: string): boolean =>
  secrets.some((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const right = createHmac('sha256', key).update(content).digest('base64');
    return header.split(' ').some((one) => one.startsWith('v1,') && equal(one.slice(3), right));
  });

const targetOf = /"url":"([^"]+)"/g;

export const inv29: Invariant = {
  id: 'INV-29',
  title: 'every message sent is signed',
  watch({ promises: { feedSecret } }) {
    const { judged, violate, judgement } = createNotebook();
    /** By merchant's place: the token of its messages. */
    const tokens = new Map<string, string>();
    /** By path of the endpoint. */
    const secrets = new Map<string, Set<string>>();
    return {
      asked({ exchange: { replyBody } }) {
        if (!replyBody.includes('whsec_')) return;
        const found = replyBody.match(/whsec_[A-Za-z0-9+/=]+/g) ?? [];
        for (const [, url = ''] of replyBody.matchAll(targetOf)) {
          const path = url.replace(/^https?:\/\/[^/]+/, '');
          const known = secrets.get(path) ?? new Set();
          for (const secret of found) known.add(secret);
          secrets.set(path, known);
        }
      },
      posted(exchange) {
        const { path, requestBody, sentMs } = exchange;
        judged();
        const place = path.split('/', 2)[1] ?? '';
        const token = requestHeader(exchange, 'x-payjp-webhook-token', 'X-Payjp-Webhook-Token') ?? '';
        const known = tokens.get(place);
        if (known === undefined) tokens.set(place, token);
        if (token === '' || (known !== undefined && known !== token))
          violate({
            atMs: sentMs,
            objects: [path],
            text: `${path} got a message with ${token === '' ? 'no token' : 'another token than before'} at ${second(sentMs)}`,
          });
        const signature = requestHeader(exchange, 'webhook-signature', 'Webhook-Signature');
        const own = secrets.get(path);
        if (own === undefined && signature === null) return;
        const id = requestHeader(exchange, 'webhook-id', 'Webhook-Id') ?? '';
        const time = requestHeader(exchange, 'webhook-timestamp', 'Webhook-Timestamp') ?? '';
        if (own !== undefined && !isSigned([...own], signature ?? '', `${id}.${time}.${requestBody}`))
          violate({
            atMs: sentMs,
            objects: [path, id],
            text: `${path} got ${id || 'a message'} with a wrong signature at ${second(sentMs)}`,
          });
      },
      passed(exchange, from, to) {
        if (feedSecret === null || from !== 'gateway' || to !== 'status-page' || exchange.method !== 'POST') return;
        judged();
        const header = requestHeader(exchange, 'breakwater-signature', 'Breakwater-Signature') ?? '';
        const [, time = '', given = ''] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(header) ?? [];
        const right = createHmac('sha256', feedSecret).update(`${time}.${exchange.requestBody}`).digest('hex');
        if (!equal(given, right))
          violate({
            atMs: exchange.sentMs,
            objects: [exchange.from],
            text: `${exchange.from} posted a fact to the status page with a wrong signature at ${second(exchange.sentMs)}`,
          });
      },
      judge: judgement,
    };
  },
};
