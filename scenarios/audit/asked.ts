/**
 * The auditor's own reading of what merchants ask the gateway and are answered
 * (`reference/payjp-api.md`), and the small book of payments it keeps from that.
 *
 * Bodies are read by their first fields and not parsed: a day has a hundred thousand of them. One
 * that does not look as expected is parsed after all. Card numbers are kept as hashes.
 */
import { hashOf } from './hash-of.ts';
import { requestHeader, type WireExchange } from './wire-exchange.ts';

export type AskedKind = 'create' | 'capture' | 'refund' | 'finish' | 'token' | 'read' | 'other';

export interface Key {
  /** Merchant's id where it is known, else the key itself. Public and secret keys of one merchant are one. */
  readonly merchant: string;
  readonly livemode: boolean;
  readonly isSecret: boolean;
}

/** A request to the gateway's public API. */
export interface Asked {
  readonly exchange: WireExchange;
  readonly kind: AskedKind;
  /** Null: no key that we know was sent. */
  readonly key: Key | null;
  /** The object that the path names. */
  readonly objectId: string | null;
  /** Whether the merchant has the answer. */
  readonly heard: boolean;
  /** Of the gateway's answer, heard or not. */
  readonly status: number | null;
  readonly decidedBy: string;
  /** The charge that the answer is about, also where it is an error. */
  readonly chargeId: string | null;
}

/** A payment as its merchant asked for it. */
export interface AskedPayment {
  readonly chargeId: string;
  readonly merchant: string;
  readonly livemode: boolean;
  /** 48 bits of the card number's hash; null: the number was not seen on the wire. */
  readonly card: number | null;
  readonly brand: string | null;
  readonly amountYen: number | null;
  readonly needsThreeDSecure: boolean;
  /** When the gateway began with the last request that could lead to an authorisation. */
  arrivedMs: number;
  /** What that request left of time, by its own header; null: it did not say. */
  deadlineMs: number | null;
  /** The end of its hold as first promised, scenario time; null: it was not held, or none was named. */
  heldUntilMs: number | null;
  /** A capture, refund or void was asked for. */
  touched: boolean;
}

export interface SeenCard {
  readonly hash: number;
  readonly brand: string | null;
}

/** Brand of a card number by the schemes' own ranges (ISO/IEC 7812 issuer ranges). */
export const brandOf = (number: string): string | null => {
  const four = Number(number.slice(0, 4));
  if (number.startsWith('4')) return 'Visa';
  if ((four >= 5100 && four <= 5599) || (four >= 2221 && four <= 2720)) return 'MasterCard';
  if (four >= 3528 && four <= 3589) return 'JCB';
  if (/^3[47]/.test(number)) return 'American Express';
  if (/^3(0[0-5]|[689])/.test(number)) return 'Diners Club';
  return /^6(011|4[4-9]|5)/.test(number) ? 'Discover' : null;
};

/** The first field of that name in a JSON text, at any depth: a string or a number, as text. Null when absent or null. */
export const firstField = (json: string, name: string, from = 0): string | null => {
  const mark = `"${name}":`;
  const at = json.indexOf(mark, from);
  if (at < 0) return null;
  const start = at + mark.length;
  if (json[start] === '"') {
    const end = json.indexOf('"', start + 1);
    return end < 0 ? null : json.slice(start + 1, end);
  }
  const end = /[,}\]]/.exec(json.slice(start, start + 40));
  const text = end === null ? '' : json.slice(start, start + end.index);
  return text === 'null' || text === '' ? null : text;
};

/** A field of a form; null when absent. */
export const formField = (form: string, name: string): string | null => {
  let at = form.startsWith(`${name}=`) ? 0 : form.indexOf(`&${name}=`);
  if (at < 0) return null;
  if (form[at] === '&') at += 1;
  const from = at + name.length + 1;
  const to = form.indexOf('&', from);
  return form.slice(from, to < 0 ? undefined : to);
};

const ofPath = /^\/v1\/(charges|tokens|customers|subscriptions|plans|events|tds)(?:\/([^/?]+))?(?:\/([a-z_]+))?/;
const numberField = /(?:^|&)card(?:%5B|\[)number(?:%5D|\])=([0-9%+ -]+)/i;

const kindOf = (method: string, path: RegExpExecArray | null): AskedKind => {
  if (path === null) return 'other';
  const [, room, id, act] = path;
  if (method === 'GET') return 'read';
  if (method !== 'POST') return 'other';
  if (room === 'tokens' && id === undefined) return 'token';
  if (room !== 'charges') return 'other';
  if (id === undefined) return 'create';
  if (act === 'capture' || act === 'refund') return act;
  return act === 'tds_finish' ? 'finish' : 'other';
};

const decodeKey = (authorization: string): string => {
  const [scheme, value = ''] = authorization.split(' ', 2);
  return scheme === 'Basic' ? (Buffer.from(value, 'base64').toString().split(':', 1)[0] ?? '') : '';
};

export type AskedBook = ReturnType<typeof createAskedBook>;

/** @param startWallMs Wall milliseconds at scenario time 0. */
export const createAskedBook = (startWallMs: number) => {
  const keys = new Map<string, Key | null>();
  /** Raw API key -> merchant, from the answers to the operators who created them. */
  const merchants = new Map<string, string>();
  const payments = new Map<string, AskedPayment>();
  /** By token and by card id. */
  const cards = new Map<string, SeenCard>();
  let requests = 0;

  const keyOf = (exchange: WireExchange): Key | null => {
    const header = requestHeader(exchange, 'authorization', 'Authorization');
    if (header === null) return null;
    let key = keys.get(header);
    if (key === undefined) {
      const raw = decodeKey(header);
      const mode = /^[sp]k_(live|test)_/.exec(raw)?.[1];
      key =
        mode === undefined
          ? null
          : { merchant: merchants.get(raw) ?? raw, livemode: mode === 'live', isSecret: raw.startsWith('sk_') };
      keys.set(header, key);
    }
    return key;
  };

  const learnMerchant = ({ replyBody }: WireExchange): void => {
    const id = firstField(replyBody, 'id');
    if (id !== null) for (const [raw] of replyBody.matchAll(/[sp]k_(?:live|test)_\w+/g)) merchants.set(raw, id);
  };

  const learnCard = ({ requestBody, replyBody }: WireExchange): void => {
    const written = numberField.exec(requestBody)?.[1];
    if (written === undefined) return;
    const number = written.replace(/%20|[^0-9]/g, '');
    const card = { hash: hashOf(number), brand: brandOf(number) };
    const at = replyBody.indexOf('"card":');
    for (const id of [firstField(replyBody, 'id'), at < 0 ? null : firstField(replyBody, 'id', at)])
      if (id !== null) cards.set(id, card);
  };

  const cardOf = (exchange: WireExchange): SeenCard | undefined => {
    const at = exchange.replyBody.indexOf('"card":');
    const shown = at < 0 ? null : firstField(exchange.replyBody, 'id', at);
    return cards.get(shown ?? formField(exchange.requestBody, 'card') ?? '');
  };

  const deadlineOf = (exchange: WireExchange): number | null => {
    const written = requestHeader(exchange, 'breakwater-deadline-ms', 'Breakwater-Deadline-Ms');
    return written === null ? null : Number(written);
  };

  const learnPayment = (asked: Asked, key: Key, chargeId: string): void => {
    const { exchange, kind } = asked;
    const arrivedMs = exchange.arrivedMs ?? exchange.sentMs;
    let payment = payments.get(chargeId);
    if (payment === undefined) {
      // A webhook's or a reader's charge is somebody else's beginning.
      if (kind !== 'create') return;
      const card = cardOf(exchange);
      const amount = formField(exchange.requestBody, 'amount');
      payment = {
        chargeId,
        merchant: key.merchant,
        livemode: key.livemode,
        card: card?.hash ?? null,
        brand: card?.brand ?? null,
        amountYen: amount === null ? null : Number(amount),
        needsThreeDSecure: formField(exchange.requestBody, 'three_d_secure') === 'true',
        arrivedMs,
        deadlineMs: deadlineOf(exchange),
        heldUntilMs: null,
        touched: false,
      };
      payments.set(chargeId, payment);
    } else if ((kind === 'create' || kind === 'finish') && arrivedMs > payment.arrivedMs) {
      payment.arrivedMs = arrivedMs;
      payment.deadlineMs = deadlineOf(exchange);
    }
    if (kind === 'capture' || kind === 'refund') payment.touched = true;
    else if (asked.heard && asked.status === 200 && payment.heldUntilMs === null) {
      const until = firstField(exchange.replyBody, 'expired_at');
      const held = exchange.replyBody.includes('"paid":true,"captured":false');
      if (until !== null && held) payment.heldUntilMs = Number(until) * 1000 - startWallMs;
    }
  };

  return {
    /** Reads one request of a merchant, and learns from it. */
    read(exchange: WireExchange): Asked {
      requests += 1;
      if (exchange.path.startsWith('/admin/v1/merchants') && exchange.method === 'POST') learnMerchant(exchange);
      const path = ofPath.exec(exchange.path);
      const kind = kindOf(exchange.method, path);
      const answered = exchange.answeredMs !== null || exchange.outcome === 'answered';
      const body = exchange.replyBody;
      if (kind === 'token') learnCard(exchange);
      const isCharge = body.startsWith('{"id":"ch_');
      const asked: Asked = {
        exchange,
        kind,
        key: keyOf(exchange),
        objectId: path?.[2] ?? null,
        heard: exchange.outcome === 'answered',
        status: answered ? exchange.status : null,
        decidedBy: exchange.replyHeader('breakwater-decided-by') ?? '',
        chargeId: isCharge ? firstField(body, 'id') : body.startsWith('{"error"') ? firstField(body, 'charge') : null,
      };
      const { key } = asked;
      const chargeId = asked.chargeId ?? (path?.[1] === 'charges' ? asked.objectId : null);
      if (key !== null && chargeId !== null && exchange.method === 'POST') learnPayment(asked, key, chargeId);
      return asked;
    },
    payment: (chargeId: string): AskedPayment | undefined => payments.get(chargeId),
    payments: (): Iterable<AskedPayment> => payments.values(),
    /** The card that a token or card id stands for. */
    card: (id: string): SeenCard | undefined => cards.get(id),
    merchantOf: (apiKey: string): string | undefined => merchants.get(apiKey),
    requests: (): number => requests,
  };
};
