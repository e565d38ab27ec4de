/**
 * A card holder's browser, as far as 3-D Secure needs one: it follows forms and refreshes, runs the issuer's 3DS
 * Method in a frame, and answers the issuer's page. It reads no scripts; what they would do by themselves (submit
 * the page's form, tell of the screen) it does by hand, and it carries no cookie.
 */
import type { Clock, Fetch, InboundReply } from '../../gateway/ports.ts';

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly html: string;
}

export interface PageForm {
  readonly id: string | null;
  readonly action: string;
  readonly target: string | null;
  readonly fields: Readonly<Record<string, string>>;
}

/** How the card holder answers the issuer. */
export type Answer = 'pass' | 'fail' | 'cancel' | 'leave';

export interface Visit {
  /**
   * `returned`: led to an address outside, `at`. `finished`: our last page was reached. `stranded`: a page that
   * leads nowhere. `lost`: the network, or the card holder, gave up.
   */
  readonly end: 'returned' | 'finished' | 'stranded' | 'lost';
  readonly at: string;
  /** Pages seen, oldest first. */
  readonly pages: readonly Page[];
  readonly challenged: boolean;
}

export interface Browser {
  get(url: string): Promise<Page>;
  submit(form: PageForm, fields?: Readonly<Record<string, string>>): Promise<Page>;
  /** From the start page to wherever it ends. */
  walk(startUrl: string, how?: { readonly answer?: Answer; readonly thinkMs?: number }): Promise<Visit>;
}

const plainText = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');

const attribute = (tag: string, name: string): string | null => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
  return found === null ? null : plainText(found[1]!);
};

/** The forms of a page; addresses are made whole. */
export const formsOf = ({ url, html }: Page): readonly PageForm[] =>
  [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', inside = '']) => ({
    id: attribute(head, 'id'),
    action: new URL(attribute(head, 'action') ?? '', url).href,
    target: attribute(head, 'target'),
    fields: Object.fromEntries(
      [...inside.matchAll(/<input\b[^>]*>/g)].flatMap(([tag]) => {
        const name = attribute(tag, 'name');
        return name === null ? [] : [[name, attribute(tag, 'value') ?? '']];
      }),
    ),
  }));

/** Where a page leads by itself, and after how many seconds; null: nowhere. */
export const refreshOf = ({ url, html }: Page): { readonly afterS: number; readonly to: string } | null => {
  const content = /<meta http-equiv="refresh" content="([^"]*)"/.exec(html)?.[1];
  const parts = content === undefined ? null : /^(\d+);\s*url=(.*)$/.exec(plainText(content));
  return parts === null ? null : { afterS: Number(parts[1]), to: new URL(parts[2]!, url).href };
};

/** What a phone's browser tells of itself. */
const device = { java: 'false', depth: '24', height: '844', width: '390', zone: '-540' };
/** The simulated issuers' one-time password. */
const code = '123456';
/** More pages than any visit has: a circle of refreshes ends. */
const pagesMax = 60;

export const createBrowser = (deps: {
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Of the gateway: addresses elsewhere than there and at the issuer end the visit. */
  readonly gatewayUrl: string;
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Names the draws of this visit. */
  readonly drawKey?: string;
}): Browser => {
  const { fetch, clock, gatewayUrl, timeoutMs = 60_000, drawKey } = deps;
  const headers = {
    accept: 'text/html,application/xhtml+xml',
    'accept-language': 'ja-JP,ja;q=0.9',
    'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)',
    ...deps.headers,
  };
  let asked = 0;
  const nextKey = (): { drawKey?: string } => {
    asked += 1;
    return drawKey === undefined ? {} : { drawKey: `${drawKey}/page-${asked}` };
  };
  const page = async (url: string, reply: InboundReply): Promise<Page> => ({
    url,
    status: reply.status,
    html: await reply.text(),
  });

  const get: Browser['get'] = async (url) =>
    page(url, await fetch(url, { method: 'GET', headers, timeoutMs, ...nextKey() }));
  const submit: Browser['submit'] = async ({ action, fields }, more = {}) =>
    page(
      action,
      await fetch(action, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ ...fields, ...more }).toString(),
        timeoutMs,
        ...nextKey(),
      }),
    );

  /** The issuer's script in the hidden frame, as far as it goes within its time. */
  const runMethod = async (form: PageForm): Promise<void> => {
    try {
      const answered = await submit(form);
      const [back] = formsOf(answered);
      if (back !== undefined) await submit(back);
    } catch {
      // The page goes on without it.
    }
  };

  const answerChallenge = (forms: readonly PageForm[], answer: Answer): PageForm | null => {
    const to = (word: string): PageForm | undefined => forms.find(({ action }) => action.endsWith(`/${word}`));
    if (answer === 'cancel') return to('cancel') ?? null;
    const approve = to('approve');
    if (approve !== undefined) return answer === 'pass' ? approve : (to('cancel') ?? null);
    const ask = to('code');
    return ask === undefined ? null : { ...ask, fields: { code: answer === 'pass' ? code : '000000' } };
  };

  const walk: Browser['walk'] = async (startUrl, { answer = 'pass', thinkMs = 0 } = {}) => {
    const pages: Page[] = [];
    let challenged = false;
    const gatewayOrigin = new URL(gatewayUrl).origin;
    let at: Page;
    try {
      at = await get(startUrl);
      pages.push(at);
      while (pages.length < pagesMax) {
        const forms = formsOf(at);
        const method = forms.find(({ id }) => id === 'method');
        if (method !== undefined) await runMethod(method);
        const go = forms.find(({ id }) => id === 'go');
        const screen = forms.some(({ action }) => /\/acs\/challenge\//.test(action));
        const refresh = refreshOf(at);
        if (go !== undefined) at = await submit(go, device);
        else if (screen) {
          challenged = true;
          if (answer === 'leave') return { end: 'lost', at: at.url, pages, challenged };
          const form = answerChallenge(forms, answer);
          if (form === null) return { end: 'stranded', at: at.url, pages, challenged };
          await clock.sleep(thinkMs);
          at = await submit(form);
        } else if (forms[0] !== undefined && method === undefined) at = await submit(forms[0]);
        else if (refresh !== null) {
          if (new URL(refresh.to).origin !== gatewayOrigin)
            return { end: 'returned', at: refresh.to, pages, challenged };
          await clock.sleep(refresh.afterS * 1000);
          at = await get(refresh.to);
        } else {
          const isOurs = new URL(at.url).origin === gatewayOrigin && at.status === 200;
          return { end: isOurs ? 'finished' : 'stranded', at: at.url, pages, challenged };
        }
        pages.push(at);
      }
    } catch {
      return { end: 'lost', at: pages.at(-1)?.url ?? startUrl, pages, challenged };
    }
    return { end: 'stranded', at: pages.at(-1)!.url, pages, challenged };
  };

  return { get, submit, walk };
};
