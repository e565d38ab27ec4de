/**
 * OTDS010: e-SCOTT's own 3-D Secure (escott-protocol.md section 6). A browser posts MerchantId and EncryptValue,
 * the cardholder is authenticated, what was asked for besides is carried out, and the browser is sent to
 * RedirectUrl with the answer, sealed with the merchant's keys.
 */
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { TurnedAway } from '../capacity/front.ts';
import type { EscottTenant } from '../config.ts';
import { drawDigits } from '../handles.ts';
import type { Clock, Fetch, Log, Random } from '../ports.ts';
import type { StatePart } from '../state.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { createHostedRoom, type Hosted, type HostedRoom } from '../three-d-secure/hosted.ts';
import { headersOf, layout } from '../three-d-secure/pages/layout.ts';
import { leavePage } from '../three-d-secure/pages/leave.ts';
import { formPolicy, leavePolicy } from '../three-d-secure/pages/style.ts';
import { words } from '../three-d-secure/pages/words.ts';
import { type Answer, refusal } from './answer.ts';
import { type CardSources, knownCard } from './card-sources.ts';
import { encryptKeysOf, opened, sealed } from './encrypt-value.ts';
import type { Fields } from './fields.ts';
import { readForm } from './form.ts';
import type { Members } from './members.ts';
import {
  type CardMessage,
  type CardSource,
  type Envelope,
  type MemberMessage,
  readCardMessage,
  readEnvelope,
  readMemberMessage,
} from './message.ts';

interface Account {
  readonly tenant: Tenant;
  readonly credentials: EscottTenant;
}

interface Owner {
  readonly account: Account;
  readonly envelope: Envelope;
  readonly procNo: string;
  readonly redirectUrl: string;
  readonly postUrl: string;
  /** Carries out what was asked for besides the authentication; null for `3Secure`. */
  readonly execute: (() => TurnedAway | Promise<Answer>) | null;
  /** The sealed answer, once it was made: made once, whoever asks again. */
  answer: Promise<string> | null;
}

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly sources: CardSources;
  readonly members: Members;
  /** The account of the fields, or the code of why there is none. */
  readonly accountOf: (fields: Fields) => Account | string;
  readonly keysOwner: (merchantId: string) => EscottTenant | undefined;
  readonly card: (tenant: Tenant, envelope: Envelope, message: CardMessage) => TurnedAway | Promise<Answer>;
  readonly member: (tenant: Tenant, envelope: Envelope, message: MemberMessage) => TurnedAway | Promise<Answer>;
}

export interface EscottThreeDSecure {
  readonly app: Hono;
  readonly state: StatePart<string[]>;
}

/** U06: the cardholder took more than 40 minutes. */
const HOLDER_MS_MAX = 2_400_000;
const PROC_NOS_MAX = 100_000;
const POST_TIMEOUT_MS = 15_000;
const BASE = '/online/tds';

const headers = { 'breakwater-decided-by': 'acquirer' };
const formHeaders = { ...headersOf(formPolicy), ...headers };
const leaveHeaders = { ...headersOf(leavePolicy), ...headers };

const executed = /^(1Check|1Auth|1Gathering|4MemAdd|4MemChg)$/;
const isUrl = (text: string): boolean => text.length <= 1_024 && /^https?:\/\//.test(text) && URL.canParse(text);

/**
 * SecureResultCode: 0 ok, 1 authentication NG, 3 issuer not supporting, 9 system error. That an attempt is a 3
 * is our reading: clients go on with it.
 */
const secureResultCodes = { Y: '0', A: '3', N: '1', R: '1', U: '9' } as const;

export const createEscottThreeDSecure = (deps: Dependencies): EscottThreeDSecure => {
  const { clock, random, sources, members } = deps;
  const room: HostedRoom<Owner> = createHostedRoom({ clock, random });
  /** `<tenant>/<ProcNo>` of what came so far. */
  const procNos = new Set<string>();
  const app = new Hono();

  /** Nobody to go back to: said to the cardholder, with the code for whoever looks into it. */
  const stop = (c: Context, code: string): Response => {
    const w = words.ja;
    const page = layout(
      'ja',
      w.cannot,
      html`<h1>${w.cannot}</h1><p>${w.cannotText}</p><footer><p>ResponseCd=${code}</p></footer>`,
    );
    return c.body(page, 400, formHeaders);
  };

  const cardOf = (tenant: Tenant, source: CardSource) => {
    switch (source.by) {
      case 'number':
        return knownCard(source.number, source.expiry);
      case 'token': {
        // Looked at and not spent: the payment that follows names it again.
        const content = sources.look(tenant.id, source.token);
        return typeof content === 'string' ? content : knownCard(content.number, content.expiry);
      }
      case 'member': {
        const member = members.find(tenant.id, source.keys.kaiinId);
        return member === undefined ? 'K71' : knownCard(member.number, member.expiry);
      }
    }
  };

  const resultFields = (hosted: Hosted<Owner>): Record<string, string> => {
    const { result } = hosted;
    if (result === null) return { SecureResultCode: '9' };
    return {
      SecureResultCode: secureResultCodes[result.status],
      EncodeXId3D: '',
      MessageVersionNo3D: result.version,
      TransactionId3D: result.acsTransID,
      TransactionStatus3D: result.status,
      CAVVAlgorithm3D: '',
      ECI3D: result.eci,
      CAVV3D: result.authenticationValue,
      DSTransactionId: result.dsTransID,
      ThreeDSServerTransactionId: hosted.id,
    };
  };

  const codeOf = (hosted: Hosted<Owner>): string => {
    if (clock.wallMs() - hosted.askedAtMs > HOLDER_MS_MAX) return 'U06';
    if (hosted.result === null || hosted.result.status === 'U') return 'U03';
    const proven = hosted.result.status === 'Y' || hosted.result.status === 'A';
    // `3Secure` was carried out, whatever it found; a payment behind a failure was not (U04).
    return proven || hosted.owner.execute === null ? 'OK' : 'U04';
  };

  const finish = async (hosted: Hosted<Owner>): Promise<string> => {
    const { account, envelope, procNo, execute, postUrl } = hosted.owner;
    const code = codeOf(hosted);
    let answer: Answer = refusal(code, drawDigits(random.fork(`tds/${hosted.id}`), 13));
    if (code === 'OK' && execute !== null) {
      const passed = execute();
      answer = typeof passed === 'string' ? refusal('K98') : await passed;
    }
    const value = sealed(encryptKeysOf(account.credentials), {
      TransactionId: answer.transactionId,
      TransactionDate: envelope.transactionDate,
      OperateId: envelope.operateId,
      MerchantFree1: envelope.free1,
      MerchantFree2: envelope.free2,
      MerchantFree3: envelope.free3,
      ProcNo: procNo,
      ResponseCd: answer.responseCd,
      ...answer.fields,
      ...resultFields(hosted),
    });
    if (postUrl !== '')
      void deps
        .fetch(postUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ EncryptValue: value }).toString(),
          timeoutMs: POST_TIMEOUT_MS,
          drawKey: `tds/${hosted.id}`,
        })
        .catch((error: unknown) =>
          deps.log.warn({ event: 'result.not-delivered', url: postUrl, reason: String(error) }),
        );
    return value;
  };

  const show = async (c: Context, hosted: Hosted<Owner>): Promise<Response> => {
    const { owner } = hosted;
    const late = clock.wallMs() - hosted.askedAtMs > HOLDER_MS_MAX;
    if (hosted.result === null && !late) {
      const { merchantId } = owner.account.credentials;
      const query = `?MerchantId=${merchantId}&id=${hosted.id}&t=${hosted.secret}`;
      return c.body(room.page(hosted, `${BASE}/challenge`, query), 200, formHeaders);
    }
    owner.answer ??= finish(hosted);
    const page = leavePage(hosted.language, owner.redirectUrl, { EncryptValue: await owner.answer });
    return c.body(page, 200, leaveHeaders);
  };

  app.post(`${BASE}/OTDS010.do`, async (c) => {
    const outer = await readForm(c);
    const merchantId = outer.get('MerchantId') ?? '';
    const credentials = deps.keysOwner(merchantId);
    if (credentials === undefined) return stop(c, 'K02');
    const inner = opened(encryptKeysOf(credentials), outer.get('EncryptValue') ?? '');
    // "Tamper check failed".
    if (inner === null) return stop(c, 'U05');
    const named = inner.get('MerchantId');
    if (named !== undefined && named !== merchantId) return stop(c, 'U05');
    const redirectUrl = inner.get('RedirectUrl') ?? '';
    if (!isUrl(redirectUrl)) return stop(c, 'KHU');
    const envelope = readEnvelope(inner);
    const back = (code: string): Response => {
      const fields = {
        OperateId: envelope.operateId,
        ProcNo: inner.get('ProcNo') ?? '',
        ResponseCd: code,
        SecureResultCode: '9',
      };
      return c.body(
        leavePage('ja', redirectUrl, { EncryptValue: sealed(encryptKeysOf(credentials), fields) }),
        200,
        leaveHeaders,
      );
    };
    const fields = new Map([...inner, ['MerchantId', merchantId]]);
    const account = deps.accountOf(fields);
    if (typeof account === 'string') return back(account);
    const { operateId } = envelope;
    if (operateId !== '3Secure' && !executed.test(operateId)) return back('K06');
    const procNo = inner.get('ProcNo') ?? '';
    if (!/^\d{7}$/.test(procNo)) return back('K86');
    const postUrl = inner.get('PostUrl') ?? '';
    if (postUrl !== '' && !isUrl(postUrl)) return back('K87');

    // An authentication alone is read as what names a card and nothing else.
    const asked = operateId === '3Secure' ? new Map([...fields, ['OperateId', '1Check']]) : fields;
    const read = operateId.startsWith('4')
      ? { of: 'member' as const, ...readMemberMessage(asked) }
      : { of: 'card' as const, ...readCardMessage(asked) };
    if ('codes' in read) return back(read.codes.join('|'));
    const source = 'card' in read.message ? read.message.card : null;
    if (source === null) return back('K20');
    const card = cardOf(account.tenant, source);
    if (typeof card === 'string') return back(card);
    const name = `${account.tenant.id}/${procNo}`;
    // 0000000 stands for none and may come as often as it likes.
    if (procNo !== '0000000' && procNos.has(name)) return back('K89');
    procNos.add(name);
    if (procNos.size > PROC_NOS_MAX) procNos.delete(procNos.values().next().value ?? '');

    const amount = inner.get('Amount') ?? '';
    const execute = (): TurnedAway | Promise<Answer> =>
      read.of === 'member'
        ? deps.member(account.tenant, envelope, read.message)
        : deps.card(account.tenant, envelope, read.message);
    const hosted = room.begin(
      {
        key: `${account.tenant.id}/${operateId}/${procNo}/${card.fingerprint}/${envelope.free1}`,
        card,
        amountYen: /^[1-9]\d{0,6}$/.test(amount) ? Number(amount) : null,
        merchantName: merchantId,
      },
      {
        account,
        envelope,
        procNo,
        redirectUrl,
        postUrl,
        execute: operateId === '3Secure' ? null : execute,
        answer: null,
      },
    );
    hosted.language = /^en\b/i.test(c.req.header('accept-language') ?? '') ? 'en' : 'ja';
    room.judge(hosted);
    if (hosted.challenge !== null) room.act(hosted, { type: 'creq' });
    return show(c, hosted);
  });

  const found = (c: Context): Hosted<Owner> | undefined => room.find(c.req.query('id') ?? '', c.req.query('t') ?? '');

  app.get(`${BASE}/challenge`, (c) => {
    const hosted = found(c);
    if (hosted === undefined) return stop(c, 'U08');
    const language = c.req.query('lang');
    if (language === 'ja' || language === 'en') hosted.language = language;
    return show(c, hosted);
  });

  app.post(`${BASE}/challenge/:act`, async (c) => {
    const hosted = found(c);
    // "Duplicate after session end".
    if (hosted === undefined) return stop(c, 'U08');
    const code = (await readForm(c)).get('code') ?? '';
    const act = c.req.param('act');
    if (clock.wallMs() - hosted.askedAtMs <= HOLDER_MS_MAX) {
      if (act === 'code')
        room.act(hosted, { type: 'code', code: code.normalize('NFKC').replaceAll(/\s/g, '').slice(0, 20) });
      else if (act === 'approve' || act === 'resend' || act === 'cancel') room.act(hosted, { type: act });
      else return stop(c, 'U13');
    }
    return show(c, hosted);
  });

  return {
    app,
    state: {
      save: () => [...procNos],
      load(saved) {
        procNos.clear();
        for (const name of saved ?? []) procNos.add(name);
        // Authentications under way are not kept: their browsers are somewhere else.
        room.forget(() => true);
      },
      reset(tenant) {
        for (const name of procNos) if (tenant === null || name.startsWith(`${tenant}/`)) procNos.delete(name);
        room.forget(({ account }) => tenant === null || account.tenant.id === tenant);
      },
    },
  };
};
