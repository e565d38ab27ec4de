/**
 * The wire: `/ds/*` for 3DS servers, `/acs/*` for browsers. Reads what came, asks the rooms, and says it in
 * JSON or as a page. What a browser sends is believed in nothing but what the cardholder may decide.
 */
import { type Context, Hono } from 'hono';
import { parse } from 'qs';
import { departing } from '../faults/departure.ts';
import type { Clock } from '../ports.ts';
import type { Acs } from './acs.ts';
import type { ThreeDSecureConfig } from './config.ts';
import type { DirectoryAnswer, DirectoryServer } from './directory-server.ts';
import { type Complaint, complaint, type ErroContext, erroOf, invalidMessage } from './erro.ts';
import { faultOf } from './faults/fault.ts';
import type { TdsFaults } from './faults/faults.ts';
import type { Directory } from './issuers.ts';
import { creqComplaint, decode, encode, readCReq, SESSION_DATA_MAX } from './messages/creq.ts';
import { url as urlFormat } from './messages/formats.ts';
import { isObject, MESSAGE_MAX } from './messages/read.ts';
import { challengePage } from './pages/challenge.ts';
import { headersOf } from './pages/layout.ts';
import { cannotPage, leavePage, strandedPage } from './pages/leave.ts';
import { formPolicy, leavePolicy } from './pages/style.ts';
import type { Language } from './pages/words.ts';
import type { Transaction } from './transactions.ts';
import { isUuid } from './uuid.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly acs: Acs;
  readonly directory: Directory;
  readonly directoryServer: DirectoryServer;
  readonly faults: TdsFaults;
  readonly config: ThreeDSecureConfig;
}

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8', 'breakwater-decided-by': 'ds' };
const formHeaders = { ...headersOf(formPolicy), 'breakwater-decided-by': 'acs' };
const leaveHeaders = { ...headersOf(leavePolicy), 'breakwater-decided-by': 'acs' };

const fieldsOf = (body: string): Readonly<Record<string, string>> => {
  if (body.length > MESSAGE_MAX) return {};
  const fields = parse(body, { depth: 0, parameterLimit: 20 });
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
};

const isErro = (text: string): boolean => {
  if (text.length > MESSAGE_MAX || !text.includes('"Erro"')) return false;
  try {
    const message: unknown = JSON.parse(text);
    return isObject(message) && message.messageType === 'Erro';
  } catch {
    return false;
  }
};

const languageOf = (c: Context): Language => (/^ja\b/i.test(c.req.header('accept-language') ?? '') ? 'ja' : 'en');

export const createThreeDSecureRoutes = (deps: Dependencies): Hono => {
  const { clock, acs, directory, directoryServer, faults, config } = deps;
  const app = new Hono();

  const answer = (c: Context, said: DirectoryAnswer): Response => {
    if (said !== null) return c.body(JSON.stringify(said), 200, jsonHeaders);
    return departing(c.body('', 504, jsonHeaders), { way: { how: 'silence', deaf: false }, left: () => undefined });
  };

  app.post('/ds/preq', async (c) => answer(c, directoryServer.preq(await c.req.text())));
  app.post('/ds/areq', async (c) => {
    const text = await c.req.text();
    // A complaint is heard and never answered by another one.
    if (isErro(text)) return c.body('{}', 200, jsonHeaders);
    return answer(c, await directoryServer.areq(text));
  });

  const ofTransaction = ({ version, threeDSServerTransID, dsTransID, acsTransID }: Transaction): ErroContext => ({
    messageVersion: version,
    threeDSServerTransID,
    dsTransID,
    acsTransID,
  });

  /** To the shop when it is known, by the browser, as a CRes would go; otherwise on a page. */
  const refuse = (c: Context, refused: Complaint, context: ErroContext, known: Transaction | undefined): Response => {
    const erro = erroOf('A', refused, { errorMessageType: 'CReq', ...context });
    const url = known?.request.notificationURL;
    if (known === undefined || url === undefined) return c.body(cannotPage(languageOf(c), erro), 400, formHeaders);
    const session = known.sessionData === null ? {} : { threeDSSessionData: known.sessionData };
    return c.body(leavePage(known.language, url, { cres: encode(erro), ...session }), 200, leaveHeaders);
  };

  const away = (c: Context): Response => c.body(strandedPage(languageOf(c), 'waiting'), 503, formHeaders);

  /** Slow, or not there at all. Null: go on. */
  const hindrance = async (c: Context, transaction: Transaction): Promise<Response | null> => {
    const now = faults.drawnFor(transaction.issuer.id, transaction.threeDSServerTransID);
    const slow = faultOf(now, 'acs-slow');
    if (slow !== undefined) {
      slow.happened();
      await clock.sleep(slow.delayMs);
    }
    const broken = faultOf(now, 'acs-error');
    broken?.happened();
    return broken === undefined ? null : away(c);
  };

  const leave = (c: Context, transaction: Transaction): Response => {
    const { cres, language, sessionData, plan } = transaction;
    const url = transaction.request.notificationURL;
    const mishap = plan === null || plan.ends === 'D' ? null : plan.mishap;
    const stays = faultOf(transaction.faults, 'challenge-never-returns');
    const app = faultOf(transaction.faults, 'app-not-returned');
    stays?.happened();
    app?.happened();
    if (app !== undefined) return c.body(strandedPage(language, 'app'), 200, formHeaders);
    if (stays !== undefined || mishap === 'never-returns' || cres === null || url === undefined)
      return c.body(strandedPage(language, 'waiting'), 200, formHeaders);
    const twice = faultOf(transaction.faults, 'returns-twice');
    twice?.happened();
    const fields = { cres, ...(sessionData === null ? {} : { threeDSSessionData: sessionData }) };
    const page = leavePage(language, url, fields, twice !== undefined || mishap === 'returns-twice');
    return c.body(page, 200, leaveHeaders);
  };

  const codeIsLate = (transaction: Transaction): boolean => {
    const late = faultOf(transaction.faults, 'code-late');
    const isCard = transaction.plan?.ends === 'C' && transaction.plan.mishap === 'code-late';
    if (late === undefined && !isCard) return false;
    late?.happened();
    return clock.wallMs() - transaction.sentAtMs < (late?.delayMs ?? 60_000);
  };

  /** Whatever its cardholder should see now. */
  const show = async (c: Context, transaction: Transaction): Promise<Response> => {
    if (transaction.reporting !== null) {
      await transaction.reporting;
      return leave(c, transaction);
    }
    const late = codeIsLate(transaction);
    const page = challengePage({
      transaction,
      at: `${config.publicUrl}/acs/challenge/${transaction.acsTransID}`,
      code: config.showsCode && !late ? acs.code(transaction) : null,
      codeIsLate: late,
      triesMax: config.triesMax,
      pollMs: config.timers.appPollMs,
    });
    return c.body(page, 200, formHeaders);
  };

  app.post('/acs/creq', async (c) => {
    const { creq, threeDSSessionData = null } = fieldsOf(await c.req.text());
    if (creq === undefined) return refuse(c, complaint('101', invalidMessage.format), {}, undefined);
    const reading = readCReq(creq);
    const named = 'complaint' in reading ? reading.context.acsTransID : reading.elements.acsTransID;
    const known = typeof named === 'string' ? acs.transactions.find(named) : undefined;
    const transaction = known?.acsTransID === named ? known : undefined;
    const context = transaction === undefined ? reading.context : ofTransaction(transaction);
    const wrong = 'complaint' in reading ? reading.complaint : creqComplaint(reading.elements);
    const tooLong = threeDSSessionData !== null && threeDSSessionData.length > SESSION_DATA_MAX;
    const unsound = wrong ?? (tooLong ? complaint('203', 'threeDSSessionData') : null);
    if (unsound !== null) {
      // The shop is told besides, by an RReq (emv-3ds.md section 9) - of one that waits for its CReq, no other.
      if (transaction?.challenge?.phase === 'awaiting-creq') acs.act(transaction, { type: 'broken' });
      return refuse(c, unsound, context, transaction);
    }
    const elements = 'complaint' in reading ? {} : reading.elements;
    if (transaction === undefined) return refuse(c, complaint('301', 'acsTransID'), context, undefined);
    if (elements.threeDSServerTransID !== transaction.threeDSServerTransID)
      return refuse(c, complaint('301', 'threeDSServerTransID'), reading.context, undefined);
    if (elements.messageVersion !== transaction.version) {
      if (transaction.challenge?.phase === 'awaiting-creq') acs.act(transaction, { type: 'broken' });
      return refuse(c, complaint('203', 'messageVersion'), context, transaction);
    }
    if (transaction.verdict?.cancel === '05') return refuse(c, complaint('402', 'CReq'), context, transaction);
    const hindered = await hindrance(c, transaction);
    if (hindered !== null) return hindered;
    const isOpened = acs.open(transaction, threeDSSessionData, String(elements.challengeWindowSize));
    if (!isOpened) return refuse(c, complaint('305', 'acsTransID'), context, transaction);
    const never = faultOf(transaction.faults, 'challenge-never-opens');
    if (never !== undefined) {
      never.happened();
      return departing(away(c), { way: { how: 'silence', deaf: false }, left: () => undefined });
    }
    return show(c, transaction);
  });

  /** A screen of a challenge that a CReq has opened; whoever knows its id alone has none to see. */
  const open = (id: string): Transaction | undefined => {
    const transaction = isUuid(id) ? acs.transactions.find(id) : undefined;
    if (transaction?.acsTransID !== id || transaction.challenge === null) return undefined;
    return transaction.challenge.phase === 'awaiting-creq' ? undefined : transaction;
  };
  const notOpen = (c: Context): Response => refuse(c, complaint('305', 'acsTransID'), {}, undefined);

  app.get('/acs/challenge/:id', async (c) => {
    const transaction = open(c.req.param('id'));
    if (transaction === undefined) return notOpen(c);
    const language = c.req.query('lang');
    if (language === 'ja' || language === 'en') transaction.language = language;
    transaction.remark = null;
    return show(c, transaction);
  });

  app.post('/acs/challenge/:id/:act', async (c) => {
    const transaction = open(c.req.param('id'));
    if (transaction === undefined) return notOpen(c);
    const act = c.req.param('act');
    const { code = '' } = fieldsOf(await c.req.text());
    const hindered = await hindrance(c, transaction);
    if (hindered !== null) return hindered;
    switch (act) {
      case 'code':
        // People copy spaces, and phones in Japan type wide digits.
        acs.act(transaction, { type: 'code', code: code.normalize('NFKC').replaceAll(/\s/g, '').slice(0, 20) });
        break;
      case 'approve':
      case 'resend':
      case 'cancel':
        acs.act(transaction, { type: act });
        break;
      default:
        return notOpen(c);
    }
    return show(c, transaction);
  });

  app.post('/acs/method/:issuer', async (c) => {
    const issuer = directory.issuers.find(({ id }) => id === c.req.param('issuer'));
    const bad = (detail: string) => refuse(c, complaint('305', detail), { errorMessageType: undefined }, undefined);
    if (issuer === undefined || issuer.method === 'none') return bad('threeDSMethodURL');
    const text = decode(fieldsOf(await c.req.text()).threeDSMethodData ?? '');
    let data: unknown;
    try {
      data = text === null ? null : JSON.parse(text);
    } catch {
      data = null;
    }
    if (!isObject(data)) return bad('threeDSMethodData');
    const { threeDSServerTransID, threeDSMethodNotificationURL } = data;
    if (typeof threeDSServerTransID !== 'string' || !isUuid(threeDSServerTransID)) return bad('threeDSServerTransID');
    if (typeof threeDSMethodNotificationURL !== 'string' || !urlFormat(256)(threeDSMethodNotificationURL))
      return bad('threeDSMethodNotificationURL');
    const hung = faultOf(faults.drawnFor(issuer.id, threeDSServerTransID), 'method-hangs');
    hung?.happened();
    if (hung !== undefined || issuer.method === 'hangs')
      return c.body(strandedPage(languageOf(c), 'waiting'), 200, formHeaders);
    const fields = { threeDSMethodData: encode({ threeDSServerTransID }) };
    return c.body(leavePage(languageOf(c), threeDSMethodNotificationURL, fields), 200, leaveHeaders);
  });

  return app;
};
