/**
 * The pages that a card holder's browser passes through: few words, readable on a phone, and a policy that
 * lets nothing run but our own script of that very page.
 *
 * Every step works without scripts too, by a button or a link. A browser is led on by a page and not by a
 * redirect, because a POST that is redirected falls under the form policy of the page it came from.
 */

import type { Visit } from './ids.ts';
import { words } from './words.ts';

export interface Page {
  readonly status: number;
  readonly html: string;
  readonly policy: string;
}

const html = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Inside a script: no `</script>`, no line separators. */
const literal = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Without the origin: a page changes its address only within its own. */
const pathOf = (address: string): string => {
  const { pathname, search } = new URL(address);
  return `${pathname}${search}`;
};

const style = `
:root { color-scheme: light dark; font: 100%/1.7 system-ui, "Hiragino Sans", "Noto Sans JP", sans-serif; }
body { margin: 0; display: grid; min-height: 100dvh; place-items: center; background: Canvas; color: CanvasText; }
main { box-sizing: border-box; width: 100%; max-width: 26rem; padding: 1.5rem; }
h1 { font-size: 1.25rem; line-height: 1.4; }
button, a.button { display: inline-block; min-height: 2.75rem; padding: .5rem 1.25rem; font: inherit; border: 1px solid; border-radius: .5rem; background: transparent; color: inherit; text-decoration: none; }
iframe { display: none; }`;

interface Sketch {
  readonly lang: 'ja' | 'en';
  readonly body: string;
  readonly nonce: string;
  readonly script?: string;
  /** Seconds and address of a refresh. */
  readonly refresh?: string;
  readonly frame: string | null;
  readonly formAction?: string;
  readonly frameSrc?: string;
  readonly status?: number;
}

const page = (sketch: Sketch): Page => ({
  status: sketch.status ?? 200,
  policy: [
    "default-src 'none'",
    `script-src 'nonce-${sketch.nonce}'`,
    `style-src 'nonce-${sketch.nonce}'`,
    `form-action ${sketch.formAction ?? "'none'"}`,
    `frame-src ${sketch.frameSrc ?? "'none'"}`,
    `frame-ancestors ${sketch.frame ?? "'none'"}`,
    "base-uri 'none'",
  ].join('; '),
  html: `<!doctype html>
<html lang="${sketch.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${sketch.refresh === undefined ? '' : `<meta http-equiv="refresh" content="${html(sketch.refresh)}">\n`}<title>${words[sketch.lang].title}</title>
<style nonce="${sketch.nonce}">${style}</style>
</head>
<body>
<main>
<h1>${words[sketch.lang].title}</h1>
${sketch.body}
</main>
${sketch.script === undefined ? '' : `<script nonce="${sketch.nonce}">${sketch.script}</script>\n`}</body>
</html>
`,
});

const hidden = (name: string, value: string): string =>
  `<input type="hidden" name="${html(name)}" value="${html(value)}">`;

interface OnTheWay {
  readonly nonce: string;
  readonly visit: Visit;
}

/**
 * The first page: the issuer's 3DS Method in a hidden frame, where there is one, then on with what the
 * browser tells of itself. It goes on after `waitMs` whatever the issuer does.
 */
export const startPage = (
  { nonce, visit }: OnTheWay,
  of: {
    readonly id: string;
    readonly ticket: string;
    readonly method: { readonly url: string; readonly data: string } | null;
    readonly waitMs: number;
  },
): Page => {
  const said = words[visit.lang];
  const { method } = of;
  const methodForm =
    method === null
      ? ''
      : `<iframe name="method" title="3DS Method" aria-hidden="true" tabindex="-1"></iframe>
<form id="method" method="post" action="${html(method.url)}" target="method">${hidden('threeDSMethodData', method.data)}</form>
`;
  return page({
    lang: visit.lang,
    nonce,
    frame: visit.frame,
    formAction: method === null ? "'self'" : `'self' ${new URL(method.url).origin}`,
    // The issuer's page in the frame ends on ours.
    frameSrc: method === null ? "'none'" : `'self' ${new URL(method.url).origin}`,
    body: `<p role="status">${said.preparing}</p>
${methodForm}<form id="go" method="post" action="/v1/tds/${html(of.id)}/authenticate">
${hidden('ticket', of.ticket)}
${['java', 'depth', 'height', 'width', 'zone'].map((name) => hidden(name, '')).join('\n')}
<noscript><button type="submit">${said.goOn}</button></noscript>
</form>`,
    script: `
const form = document.getElementById('go');
const told = { java: String(navigator.javaEnabled?.() === true), depth: screen.colorDepth, height: screen.height, width: screen.width, zone: new Date().getTimezoneOffset() };
for (const [name, value] of Object.entries(told)) form.elements.namedItem(name).value = value;
let gone = false;
const go = () => { if (!gone) { gone = true; form.submit(); } };
${
  method === null
    ? 'go();'
    : `addEventListener('message', ({ origin, data }) => { if (origin === location.origin && data?.breakwater === 'three-d-secure.method') go(); });
setTimeout(go, ${of.waitMs});
document.getElementById('method').submit();`
}`,
  });
};

/** In the hidden frame, when the issuer's 3DS Method is through. */
export const methodPage = (nonce: string): Page =>
  page({
    lang: 'en',
    nonce,
    // The page around it is ours; its origin is the browser's to check.
    frame: '*',
    body: '',
    script: `parent.postMessage({ breakwater: 'three-d-secure.method' }, location.origin);`,
  });

/**
 * To the issuer's page, with the one CReq. It came by a POST, to which nobody can go back: before the browser leaves, its
 * place in the history becomes `here`, which says where the authentication stands.
 */
export const challengePage = (
  { nonce, visit }: OnTheWay,
  of: { readonly acsUrl: string; readonly creq: string; readonly sessionData: string; readonly here: string },
): Page =>
  page({
    lang: visit.lang,
    nonce,
    frame: visit.frame,
    formAction: new URL(of.acsUrl).origin,
    body: `<p role="status">${words[visit.lang].toIssuer}</p>
<form id="challenge" method="post" action="${html(of.acsUrl)}">
${hidden('creq', of.creq)}
${hidden('threeDSSessionData', of.sessionData)}
<noscript><button type="submit">${words[visit.lang].goOn}</button></noscript>
</form>`,
    script: `history.replaceState(null, '', ${literal(pathOf(of.here))});
document.getElementById('challenge').submit();`,
  });

/** The result is not there yet: asks again by itself. */
export const waitingPage = ({ nonce, visit }: OnTheWay, next: string): Page =>
  page({
    lang: visit.lang,
    nonce,
    frame: visit.frame,
    refresh: `1; url=${next}`,
    body: `<p role="status">${words[visit.lang].waiting}</p>`,
  });

/**
 * The end. With an address the browser is led there; without one whoever opened the window, or stands
 * around the frame, is told that it was reached. How it ended is told to nobody here.
 */
export const endPage = (
  { nonce, visit }: OnTheWay,
  of: {
    readonly id: string;
    readonly returnUrl: string | null;
    readonly expired: boolean;
    /** Where the opener is told, if it is there: `return-address.ts`. */
    readonly openers: readonly string[];
  },
): Page => {
  const said = words[visit.lang];
  if (of.returnUrl !== null)
    return page({
      lang: visit.lang,
      nonce,
      frame: visit.frame,
      refresh: `0; url=${of.returnUrl}`,
      body: `<p role="status">${said.back}</p>\n<p><a class="button" id="back" href="${html(of.returnUrl)}">${said.backLink}</a></p>`,
      script: `location.replace(${literal(of.returnUrl)});`,
    });
  return page({
    lang: visit.lang,
    nonce,
    frame: visit.frame,
    body: `<p role="status">${of.expired ? said.expired : said.done}</p>
<p><button type="button" id="close">${said.close}</button></p>`,
    script: `
const told = { breakwater: 'three-d-secure.finished', id: ${literal(of.id)} };
if (opener) for (const origin of ${literal(of.openers)}) opener.postMessage(told, origin);
${visit.frame === null ? '' : `if (parent !== window) parent.postMessage(told, ${literal(visit.frame)});`}
document.getElementById('close').addEventListener('click', () => close());`,
  });
};

/** Something is not in order; the words are for the card holder, `detail` for whoever helps. */
export const troublePage = (
  nonce: string,
  of: {
    readonly lang: 'ja' | 'en';
    readonly status: number;
    readonly word: 'notFound' | 'badReturn' | 'badFrame' | 'badKey' | 'paused' | 'off' | 'expired' | 'refusedMessage';
    readonly detail?: string;
  },
): Page =>
  page({
    lang: of.lang,
    nonce,
    frame: '*',
    status: of.status,
    body: `<p role="alert">${words[of.lang][of.word]}</p>${
      of.detail === undefined ? '' : `\n<p><small>${html(of.detail)}</small></p>`
    }`,
  });
