/**
 * A card holder's browser, as far as 3-D Secure needs one: follows the pages' forms and refreshes,
 * runs the issuer's 3DS Method as its hidden frame would, and answers the issuer's question with the
 * simulator's documented code. It reads no scripts and does by hand what they would.
 */
import { sleep } from 'k6';
import http from 'k6/http';
import { textOf } from './client.ts';

export interface Visit {
  /** `finished`: the gateway's last page. `returned`: led to an address of the shop's. */
  readonly end: 'finished' | 'returned' | 'stranded' | 'lost';
  readonly challenged: boolean;
  readonly pages: number;
}

export interface Holder {
  readonly answer: 'pass' | 'fail' | 'cancel';
  readonly thinkMs: number;
}

interface Page {
  readonly url: string;
  readonly status: number;
  readonly html: string;
}

interface Form {
  readonly id: string | null;
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

const headers = {
  Accept: 'text/html,application/xhtml+xml',
  'Accept-Language': 'ja-JP,ja;q=0.9',
  'User-Agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)',
};
/** What a phone's browser tells of itself. */
const device = { java: 'false', depth: '24', height: '844', width: '390', zone: '-540' };
const code = '123456';
/** A circle of refreshes ends. */
const pagesMax = 60;

const plain = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, digits: string) => String.fromCharCode(Number(digits)))
    .replace(/&#x([0-9a-f]+);/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');

/** `https://host:port` of an address. k6 has no URL class of its own. */
const originOf = (url: string): string => /^https?:\/\/[^/?#]+/.exec(url)?.[0] ?? '';

const absolute = (to: string, from: string): string => {
  if (/^https?:/.test(to)) return to;
  if (to === '') return from;
  if (to.startsWith('/')) return originOf(from) + to;
  return `${from.replace(/[?#].*$/, '').replace(/[^/]*$/, '')}${to}`;
};

const attribute = (tag: string, name: string): string | null => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
  return found === null ? null : plain(found[1] ?? '');
};

const formsOf = ({ url, html }: Page): Form[] =>
  [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', inside = '']) => {
    const fields: Record<string, string> = {};
    for (const [tag] of inside.matchAll(/<input\b[^>]*>/g)) {
      const name = attribute(tag, 'name');
      if (name !== null) fields[name] = attribute(tag, 'value') ?? '';
    }
    return { id: attribute(head, 'id'), action: absolute(attribute(head, 'action') ?? '', url), fields };
  });

const refreshOf = ({ url, html }: Page): { readonly afterS: number; readonly to: string } | null => {
  const content = /<meta http-equiv="refresh" content="([^"]*)"/.exec(html)?.[1];
  const parts = content === undefined ? null : /^(\d+);\s*url=(.*)$/.exec(plain(content));
  return parts === null ? null : { afterS: Number(parts[1]), to: absolute(parts[2] ?? '', url) };
};

const tags = { name: '3-D Secure page' };

const open = (url: string): Page => {
  const reply = http.get(url, { headers, tags });
  return { url: reply.url, status: reply.status, html: textOf(reply.body) };
};

const submit = ({ action, fields }: Form, more: Readonly<Record<string, string>> = {}): Page => {
  const reply = http.post(action, { ...fields, ...more }, { headers, tags });
  return { url: reply.url, status: reply.status, html: textOf(reply.body) };
};

const runMethod = (form: Form): void => {
  const [back] = formsOf(submit(form));
  if (back !== undefined) submit(back);
};

const answerOf = (forms: readonly Form[], answer: Holder['answer']): Form | null => {
  const to = (word: string): Form | undefined => forms.find(({ action }) => action.endsWith(`/${word}`));
  if (answer === 'cancel') return to('cancel') ?? null;
  const approve = to('approve');
  if (approve !== undefined) return answer === 'pass' ? approve : (to('cancel') ?? null);
  const asked = to('code');
  return asked === undefined ? null : { ...asked, fields: { code: answer === 'pass' ? code : '000000' } };
};

/** From the gateway's start page to wherever it ends. */
export const walkAuthentication = (startUrl: string, gatewayUrl: string, holder: Holder): Visit => {
  let challenged = false;
  let at = open(startUrl);
  for (let pages = 1; pages < pagesMax; pages += 1) {
    if (at.status === 0) return { end: 'lost', challenged, pages };
    const forms = formsOf(at);
    const method = forms.find(({ id }) => id === 'method');
    if (method !== undefined) runMethod(method);
    const go = forms.find(({ id }) => id === 'go');
    const refresh = refreshOf(at);
    if (go !== undefined) at = submit(go, device);
    else if (forms.some(({ action }) => action.includes('/acs/challenge/'))) {
      challenged = true;
      const form = answerOf(forms, holder.answer);
      if (form === null) return { end: 'stranded', challenged, pages };
      sleep(holder.thinkMs / 1000);
      at = submit(form);
    } else if (forms[0] !== undefined && method === undefined) at = submit(forms[0]);
    else if (refresh !== null) {
      if (originOf(refresh.to) !== originOf(gatewayUrl)) return { end: 'returned', challenged, pages };
      sleep(refresh.afterS);
      at = open(refresh.to);
    } else {
      const finished = originOf(at.url) === originOf(gatewayUrl) && at.status === 200;
      return { end: finished ? 'finished' : 'stranded', challenged, pages };
    }
  }
  return { end: 'stranded', challenged, pages: pagesMax };
};
