/** `/v1/tds/*` for card holders' browsers, `/3ds/*` for the directory server and what the ACS sends browsers to. */
import type { Context, Hono } from 'hono';
import { type Form, parseForm } from '../http/body.ts';
import { describe } from '../http/endpoint.ts';
import type { Requests } from '../http/requests.ts';
import type { Entropy, Log } from '../ports.ts';
import type { Lang } from '../words.ts';
import type { ThreeDSecureConfig } from './config.ts';
import { type Complaint, erroOf } from './erro.ts';
import { type BrowserFacts, legalDepth } from './messages.ts';
import { challengePage, endPage, methodPage, type Page, startPage, troublePage, waitingPage } from './pages.ts';
import { isComplaint, type Step, type ThreeDSecureService } from './service.ts';
import { langOf } from './words.ts';

export interface ThreeDSecureRoutesDeps {
  readonly service: ThreeDSecureService;
  readonly config: ThreeDSecureConfig;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly requests: Pick<Requests, 'marked'>;
  /** The browser's address, for the issuer; null: not known. */
  readonly addressOf: (context: Context) => string | null;
}

const textOf = (form: Form, name: string): string => {
  const value = form[name];
  return typeof value === 'string' ? value : '';
};

/** Digits or nothing: what a browser tells of itself is anybody's word. */
const digitsOf = (form: Form, name: string): string => /^-?[0-9]{1,6}$/.exec(textOf(form, name))?.[0] ?? '';

export const threeDSecureRoutes = (app: Hono, deps: ThreeDSecureRoutesDeps): void => {
  const { service, config, entropy, log, requests, addressOf } = deps;
  app.use('/v1/tds/*', requests.marked);
  app.use('/3ds/*', requests.marked);

  const nonce = (): string => Buffer.from(entropy.bytes(16, 'three-d-secure/nonce')).toString('base64url');
  const langOfCall = (context: Context): Lang =>
    langOf(context.req.query('lang') ?? context.req.query('locale'), context.req.header('Accept-Language'));

  const show = (context: Context, { status, html, policy }: Page): Response =>
    context.body(html, status as 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'Breakwater-Decided-By': 'gateway',
    });

  const finishAddress = (id: string, ticket: string): string =>
    `${config.publicUrl}/v1/tds/${id}/finish?ticket=${encodeURIComponent(ticket)}`;

  /** How long a browser has waited so far rides along: it asks itself. */
  const shownStep = async (context: Context, step: Step, waitedS = 0): Promise<Response> => {
    const random = nonce();
    switch (step.kind) {
      case 'start':
        return show(
          context,
          startPage(
            { nonce: random, visit: step.visit },
            { id: step.flow.id, ticket: step.ticket, method: step.method, waitMs: config.methodWaitMs },
          ),
        );
      case 'challenge':
        return show(
          context,
          challengePage({ nonce: random, visit: step.visit }, { ...step, here: finishAddress(step.id, step.ticket) }),
        );
      case 'wait': {
        const { flow, visit, ticket } = step;
        // The result may come after the browser has gone on: the merchant asks for it, not the browser.
        if (waitedS * 1000 >= config.waitForResultMs)
          return shownStep(context, { kind: 'end', flow, ticket, visit, expired: false });
        return show(
          context,
          waitingPage({ nonce: random, visit }, `${finishAddress(flow.id, ticket)}&waited=${waitedS + 1}`),
        );
      }
      case 'end': {
        const { flow, ticket, visit, expired } = step;
        // Apps watch for this address to close their view (payjp-api section 6).
        const isLast = ticket === '' || context.req.path === `/v1/tds/${flow.id}/finish`;
        const returnUrl = flow.return_url ?? (isLast ? null : finishAddress(flow.id, ticket));
        const openers = returnUrl === null ? await service.openersTold(flow, visit) : [];
        return show(context, endPage({ nonce: random, visit }, { id: flow.id, returnUrl, expired, openers }));
      }
      case 'trouble':
        return show(context, troublePage(random, { lang: langOfCall(context), status: step.status, word: step.word }));
    }
  };

  /** A browser reads a page, a program the protocol's Erro. */
  const refuse = (context: Context, complaint: Complaint, messageType: string): Response => {
    log.warn({ event: 'three-d-secure.refused', message: messageType, code: complaint.code });
    if (context.req.header('Accept')?.includes('text/html') === true)
      return show(
        context,
        troublePage(nonce(), {
          lang: langOfCall(context),
          status: 400,
          word: 'refusedMessage',
          detail: `Erro ${complaint.code}`,
        }),
      );
    return context.json(erroOf(complaint, { messageType }), 400, { 'Breakwater-Decided-By': 'gateway' });
  };

  const guarded =
    (handle: (context: Context) => Promise<Response>) =>
    async (context: Context): Promise<Response> => {
      try {
        return await handle(context);
      } catch (reason) {
        log.error({ event: 'request.broke', reason: describe(reason) });
        return show(context, troublePage(nonce(), { lang: langOfCall(context), status: 500, word: 'refusedMessage' }));
      }
    };

  /** The form of a POST; null: it is none, or too long. */
  const formOf = async (context: Context): Promise<Form | null> => {
    const form = parseForm(await context.req.text());
    return form.ok ? form.value : null;
  };
  const idOf = (context: Context): string => context.req.param('id') ?? '';

  app.get(
    '/v1/tds/:id/start',
    guarded(async (context) => {
      const { publickey, back, back_url, frame, opener } = context.req.query();
      return shownStep(
        context,
        await service.start(idOf(context), { publickey, back, back_url, frame, opener }, langOfCall(context)),
      );
    }),
  );

  app.post(
    '/v1/tds/:id/authenticate',
    guarded(async (context) => {
      const form = (await formOf(context)) ?? {};
      const depth = digitsOf(form, 'depth');
      const browser: BrowserFacts = {
        acceptHeader: context.req.header('Accept') ?? '',
        userAgent: context.req.header('User-Agent') ?? '',
        language: (context.req.header('Accept-Language') ?? 'ja').split(/[,;]/)[0]!.trim().slice(0, 8),
        ip: addressOf(context),
        script:
          depth === ''
            ? null
            : {
                javaEnabled: textOf(form, 'java') === 'true',
                colorDepth: legalDepth(Number(depth)),
                screenHeight: digitsOf(form, 'height').replace('-', '') || '0',
                screenWidth: digitsOf(form, 'width').replace('-', '') || '0',
                timeZone: digitsOf(form, 'zone') || '0',
              },
      };
      return shownStep(context, await service.authenticate(idOf(context), textOf(form, 'ticket'), browser));
    }),
  );

  app.get(
    '/v1/tds/:id/finish',
    guarded(async (context) => {
      const { ticket, waited } = context.req.query();
      const step = ticket === undefined ? null : await service.look(idOf(context), ticket);
      if (step === null) return shownStep(context, { kind: 'trouble', status: 404, word: 'notFound' });
      return shownStep(context, step, /^[0-9]{1,3}$/.test(waited ?? '') ? Number(waited) : 0);
    }),
  );

  app.post(
    '/3ds/rreq',
    guarded(async (context) => {
      const text = await context.req.text();
      // Bytes and not characters are what a line carries.
      const answer = await service.result(text, context.req.query('key') ?? '');
      return context.json(answer, 200, { 'Breakwater-Decided-By': 'gateway' });
    }),
  );

  app.post(
    '/3ds/method',
    guarded(async (context) => {
      const form = await formOf(context);
      const complaint = await service.methodDone(form === null ? '' : textOf(form, 'threeDSMethodData'));
      return complaint === null ? show(context, methodPage(nonce())) : refuse(context, complaint, 'threeDSMethodData');
    }),
  );

  app.post(
    '/3ds/result',
    guarded(async (context) => {
      const form = await formOf(context);
      const step = await service.returned(
        form === null ? '' : textOf(form, 'cres'),
        form === null ? '' : textOf(form, 'threeDSSessionData'),
      );
      return isComplaint(step) ? refuse(context, step, 'CRes') : shownStep(context, step);
    }),
  );
};
