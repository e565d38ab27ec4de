/**
 * The auditor's own reading of the two wire formats, as small as INV-09 needs it: which request is
 * an authorisation and under which reference, whether its answer was definite, and what voids and
 * inquiries say about it.
 *
 * Written from `reference/escott-protocol.md` (sections 4, 5, 10) and `reference/gmo-pg-protocol.md`
 * (sections 2, 4, 5, 6) and from nothing of the gateway or the simulator. When in doubt an answer
 * is not definite.
 */
import type { Exchange } from './books.ts';

export type AuthorisationAnswer = 'approved' | 'declined' | 'indefinite';

/** What an inquiry says became of an authorisation. */
export interface Listed {
  readonly reference: string;
  /** ProcessId or AccessID. */
  readonly handle: string | null;
  readonly state: 'approved' | 'declined' | 'voided';
}

export type Reading =
  | {
      readonly kind: 'authorise';
      readonly reference: string;
      /** AccessID, which GMO-PG knows before the authorisation. */
      readonly handle: string | null;
      readonly answer: AuthorisationAnswer;
      readonly code: string;
      /** The card number that was sent; never kept by anybody. */
      readonly card: string | null;
      /** Null at GMO-PG, where the entry before it said the amount. */
      readonly amountYen: number | null;
    }
  /** GMO-PG's first half: an order and its amount, no money yet. */
  | {
      readonly kind: 'entry';
      readonly reference: string;
      readonly amountYen: number;
      readonly isCheck: boolean;
      readonly code: string;
    }
  | { readonly kind: 'check'; readonly reference: string; readonly card: string | null; readonly code: string }
  /** A capture or a change of an authorised amount. */
  | {
      readonly kind: 'move';
      readonly what: 'capture' | 'change';
      readonly handle: string;
      readonly amountYen: number | null;
      readonly answer: AuthorisationAnswer;
      readonly code: string;
    }
  | { readonly kind: 'void'; readonly handle: string; readonly confirmed: boolean; readonly code: string }
  /** One transaction was asked about by its handle. */
  | { readonly kind: 'search'; readonly handle: string; readonly isAnswered: boolean }
  | { readonly kind: 'inquiry'; readonly listed: readonly Listed[] };

/** Undoes percent-encoding where it is valid; both hosts' real clients send raw values as well. */
const decoded = (value: string): string => {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

/** One field of a `k=v&k=v` text; null when it is absent. */
const field = (text: string, name: string): string | null => {
  let at = text.startsWith(`${name}=`) ? 0 : text.indexOf(`&${name}=`);
  if (at < 0) return null;
  if (at > 0 || text[0] === '&') at += 1;
  const from = at + name.length + 1;
  const to = text.indexOf('&', from);
  return decoded(text.slice(from, to < 0 ? undefined : to).trim());
};

const amountOf = (request: string): number | null => {
  const amount = field(request, 'Amount');
  return amount === null ? null : Number(amount);
};

/** A complete reply, or null. */
const replyOf = (exchange: Exchange): string | null =>
  exchange.outcome === 'answered' && exchange.status === 200 ? exchange.replyBody : null;

// --- e-SCOTT ---------------------------------------------------------------------------------

/** Answers after which the transaction does not exist: checks, issuers, networks, and "reversed by the host". */
const escottRefusal = /^(K[0-8][0-9]|KBX|KBZ|KHV|KI[0-6]|G[0-9A-Z]{2}|C1[0-8]|C80)$/;

const escottAnswer = (code: string): AuthorisationAnswer => {
  if (code.toUpperCase() === 'OK') return 'approved';
  return code !== '' && code.split('|').every((each) => escottRefusal.test(each)) ? 'declined' : 'indefinite';
};

const readListing = (reply: string): Listed[] => {
  const [head = '', ...lines] = reply.split(/\r?\n/);
  if (field(head, 'ResponseCd') !== 'OK') return [];
  const listed: Listed[] = [];
  for (const line of lines) {
    // TransactionId,TransactionDateTime,OperateId,ProcessId,ProcessPass,MerchantFree1,Amount,ResponseCd,State
    const [, , operateId, processId, , reference, , code, state] = line.split(',');
    if (reference === undefined || reference === '' || code === undefined) continue;
    const isAuthorisation = operateId === '1Auth' || operateId === '1Gathering';
    if (operateId === '1Delete' && code === 'OK')
      listed.push({ reference, handle: processId ?? null, state: 'voided' });
    else if (isAuthorisation && code === 'OK')
      listed.push({ reference, handle: processId ?? null, state: isDeleted(state) ? 'voided' : 'approved' });
    else if (isAuthorisation && escottAnswer(code) === 'declined')
      listed.push({ reference, handle: null, state: 'declined' });
  }
  return listed;
};

const isDeleted = (state: string | undefined): boolean => /^(deleted|voided|refunded)$/i.test(state ?? '');

const readEscott = (exchange: Exchange): Reading | null => {
  const query = exchange.path.indexOf('?');
  // One client sends every parameter in the query string (section 2), so both are read.
  const request = query < 0 ? exchange.requestBody : `${exchange.path.slice(query + 1)}&${exchange.requestBody}`;
  const reply = replyOf(exchange);
  switch (field(request, 'OperateId')) {
    case '1Auth':
    case '1Gathering':
    case '1ReAuth': {
      const reference = field(request, 'MerchantFree1') ?? '';
      const code = reply === null ? '' : (field(reply, 'ResponseCd') ?? '');
      const matches = reply !== null && field(reply, 'MerchantFree1') === reference;
      return {
        kind: 'authorise',
        reference,
        handle: matches ? field(reply, 'ProcessId') : null,
        answer: matches ? escottAnswer(code) : 'indefinite',
        code,
        card: field(request, 'CardNo'),
        amountYen: amountOf(request),
      };
    }
    case '1Check':
      return {
        kind: 'check',
        reference: field(request, 'MerchantFree1') ?? '',
        card: field(request, 'CardNo'),
        code: reply === null ? '' : (field(reply, 'ResponseCd') ?? ''),
      };
    case '1Capture':
    case '1Change': {
      const code = reply === null ? '' : (field(reply, 'ResponseCd') ?? '');
      return {
        kind: 'move',
        what: field(request, 'OperateId') === '1Capture' ? 'capture' : 'change',
        handle: field(request, 'ProcessId') ?? '',
        amountYen: amountOf(request),
        answer: reply === null ? 'indefinite' : escottAnswer(code),
        code,
      };
    }
    case '1Search':
      return { kind: 'search', handle: field(request, 'ProcessId') ?? '', isAnswered: reply !== null };
    case '1Delete': {
      const code = reply === null ? '' : (field(reply, 'ResponseCd') ?? '');
      return { kind: 'void', handle: field(request, 'ProcessId') ?? '', confirmed: code.toUpperCase() === 'OK', code };
    }
    case '9List':
      return { kind: 'inquiry', listed: reply === null ? [] : readListing(reply) };
    default:
      return null;
  }
};

// --- GMO-PG ----------------------------------------------------------------------------------

/** Errors whose advice is not "inquire about the real state" (section 5); flow control refuses before execution. */
const gmoRefusal = /^(42G|E01|E11(?!010999)|E21|E41|E61|E92|M01|EX1)/;

const gmoAnswer = (reply: string | null, reference: string): { answer: AuthorisationAnswer; code: string } => {
  if (reply === null) return { answer: 'indefinite', code: '' };
  const errors = field(reply, 'ErrInfo');
  if (errors !== null)
    return {
      answer: errors.split('|').every((each) => gmoRefusal.test(each)) ? 'declined' : 'indefinite',
      code: errors,
    };
  const done = field(reply, 'ACS') === '0' && field(reply, 'OrderID') === reference;
  return { answer: done ? 'approved' : 'indefinite', code: done ? 'OK' : '' };
};

const gmoState = (status: string | null): Listed['state'] | null => {
  switch (status) {
    case 'AUTH':
    case 'SAUTH':
    case 'CAPTURE':
    case 'SALES':
      return 'approved';
    case 'VOID':
    case 'RETURN':
    case 'RETURNX':
      return 'voided';
    default:
      return null;
  }
};

const gmoMove = (what: 'capture' | 'change', request: string, reply: string | null): Reading => {
  const handle = field(request, 'AccessID') ?? '';
  const errors = reply === null ? null : field(reply, 'ErrInfo');
  const isDone = reply !== null && errors === null && field(reply, 'AccessID') === handle;
  const isRefused = errors?.split('|').every((each) => gmoRefusal.test(each)) ?? false;
  const answer = isDone ? 'approved' : isRefused ? 'declined' : 'indefinite';
  return { kind: 'move', what, handle, amountYen: amountOf(request), answer, code: isDone ? 'OK' : (errors ?? '') };
};

const readGmo = (exchange: Exchange): Reading | null => {
  const api = /\/([A-Za-z0-9]+)\.idPass/.exec(exchange.path)?.[1];
  const request = exchange.requestBody;
  const reply = replyOf(exchange);
  switch (api) {
    case 'ExecTran': {
      const reference = field(request, 'OrderID') ?? '';
      return {
        kind: 'authorise',
        reference,
        handle: field(request, 'AccessID'),
        ...gmoAnswer(reply, reference),
        card: field(request, 'CardNo'),
        amountYen: null,
      };
    }
    case 'EntryTran':
      return {
        kind: 'entry',
        reference: field(request, 'OrderID') ?? '',
        amountYen: amountOf(request) ?? 0,
        isCheck: field(request, 'JobCd') === 'CHECK',
        code: reply === null ? '' : (field(reply, 'ErrInfo') ?? (field(reply, 'AccessID') === null ? '' : 'OK')),
      };
    case 'ChangeTran':
      return gmoMove('change', request, reply);
    case 'AlterTran': {
      const job = field(request, 'JobCd') ?? '';
      if (job === 'SALES') return gmoMove('capture', request, reply);
      if (!/^(VOID|RETURN|RETURNX|CANCEL)$/.test(job)) return null;
      const handle = field(request, 'AccessID') ?? '';
      const confirmed = reply !== null && field(reply, 'ErrCode') === null && field(reply, 'AccessID') === handle;
      return { kind: 'void', handle, confirmed, code: (reply === null ? null : field(reply, 'ErrInfo')) ?? '' };
    }
    case 'SearchTrade': {
      const reference = field(request, 'OrderID') ?? '';
      const matches = reply !== null && field(reply, 'OrderID') === reference;
      const state = matches ? gmoState(field(reply, 'Status')) : null;
      return {
        kind: 'inquiry',
        listed: state === null || reply === null ? [] : [{ reference, handle: field(reply, 'AccessID'), state }],
      };
    }
    default:
      return null;
  }
};

/**
 * Words of an issuer, not of a machine in trouble (sections 5 of both references). Closed, failed and refused at the
 * issuer's end (G95, G98, G99; escott-protocol.md L91), or on the way there (C, 42C), are trouble, whoever says so.
 */
const businessDecline = /^(G(?!9[589])[0-9A-Z]{2}|42G(?!9[589])|OK$)/;

/**
 * Whether an exchange shows an acquirer in trouble: no complete answer, an answer that is no protocol, or
 * one with another code than done or declined by an issuer.
 */
export const isTrouble = (exchange: Exchange, reading: Reading | null): boolean => {
  if (exchange.outcome !== 'answered' || exchange.status !== 200) return true;
  if (reading === null || !('code' in reading)) return false;
  if (reading.kind === 'authorise' && reading.answer === 'approved') return false;
  return !reading.code.split('|').every((code) => businessDecline.test(code));
};

/** What an exchange means for payments; null when it means nothing. */
export const readExchange = (exchange: Exchange): Reading | null =>
  exchange.path.includes('.idPass') ? readGmo(exchange) : readEscott(exchange);
