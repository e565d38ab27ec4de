/** What passed on the stage's network as the auditor wants to see it. */
import type { Exchange, KeyedAnswer, WireExchange } from '../audit/auditor.ts';
import type { ExchangeRecord } from '../stage/exchange.ts';

const notSentOutcomes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** An exchange of a gateway with an acquirer; null for all others. `originMs`: the stage's time at scenario time 0. */
export const upstreamExchange = (
  exchange: ExchangeRecord,
  acquirers: ReadonlySet<string>,
  originMs: number,
): Exchange | null => {
  if (!exchange.from.startsWith('gateway-')) return null;
  const acquirer = exchange.to.replace(/\.test$/, '');
  if (!acquirers.has(acquirer) || exchange.path === '/contact') return null;
  const answered = exchange.outcome === 'replied';
  return {
    acquirer,
    path: exchange.path,
    requestBody: exchange.requestBody ?? '',
    sentMs: exchange.sentUs / 1000 - originMs,
    endedMs: exchange.endedUs / 1000 - originMs,
    outcome: answered ? 'answered' : notSentOutcomes.has(exchange.outcome) ? 'not-sent' : 'lost',
    status: answered ? exchange.status : null,
    replyBody: answered ? exchange.replyBody : null,
  };
};

/** The answer to a merchant's request that named an idempotency key; null for all others, and when it was lost. */
export const keyedAnswer = (exchange: ExchangeRecord, originMs: number): KeyedAnswer | null => {
  const { requestHeaders: headers, status, replyBody } = exchange;
  const key = headers['idempotency-key'] ?? headers['Idempotency-Key'];
  if (key === undefined || exchange.outcome !== 'replied' || status === null || replyBody === null) return null;
  return {
    authorization: headers.authorization ?? headers.Authorization ?? '',
    key,
    path: exchange.path,
    requestBody: exchange.requestBody ?? '',
    answeredMs: (exchange.answeredUs ?? exchange.endedUs) / 1000 - originMs,
    status,
    replyBody,
  };
};

/** Any exchange, for `auditor.saw`. */
export const wireExchange = (exchange: ExchangeRecord, originMs: number): WireExchange => {
  const { replyHeaders } = exchange;
  return {
    from: exchange.from,
    to: exchange.to,
    method: exchange.method,
    path: exchange.path,
    requestHeaders: exchange.requestHeaders,
    requestBody: exchange.requestBody ?? '',
    sentMs: exchange.sentUs / 1000 - originMs,
    arrivedMs: exchange.arrivedUs === null ? null : exchange.arrivedUs / 1000 - originMs,
    answeredMs: exchange.answeredUs === null ? null : exchange.answeredUs / 1000 - originMs,
    endedMs: exchange.endedUs / 1000 - originMs,
    outcome: exchange.outcome === 'replied' ? 'answered' : notSentOutcomes.has(exchange.outcome) ? 'not-sent' : 'lost',
    status: exchange.status,
    replyBody: exchange.replyBody ?? '',
    replyHeader: (name) => replyHeaders?.get(name) ?? null,
  };
};
