/**
 * Addresses of a printable statement, good for an hour without a key (payjp-api section 3.7).
 *
 * The address says whose, which term and until when, under a signature; nothing is stored.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Flag } from '../store/database.ts';
import { jstDay, termAt } from './calendar.ts';
import type { Owner, Sums } from './terms.ts';

const validForMs = 3_600_000;

export interface StatementLinks {
  /** The answer of the `statement_urls` calls. `askedAt` is the address of the call itself. */
  issue(askedAt: string, owner: Owner, startMs: number): { object: 'statement_url'; url: string; expires: number };
  /** The page, or null when the address is wrong or too old. */
  page(query: Readonly<Record<string, string>>): Promise<string | null>;
}

export interface StatementLinksDeps {
  readonly key: Uint8Array;
  readonly wallMs: () => number;
  readonly sums: (owner: Owner, from: number, to: number) => Promise<Sums>;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

export const createStatementLinks = ({ key, wallMs, sums }: StatementLinksDeps): StatementLinks => {
  const sign = (merchant: string, livemode: Flag, startMs: number, expires: number): string =>
    createHmac('sha256', key).update(`statement\n${merchant}\n${livemode}\n${startMs}\n${expires}`).digest('hex');

  return {
    issue(askedAt, { merchant, livemode }, startMs) {
      const expires = Math.floor((wallMs() + validForMs) / 1000);
      const query = new URLSearchParams({
        merchant,
        mode: livemode === 1 ? 'live' : 'test',
        term: String(startMs),
        expires: String(expires),
        signature: sign(merchant, livemode, startMs, expires),
      });
      return { object: 'statement_url', url: new URL(`/statements?${query.toString()}`, askedAt).href, expires };
    },
    async page({ merchant = '', mode, term = '', expires = '', signature = '' }) {
      const livemode: Flag = mode === 'live' ? 1 : 0;
      const wanted = Buffer.from(sign(merchant, livemode, Number(term), Number(expires)));
      const given = Buffer.from(signature);
      if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return null;
      if (Number(expires) * 1000 < wallMs()) return null;
      const { startMs, endMs } = termAt(Number(term));
      const found = await sums({ merchant, livemode }, startMs, endMs);
      const { captureYen, captureCount, refundYen, refundCount, disputeYen, disputeCount } = found;
      const row = (name: string, count: number, yen: number): string =>
        `<tr><td>${name}</td><td>${count}</td><td>${yen}</td></tr>`;
      return `<!doctype html><html lang="ja"><meta charset="utf-8"><title>取引明細書 / Statement</title>
<h1>取引明細書 / Statement</h1>
<p>${escaped(merchant)} (${mode}) ${jstDay(startMs)} – ${jstDay(endMs - 1)}</p>
<table><tr><th></th><th>件数 / Count</th><th>円 / Yen</th></tr>
${row('売上 / Sales', captureCount, captureYen)}
${row('返金 / Refunds', refundCount, -refundYen)}
${disputeCount === 0 ? '' : `${row('チャージバック / Chargebacks', disputeCount, -disputeYen)}\n`}${row('差引 / Net', captureCount + refundCount + disputeCount, captureYen - refundYen - disputeYen)}</table></html>
`;
    },
  };
};
