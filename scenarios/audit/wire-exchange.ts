/**
 * One HTTP exchange of the play as the auditor is shown it, and who the two ends are.
 *
 * The shape is the auditor's own, so that any stage can show it what passed: the virtual one every
 * exchange, a live one what its proxies saw. Times are milliseconds since the scenario's start.
 */

export interface WireExchange {
  /** Instance that sent it. */
  readonly from: string;
  /** Instance that it reached, or the host when none did. */
  readonly to: string;
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string;
  readonly sentMs: number;
  /** When the callee began with it; null: it never arrived. */
  readonly arrivedMs: number | null;
  /** When the callee had its answer ready; null: never. The answer may still have been lost. */
  readonly answeredMs: number | null;
  readonly endedMs: number;
  /** How the caller saw it end; see `books.ts` Exchange. */
  readonly outcome: 'answered' | 'not-sent' | 'lost';
  /** Of the callee's answer, whether or not the caller got it. */
  readonly status: number | null;
  readonly replyBody: string;
  /** Of the callee's answer; lower-case names. */
  replyHeader(name: string): string | null;
}

export type End = 'gateway' | 'acquirer' | 'merchant' | 'receiver' | 'status-page' | 'three-d-secure' | 'other';

/** Names of the programs of a play, for `endOf`. */
export interface Ends {
  readonly acquirers: ReadonlySet<string>;
  readonly threeDSecure: string;
}

const statusPage = /^status(-page)?(\.test)?$/;

/** What stands at that end. `name` is an instance or a host. */
export const createEndOf = ({ acquirers, threeDSecure }: Ends): ((name: string) => End) => {
  const known = new Map<string, End>();
  const find = (name: string): End => {
    const host = name.replace(/\.test$/, '');
    if (/^gateway(-\d+)?$/.test(host)) return 'gateway';
    if (acquirers.has(host)) return 'acquirer';
    if (host === threeDSecure) return 'three-d-secure';
    if (host === 'merchants') return 'receiver';
    if (host === 'cast') return 'merchant';
    return statusPage.test(name) ? 'status-page' : 'other';
  };
  return (name) => {
    let end = known.get(name);
    if (end === undefined) {
      end = find(name);
      known.set(name, end);
    }
    return end;
  };
};

/** A header by its lower-case name, however the caller wrote it. */
export const requestHeader = (exchange: WireExchange, name: string, written: string): string | null =>
  exchange.requestHeaders[name] ?? exchange.requestHeaders[written] ?? null;
