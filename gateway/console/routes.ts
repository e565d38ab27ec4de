/**
 * `/console`: pages for operators, behind a session. GET shows and changes nothing; POST needs the
 * session's form token and comes from our own pages; every action is written down before and after.
 */
import type { Context, Hono } from 'hono';
import type { Addresses } from '../http/address.ts';
import { networkOf } from '../http/address.ts';
import { describe } from '../http/endpoint.ts';
import type { Clock, Log } from '../ports.ts';
import type { Both, Lang } from '../words.ts';
import type { Attempts } from './attempts.ts';
import type { Audit } from './audit.ts';
import { checkFields, confirmForm, outcome, reasonField, signInForm, valuesOf } from './forms.ts';
import { empty, type Html, html } from './html.ts';
import { type Session, type Sessions, same, sessionMs } from './sessions.ts';
import { page } from './shell.ts';
import { pageHeaders } from './style.ts';
import type { About, Action, Result, Tab } from './tab.ts';
import { words } from './words.ts';

export interface ConsoleRoutesDeps {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs' | 'sleep'>;
  readonly log: Log;
  readonly tabs: readonly Tab[];
  readonly sessions: Sessions;
  readonly attempts: Attempts;
  readonly audit: Audit;
  readonly addresses: Addresses;
  readonly instanceId: string;
}

const cookieName = 'breakwater_console';
const bodyMax = 64 * 1024;
/** A wrong token is answered after this, whoever sent it. */
const wrongDelayMs = 400;

const cookieOf = (context: Context, name: string): string | null => {
  for (const part of (context.req.header('Cookie') ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at !== -1 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
};

const isSecure = (context: Context): boolean =>
  context.req.url.startsWith('https:') || context.req.header('X-Forwarded-Proto') === 'https';

/** Japanese unless the address, an earlier visit or the browser says otherwise. */
const langOf = (context: Context): Lang => {
  const asked = context.req.query('lang') ?? cookieOf(context, 'breakwater_lang');
  if (asked === 'ja' || asked === 'en') return asked;
  return /^en\b/i.test(context.req.header('Accept-Language') ?? '') ? 'en' : 'ja';
};

/** A path of ours and nothing else, whatever was sent. */
const safeNext = (next: string | undefined): string =>
  next !== undefined && /^\/console(\/[a-z]+)?$/.test(next) ? next : '/console';

/** A form of another site; browsers say where it comes from (Fetch Metadata). */
const isForeign = (context: Context): boolean => {
  const site = context.req.header('Sec-Fetch-Site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = context.req.header('Origin');
  const host = context.req.header('Host') ?? new URL(context.req.url).host;
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
};

export const consoleRoutes = (app: Hono, deps: ConsoleRoutesDeps): void => {
  const { clock, log, tabs, sessions, attempts, audit, instanceId } = deps;
  const actions = new Map<string, { readonly action: Action; readonly tab: Tab }>();
  for (const tab of tabs) for (const action of tab.actions ?? []) actions.set(action.id, { action, tab });

  const answer = (
    context: Context,
    session: Session | null,
    shown: { title: string; current?: string; live?: boolean; status?: number; headers?: Record<string, string> },
    main: Html,
  ): Response => {
    const lang = langOf(context);
    const headers: Record<string, string> = { ...pageHeaders, ...shown.headers };
    if (context.req.query('lang') !== undefined)
      headers['Set-Cookie'] = `breakwater_lang=${lang}; Path=/; SameSite=Lax; Max-Age=31536000`;
    const text = page(
      {
        lang,
        title: shown.title,
        url: new URL(context.req.url),
        nowMs: clock.wallMs(),
        instanceId,
        signedIn: session,
        tabs,
        ...(shown.current === undefined ? {} : { current: shown.current }),
        ...(shown.live === undefined ? {} : { live: shown.live }),
      },
      main,
    );
    return context.body(text, (shown.status ?? 200) as 200, headers);
  };

  const go = (context: Context, to: string, cookie?: string): Response =>
    context.body(null, 303, {
      Location: to,
      'Cache-Control': 'no-store',
      'Breakwater-Decided-By': 'gateway',
      ...(cookie === undefined ? {} : { 'Set-Cookie': cookie }),
    });

  const setCookie = (context: Context, value: string, maxAgeS: number): string =>
    `${cookieName}=${value}; Path=/console; HttpOnly; SameSite=Strict; Max-Age=${maxAgeS}${isSecure(context) ? '; Secure' : ''}`;

  const signIn = (context: Context, said: Both | null, status: number, name = '', extra = ''): Response => {
    const lang = langOf(context);
    const next = safeNext(context.req.query('next') ?? context.req.path);
    const text = said === null ? null : `${said[lang]}${extra}`;
    return answer(context, null, { title: words.signIn[lang], status }, signInForm(text, name, next, lang));
  };

  const sessionOf = async (context: Context): Promise<Session | null> => {
    const cookie = cookieOf(context, cookieName);
    return cookie === null ? null : sessions.find(cookie);
  };

  /** Back to the tab afterwards; the confirmation of an action is asked for anew. */
  const toSignIn = (context: Context): Response => {
    const query = new URLSearchParams({ next: safeNext(context.req.path) });
    const lang = context.req.query('lang');
    if (lang === 'ja' || lang === 'en') query.set('lang', lang);
    return go(context, `/console/sign-in?${query.toString()}`);
  };

  const networkFor = (context: Context): string => networkOf(deps.addresses.of(context) ?? '-');

  const formOf = async (context: Context): Promise<Record<string, string> | null> => {
    if (isForeign(context)) return null;
    const text = await context.req.text();
    return text.length > bodyMax ? null : valuesOf(text);
  };

  app.get('/console/sign-in', (context) => signIn(context, null, 200));

  app.post('/console/sign-in', async (context) => {
    const sent = await formOf(context);
    if (sent === null) return signIn(context, words.forged, 403);
    const lang = langOf(context);
    const network = networkFor(context);
    const nowMs = clock.monotonicMs();
    const waitMs = attempts.waitMs(network, nowMs);
    const name = (sent.name ?? '')
      .replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 60);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      const refused = signIn(context, words.wait, 429, name, ` ${seconds} ${words.seconds[lang]}`);
      refused.headers.set('Retry-After', String(seconds));
      return refused;
    }
    // Counted before it is looked at: many at once are many, not one.
    attempts.failed(network, nowMs);
    const operator = await sessions.identify(sent.token ?? '', name).catch(() => null);
    if (operator === null) {
      log.warn({ event: 'console.sign-in-refused', network });
      await clock.sleep(wrongDelayMs);
      return signIn(context, words.wrong, 401, name);
    }
    attempts.succeeded(network);
    const cookie = await sessions.open(operator);
    log.info({ event: 'console.signed-in', operator: operator.name });
    await audit
      .write({
        operator: operator.name,
        kind: 'signed_in',
        action: 'session',
        subject: '',
        detail: { network },
        reason: '',
        aboutSeq: null,
      })
      .catch((reason: unknown) => log.error({ event: 'console.audit-unwritten', reason: describe(reason) }));
    return go(context, safeNext(sent.next), setCookie(context, cookie, sessionMs / 1000));
  });

  /** A form of this session, or the answer to what is none. */
  const signed = async (
    context: Context,
  ): Promise<{ session: Session; sent: Record<string, string> } | { refusal: Response }> => {
    const session = await sessionOf(context);
    if (session === null) return { refusal: signIn(context, words.expired, 401) };
    const sent = await formOf(context);
    const lang = langOf(context);
    if (sent === null || !same(sent.csrf ?? '', session.csrf)) {
      log.warn({ event: 'console.forged', operator: session.operator.name });
      return {
        refusal: answer(context, session, { title: words.refused[lang], status: 403 }, empty(words.forged[lang])),
      };
    }
    return { session, sent };
  };

  app.post('/console/sign-out', async (context) => {
    const form = await signed(context);
    if ('refusal' in form) return form.refusal;
    await sessions.close(cookieOf(context, cookieName) ?? '').catch(() => undefined);
    await audit
      .write({
        operator: form.session.operator.name,
        kind: 'signed_out',
        action: 'session',
        subject: '',
        detail: {},
        reason: '',
        aboutSeq: null,
      })
      .catch((reason: unknown) => log.error({ event: 'console.audit-unwritten', reason: describe(reason) }));
    return go(context, '/console/sign-in', setCookie(context, '', 0));
  });

  const missing = (context: Context, session: Session): Response => {
    const lang = langOf(context);
    return answer(context, session, { title: words.notFound[lang], status: 404 }, empty(words.notFoundText[lang]));
  };

  /** What the last action on this tab came to, if the address names it. */
  const saidOf = async (query: Readonly<Record<string, string>>, lang: Lang): Promise<Html | ''> => {
    if (!/^[0-9]{1,15}$/.test(query.done ?? '')) return '';
    const row = await audit.find(Number(query.done));
    if (row === undefined || row.about_seq === null) return '';
    const said = JSON.parse(row.detail) as Partial<Both>;
    return outcome(row.kind, said[lang] ?? '', Number(row.about_seq), lang);
  };

  const showTab = async (context: Context, tab: Tab): Promise<Response> => {
    const session = await sessionOf(context);
    if (session === null) return toSignIn(context);
    const lang = langOf(context);
    const query = valuesOf(new URL(context.req.url).search);
    const shown = { title: tab.title[lang], current: tab.id, live: true };
    try {
      const looking = { lang, nowMs: clock.wallMs(), operator: session.operator, query };
      const body = html`${await saidOf(query, lang)}${await tab.render(looking)}`;
      return answer(context, session, shown, body);
    } catch (reason) {
      log.error({ event: 'console.broke', tab: tab.id, reason: describe(reason) });
      return answer(
        context,
        session,
        { ...shown, status: 503 },
        html`<p class="said bad" role="alert">${words.broken[lang]}</p>`,
      );
    }
  };

  for (const tab of tabs) app.get(`/console/${tab.id}`, (context) => showTab(context, tab));
  app.get('/console', (context) => showTab(context, tabs[0]!));

  const aboutOf = (context: Context): About => {
    const { lang: _, ...about } = valuesOf(new URL(context.req.url).search);
    return about;
  };

  app.get('/console/do/:action', async (context) => {
    const session = await sessionOf(context);
    if (session === null) return toSignIn(context);
    const lang = langOf(context);
    const found = actions.get(context.req.param('action'));
    if (found === undefined) return missing(context, session);
    const about = aboutOf(context);
    const ask = await found.action.ask(about);
    if (ask === undefined) return missing(context, session);
    const { action, tab } = found;
    const fault = session.operator.role === 'viewer' ? words.mayNot[lang] : null;
    const form = { about, sent: {}, csrf: session.csrf, back: `/console/${tab.id}`, fault, lang };
    return answer(context, session, { title: action.title[lang], current: tab.id }, confirmForm(action, ask, form));
  });

  app.post('/console/do/:action', async (context) => {
    const form = await signed(context);
    if ('refusal' in form) return form.refusal;
    const { session, sent } = form;
    const lang = langOf(context);
    const found = actions.get(context.req.param('action'));
    if (found === undefined) return missing(context, session);
    const { action, tab } = found;
    const about = aboutOf(context);
    const ask = await action.ask(about);
    if (ask === undefined) return missing(context, session);
    const again = (fault: string, status: number): Response =>
      answer(
        context,
        session,
        { title: action.title[lang], current: tab.id, status },
        confirmForm(action, ask, { about, sent, csrf: session.csrf, back: `/console/${tab.id}`, fault, lang }),
      );
    const { operator } = session;
    if (operator.role === 'viewer') return again(words.mayNot[lang], 403);
    const checked = checkFields([...ask.fields, reasonField], sent);
    if (!checked.ok) return again(`${checked.field.label[lang]}: ${checked.why[lang]}`, 400);
    const { reason = '', ...given } = checked.given;
    const what = { operator: operator.name, action: action.id, subject: ask.subject, reason };
    let asked: number;
    try {
      asked = await audit.write({ ...what, kind: 'asked', detail: { ...about, ...given }, aboutSeq: null });
    } catch (why) {
      // What cannot be written down is not done.
      log.error({ event: 'console.audit-unwritten', reason: describe(why) });
      return again(words.broken[lang], 503);
    }
    let result: Result;
    let kind: 'done' | 'refused' | 'failed';
    try {
      result = await action.run(about, given, { operator, reason });
      kind = result.done ? 'done' : 'refused';
    } catch (why) {
      log.error({ event: 'console.broke', action: action.id, reason: describe(why) });
      result = { done: false, why: words.broken };
      kind = 'failed';
    }
    log.info({ event: 'console.acted', operator: operator.name, action: action.id, subject: ask.subject, kind });
    const said = result.done ? result.text : result.why;
    const ended = await audit
      .write({ ...what, kind, detail: { ja: said.ja, en: said.en }, aboutSeq: asked })
      .catch(() => null);
    return go(context, `/console/${tab.id}${ended === null ? '' : `?done=${ended}`}`);
  });
};
