/** How an exchange is written into the journal: who, what, and by which names a payment is found again. */
import { type Asked, firstField } from './asked.ts';
import type { JournalEntry } from './journal.ts';
import type { Reading } from './wire.ts';
import type { WireExchange } from './wire-exchange.ts';

const ends = ({ from, to, sentMs, endedMs, outcome }: WireExchange) => ({
  from,
  to: to.replace(/\.test$/, ''),
  sentMs,
  endedMs,
  outcome,
});

const shortPath = (path: string): string =>
  path.replace(/\?.*/, '').replace(/\/(ch|tok|cus|car|sub|tr|evnt|tdsr)_\w+/g, '');

const chargeWords = (body: string): string => {
  if (body.includes('"outcome":"unknown"')) return 'unknown';
  if (body.includes('"pending_operation":{')) return 'deferred';
  if (body.includes('"captured":true')) return /"amount_refunded":0\b/.test(body) ? 'captured' : 'refunded';
  return body.includes('"paid":true') ? 'authorised' : 'not paid';
};

export const journalEntryOf = {
  asked({ exchange, chargeId, objectId, status }: Asked, key: string | null): JournalEntry {
    const body = exchange.replyBody;
    const said =
      status === null
        ? ''
        : `${status} ${body.startsWith('{"id":"ch_') ? chargeWords(body) : (firstField(body, 'code') ?? '')}`;
    return {
      ...ends(exchange),
      asked: `${exchange.method} ${shortPath(exchange.path)}`,
      answer: said.trimEnd(),
      names: [chargeId ?? objectId ?? '', key ?? ''],
    };
  },
  upstream(exchange: WireExchange, reading: Reading): JournalEntry {
    const operation = /(?:^|&)OperateId=(\w+)/.exec(exchange.requestBody)?.[1];
    const api = /\/(\w+)\.idPass/.exec(exchange.path)?.[1];
    const job = /(?:^|&)JobCd=(\w+)/.exec(exchange.requestBody)?.[1];
    const code = 'code' in reading && reading.code !== '' ? reading.code : '';
    const words =
      exchange.status === null ? '' : exchange.status === 200 ? code || 'answered' : `HTTP ${exchange.status}`;
    const reference = /(?:^|&)(?:MerchantFree1|OrderID)=([^&]+)/.exec(exchange.requestBody)?.[1] ?? '';
    const handle = /(?:^|&)(?:ProcessId|AccessID)=([^&]+)/.exec(exchange.requestBody)?.[1];
    return {
      ...ends(exchange),
      asked: operation ?? `${api ?? ''}${job === undefined ? '' : ` ${job}`}`,
      answer: words,
      names: [reference, handle ?? ('handle' in reading ? (reading.handle ?? '') : '')],
    };
  },
  posted(exchange: WireExchange): JournalEntry {
    const type = firstField(exchange.requestBody, 'type') ?? 'notice';
    const at = exchange.requestBody.indexOf('"data":');
    return {
      ...ends(exchange),
      asked: type,
      answer: exchange.status === null ? '' : String(exchange.status),
      names: [at < 0 ? '' : (firstField(exchange.requestBody, 'id', at) ?? ''), ''],
    };
  },
};
