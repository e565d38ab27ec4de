/**
 * e-SCOTT's paths (escott-protocol.md section 1). Business errors are HTTP 200; the front's own
 * refusal is not e-SCOTT's and looks like it.
 */

import { hash } from 'node:crypto';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Front, TurnedAway } from '../capacity/front.ts';
import { drawServiceMs } from '../capacity/service-time.ts';
import type { Station } from '../capacity/station.ts';
import type { EscottConfig, EscottTenant } from '../config.ts';
import { busyPage, type Decider, frontPages, headersFor } from '../decided-by.ts';
import type { Issuers } from '../issuers/issuers.ts';
import type { Ledger, Transaction } from '../ledger/ledger.ts';
import type { Clock, Fetch, Log, Random } from '../ports.ts';
import type { StateParts } from '../state.ts';
import { createStreams } from '../streams.ts';
import type { Tenant, Tenants } from '../tenants/tenant.ts';
import { createTokenVault } from '../tokens/vault.ts';
import type { Answer } from './answer.ts';
import { createEscottBooks } from './books.ts';
import { createCardSources, type TokenisedCard } from './card-sources.ts';
import { formatReply, readForm } from './form.ts';
import { readListingQuery, renderListing } from './listing.ts';
import { forcedCode } from './magic.ts';
import { createMemberService } from './member-service.ts';
import { createMembers } from './members.ts';
import {
  type Envelope,
  echoable,
  namesACard,
  type Read,
  readCardMessage,
  readEnvelope,
  readMemberMessage,
  readTokenSearch,
} from './message.ts';
import { createEscottService } from './service.ts';
import { readSettlementQuery, renderSettlement } from './settlement.ts';
import { createEscottThreeDSecure } from './three-d-secure.ts';
import { createTokenRoutes } from './token-routes.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  /** For results that are told beside a browser. */
  readonly fetch: Fetch;
  readonly log: Log;
  readonly front: Front;
  readonly station: Station;
  /** The listing's own workers. */
  readonly listingStation: Station;
  readonly ledger: Ledger;
  readonly issuers: Issuers;
  readonly tenants: Tenants;
  readonly config: EscottConfig;
}

interface Account {
  readonly tenant: Tenant;
  readonly credentials: EscottTenant;
}

const ordinary = headersFor('text/plain; charset=UTF-8');
/** `magic`: an answer on demand, which no part of a real acquirer decided. */
const headers = { ...ordinary, magic: { ...ordinary.acquirer, 'breakwater-decided-by': 'magic' } };

/** K02 and K03 for a wrong id and pass; K04 for a wrong shop, which only card sources must name. */
const accountOf = (
  accounts: ReadonlyMap<string, Account>,
  fields: ReadonlyMap<string, string>,
  tenantIdRequired: boolean,
): Account | string => {
  const account = accounts.get(fields.get('MerchantId') ?? '');
  if (account === undefined) return 'K02';
  const { merchantPass, tenantId } = account.credentials;
  if (fields.get('MerchantPass') !== merchantPass) return 'K03';
  const shop = fields.get('TenantId');
  if (tenantId !== undefined && (tenantIdRequired || shop !== undefined) && shop !== tenantId) return 'K04';
  return account;
};

const reply = (
  c: Context,
  envelope: Envelope,
  decidedBy: Decider | 'magic',
  responseCd: string,
  transactionId = '',
  extra: Readonly<Record<string, string>> = {},
): Response =>
  c.body(
    formatReply({
      TransactionId: transactionId,
      TransactionDate: envelope.transactionDate,
      OperateId: envelope.operateId,
      MerchantFree1: envelope.free1,
      MerchantFree2: envelope.free2,
      MerchantFree3: envelope.free3,
      ResponseCd: responseCd,
      ...extra,
    }),
    200,
    headers[decidedBy],
  );

const busy = (c: Context): Response => c.body(busyPage.body, busyPage.status, busyPage.headers);

const closed = (c: Context, why: Exclude<TurnedAway, 'capped'>): Response => {
  const { body, status, headers: own } = frontPages[why === 'sessions' ? 'connections' : why];
  return c.body(body, status, own);
};

const turnedAway = (c: Context, envelope: Envelope, why: TurnedAway): Response =>
  // K98, "minor internal failure": e-SCOTT has no code that names a limit (section 5).
  why === 'capped' ? reply(c, envelope, 'acquirer-cap', 'K98') : closed(c, why);

/** A page's code when the contract names none: the same in every simulator. */
export const tokenCodeOf = ({ merchantId, tokenCode }: EscottTenant): string =>
  tokenCode ?? hash('sha256', `k_TokenNinsyoCode/${merchantId}`).slice(0, 32);

/** What the contract does not include, if the message asks for it. */
const outsideContract = (
  fields: ReadonlyMap<string, string>,
  { members, tokens }: EscottTenant,
): 'K68' | 'KHZ' | undefined => {
  if (!members && ((fields.get('OperateId') ?? '').startsWith('4') || fields.has('KaiinId'))) return 'K68';
  return !tokens && fields.has('Token') ? 'KHZ' : undefined;
};

export interface Escott {
  readonly app: Hono;
  /** The transaction that a request's handle stands for. */
  transactionOf(fields: ReadonlyMap<string, string>): Transaction | undefined;
  readonly state: StateParts;
}

export const createEscott = (deps: Dependencies): Escott => {
  const { clock, random, station, listingStation, config } = deps;
  const books = createEscottBooks(clock, deps.ledger);
  const members = createMembers();
  const vault = createTokenVault<TokenisedCard>();
  const streams = createStreams(random);
  const sources = createCardSources(clock, vault, members);
  const { listingLagMaxMs } = config.capacity;
  const service = createEscottService({ ...deps, books, sources, members, listingLagMaxMs });
  const memberService = createMemberService({ ...deps, streams, members, sources });
  const accounts = new Map<string, Account>();
  for (const credentials of config.tenants) {
    accounts.set(credentials.merchantId, { tenant: deps.tenants.ensure(credentials.id), credentials });
  }
  const app = new Hono();

  /** One server call: who calls, are the fields in order, then the queue. */
  const call =
    <Message>(
      readMessage: (fields: ReadonlyMap<string, string>) => Read<Message>,
      handle: (tenant: Tenant, envelope: Envelope, message: Message) => TurnedAway | Promise<Answer>,
    ) =>
    async (c: Context): Promise<Response> => {
      const fields = await readForm(c);
      const envelope = readEnvelope(fields);
      if (fields.size === 0) return reply(c, envelope, 'acquirer', 'K01');
      const account = accountOf(accounts, fields, namesACard(envelope.operateId));
      if (typeof account === 'string') return reply(c, echoable(envelope), 'acquirer', account);
      const forced = forcedCode(envelope.operateId, envelope.free1);
      if (forced !== undefined) return reply(c, echoable(envelope), 'magic', forced);
      const code = outsideContract(fields, account.credentials);
      if (code !== undefined) return reply(c, echoable(envelope), 'acquirer', code);
      const read = readMessage(fields);
      if ('codes' in read) return reply(c, echoable(envelope), 'acquirer', read.codes.join('|'));
      const passed = handle(account.tenant, envelope, read.message);
      if (typeof passed === 'string') return turnedAway(c, envelope, passed);
      const answer = await passed;
      return reply(c, envelope, answer.decidedBy, answer.responseCd, answer.transactionId, answer.fields);
    };

  app.post('/online/aut/OAUT002.do', call(readCardMessage, service.handle));
  app.post('/online/crp/OCRP005.do', call(readMemberMessage, memberService.handle));
  app.post('/online/atn/OATN005.do', call(readTokenSearch, memberService.searchToken));

  const threeDSecure = createEscottThreeDSecure({
    ...deps,
    sources,
    members,
    accountOf: (fields) => {
      const account = accountOf(accounts, fields, true);
      if (typeof account === 'string') return account;
      return outsideContract(fields, account.credentials) ?? account;
    },
    keysOwner: (merchantId) => accounts.get(merchantId)?.credentials,
    card: service.handle,
    member: memberService.handle,
  });
  app.route('/', threeDSecure.app);

  const shopOf = new Map(
    [...accounts.values()].map(({ tenant, credentials }) => [
      tokenCodeOf(credentials),
      { tenant, contracted: credentials.tokens },
    ]),
  );
  app.route(
    '/',
    createTokenRoutes({
      ...deps,
      streams,
      vault,
      shopOf: (code) => shopOf.get(code),
      lifeMs: config.tokenLifeMs,
    }),
  );

  const listingError = (c: Context, code: string): Response =>
    c.body(`ResponseCd=${code}&Count=0&Next=\n`, 200, headers.acquirer);

  /** The listing and the settlement file share their workers, which are not the main ones ... */
  const fromBooks = async (
    c: Context,
    name: string,
    render: () => { readonly body: string } | { readonly code: string },
  ): Promise<Response> => {
    // ... but they share the front: when that is full, they are turned away too.
    if (station.isFull()) return busy(c);
    const answer = Promise.withResolvers<ReturnType<typeof render>>();
    const offered = listingStation.offer({
      // Asked for again, a page is not for ever as slow as it was.
      serviceMs: drawServiceMs(streams.next(name), config.capacity.serviceMs.search),
      served: () => answer.resolve(render()),
    });
    if (offered === 'overflow') return busy(c);
    const rendered = await answer.promise;
    return 'code' in rendered ? listingError(c, rendered.code) : c.body(rendered.body, 200, headers.acquirer);
  };

  const { listingPageRows } = config.capacity;

  app.post('/online/lst/OLST001.do', async (c) => {
    const fields = await readForm(c);
    const account = accountOf(accounts, fields, true);
    if (typeof account === 'string') return listingError(c, account);
    if (fields.get('OperateId') !== '9List') return listingError(c, 'K06');
    const read = readListingQuery(fields);
    if ('code' in read) return listingError(c, read.code);
    const { query } = read;
    const tenant = account.tenant.id;
    const name = `${tenant}/9List/${query.fromMs}/${query.toMs}/${query.reference ?? ''}/${query.page}`;
    return fromBooks(c, name, () => ({
      body: renderListing(books.entries(tenant, query.reference), query, clock.monotonicMs(), listingPageRows),
    }));
  });

  app.post('/online/lst/OSTL001.do', async (c) => {
    const fields = await readForm(c);
    const account = accountOf(accounts, fields, true);
    if (typeof account === 'string') return listingError(c, account);
    if (fields.get('OperateId') !== '9Settle') return listingError(c, 'K06');
    const read = readSettlementQuery(fields);
    if ('code' in read) return listingError(c, read.code);
    const { query } = read;
    const tenant = account.tenant.id;
    return fromBooks(c, `${tenant}/9Settle/${query.date}/${query.page}`, () =>
      renderSettlement(books.settled(tenant, query.date), query, clock.wallMs(), listingPageRows),
    );
  });

  const transactionOf: Escott['transactionOf'] = (fields) => {
    const [processId = '', processPass = ''] = [fields.get('ProcessId'), fields.get('ProcessPass')];
    const account = accounts.get(fields.get('MerchantId') ?? '');
    return account && books.find(account.tenant.id, { processId, processPass })?.transaction;
  };

  const state = {
    books: books.state,
    members: members.state,
    tokens: vault.state,
    streams: streams.state,
    threeDSecure: threeDSecure.state,
  };
  return { app, transactionOf, state };
};
