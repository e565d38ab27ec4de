/**
 * The 3DS server: the order of effects between the card holder's browser, the directory server and the store.
 *
 * Nothing here pays. A result is written down; what may be done with it is asked by `tds_finish`, which a
 * merchant calls with its key. No unit is open while the directory server is asked, and ordinary charges never
 * come this way, so an issuer's outage is nobody else's.
 */
import { createHash } from 'node:crypto';
import { type Brand, brandOf } from '../cards/card.ts';
import { describe } from '../http/endpoint.ts';
import type { Merchants, Principal } from '../merchants/merchants.ts';
import type { Clock, Entropy, Log, Store } from '../ports.ts';
import type { ThreeDSecureFlowRow } from '../store/database.ts';
import type { Vault } from '../vault/vault.ts';
import type { ThreeDSecureConfig } from './config.ts';
import type { Directory } from './directory.ts';
import { type Elements, versions } from './elements.ts';
import { type Complaint, complain, erroOf } from './erro.ts';
import { type AuthenticationResult, type FlowKind, hasExpired, resultOf } from './flow.ts';
import type { Flows } from './flows.ts';
import { newUuid, type Proofs, sameProof, type Visit } from './ids.ts';
import { readJsonObject } from './json.ts';
import {
  type Asked,
  type BrowserFacts,
  fromBase64,
  readARes,
  readCRes,
  readRReq,
  rreqIds,
  writeAReq,
  writeCReq,
  writeMethodData,
  writeRRes,
} from './messages.ts';
import { rangeOfCard } from './ranges.ts';
import { frameOf, openerOf, openersTold, returnAddress } from './return-address.ts';
import { cardToAsk, decidedRequests, flowById, flowByServerTransId } from './store.ts';

/** How an authentication goes on in the browser. */
export type Step =
  | {
      readonly kind: 'start';
      readonly flow: ThreeDSecureFlowRow;
      readonly ticket: string;
      readonly visit: Visit;
      readonly method: { readonly url: string; readonly data: string } | null;
    }
  | {
      readonly kind: 'challenge';
      readonly id: string;
      readonly ticket: string;
      readonly visit: Visit;
      readonly acsUrl: string;
      readonly creq: string;
      readonly sessionData: string;
    }
  /** Asked, and no result yet. */
  | { readonly kind: 'wait'; readonly flow: ThreeDSecureFlowRow; readonly ticket: string; readonly visit: Visit }
  | {
      readonly kind: 'end';
      readonly flow: ThreeDSecureFlowRow;
      readonly ticket: string;
      readonly visit: Visit;
      readonly expired: boolean;
    }
  | {
      readonly kind: 'trouble';
      readonly status: number;
      readonly word: 'notFound' | 'badReturn' | 'badFrame' | 'badKey' | 'paused' | 'expired';
    };

export interface StartQuery {
  readonly publickey?: string | undefined;
  readonly back?: string | undefined;
  readonly back_url?: string | undefined;
  /** Origin of the page that stands around ours. */
  readonly frame?: string | undefined;
  /** Origin of the page that opened the window. */
  readonly opener?: string | undefined;
}

/** What happened, for detection: how the service does, and how many who began come to an end. */
export interface ThreeDSecureWatch {
  outcome(seen: {
    readonly merchantId: string;
    readonly brand: string;
    readonly result: 'ok' | 'failure';
    /** How long we waited for an answer to an AReq. */
    readonly latencyMs: number | undefined;
  }): void;
  began(flow: ThreeDSecureFlowRow, brand: string): void;
}

export interface ThreeDSecureService {
  start(id: string, query: StartQuery, lang: 'ja' | 'en'): Promise<Step>;
  authenticate(id: string, ticket: string, browser: BrowserFacts): Promise<Step>;
  /** Origins at which the opener of the last page is told; `*`: any. */
  openersTold(flow: ThreeDSecureFlowRow, visit: Visit): Promise<readonly string[]>;
  /** Where the browser stands, for whoever shows the ticket; `null`: it shows none that is right. */
  look(id: string, ticket: string): Promise<Step | null>;
  /** The message as JSON text and the key of the address that it came to; the answer is RRes or Erro. */
  result(text: string, key: string): Promise<Elements>;
  /** A CRes that a browser brought. It decides nothing. */
  returned(cres: string, sessionData: string): Promise<Step | Complaint>;
  /** The issuer's 3DS Method is through; null: all is well. */
  methodDone(data: string): Promise<Complaint | null>;
  /** Takes up what an earlier life left. */
  takeUp(): Promise<void>;
}

/** Bytes of one message between servers, and of a form from a browser. */
export const messageBytesMax = 64 * 1024;

export interface ThreeDSecureDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly store: Store;
  readonly merchants: Merchants;
  readonly vault: Vault;
  readonly config: ThreeDSecureConfig;
  readonly flows: Flows;
  readonly proofs: Proofs;
  readonly directory: Directory;
  readonly watch: ThreeDSecureWatch;
}

const isComplaint = (one: Step | Complaint): one is Complaint => 'code' in one;

export { isComplaint };

export const createThreeDSecureService = (deps: ThreeDSecureDeps): ThreeDSecureService => {
  const { clock, entropy, log, store, merchants, vault, config, flows, proofs, directory, watch } = deps;
  const nowMs = (): number => clock.wallMs();
  const find = (id: string) => store.read((tx) => tx.first(flowById, { id }));
  /** Sent, and nobody answered within any time that an answer could take: whoever asked is gone. */
  const givenUpMs = 2 * config.timeoutMs.areq + 5_000;

  const askedOf = (flow: ThreeDSecureFlowRow, brand: string): Asked => ({
    version: flow.message_version ?? versions[0],
    serverTransId: flow.server_trans_id ?? '',
    kind: flow.kind as FlowKind,
    brand,
  });

  /** After a result is written: told to whoever watches, and what needs nobody's call is finished. */
  const afterwards = (
    flow: ThreeDSecureFlowRow,
    result: AuthenticationResult,
    brand: string,
    latencyMs: number | undefined,
  ): void => {
    log.info({
      event: 'three-d-secure.decided',
      flow: flow.id,
      merchant: flow.merchant_id,
      status: flow.status,
      ...(result.transStatus === undefined ? { reason: result.reason } : { transStatus: result.transStatus }),
      challenged: result.challenged,
      late: hasExpired(flow, nowMs()),
    });
    // No and rejected are answers; "could not" is none. The end of a challenge is told only when it broke: how long
    // people take is no latency, and that the issuer answered was told when it asked for the challenge.
    const broke = flow.status === 'error';
    if (broke || !result.challenged)
      watch.outcome({ merchantId: flow.merchant_id, brand, result: broke ? 'failure' : 'ok', latencyMs });
    if (flow.kind === 'card') clock.after(0, () => void finishRequest(flow.id));
  };

  const finishRequest = async (id: string): Promise<void> => {
    try {
      await flows.move(id, () => ({ type: 'finish', nowMs: nowMs() }));
    } catch (reason) {
      log.error({ event: 'three-d-secure.broke', flow: id, reason: describe(reason) });
    }
  };

  const decide = async (
    id: string,
    result: AuthenticationResult,
    brand: string,
    latencyMs: number | undefined,
    hash?: string,
  ): Promise<ThreeDSecureFlowRow | undefined> => {
    const moved = await flows.move(id, () => ({
      type: 'decide',
      nowMs: nowMs(),
      result,
      ...(hash === undefined ? {} : { hash }),
    }));
    if (moved?.changed === true) afterwards(moved.flow, result, brand, latencyMs);
    return moved?.flow;
  };

  /** What the browser is shown, by where the flow stands. */
  const stepOf = async (flow: ThreeDSecureFlowRow, ticket: string, visit: Visit): Promise<Step> => {
    const decided = flow.state === 'decided' || flow.state === 'finished';
    if (decided) return { kind: 'end', flow, ticket, visit, expired: false };
    if (hasExpired(flow, nowMs())) return { kind: 'end', flow, ticket, visit, expired: true };
    if (flow.state === 'asked' && flow.asked_ms !== null && nowMs() - flow.asked_ms > givenUpMs) {
      const lost = await decide(flow.id, { reason: 'lost', challenged: false }, '-', undefined);
      return { kind: 'end', flow: lost ?? flow, ticket, visit, expired: false };
    }
    return { kind: 'wait', flow, ticket, visit };
  };

  /** The merchant of a public key, and its flow of this id. */
  const whose = async (
    id: string,
    publicKey: string | undefined,
  ): Promise<{ principal: Principal; flow: ThreeDSecureFlowRow } | Extract<Step, { kind: 'trouble' }>> => {
    const principal = publicKey === undefined ? undefined : await merchants.byPublicKey(publicKey);
    if (principal === undefined) return { kind: 'trouble', status: 401, word: 'badKey' };
    const flow = await find(id);
    const { merchant, mode } = principal;
    if (flow === undefined || flow.merchant_id !== merchant.id || flow.livemode !== (mode === 'live' ? 1 : 0))
      return { kind: 'trouble', status: 404, word: 'notFound' };
    if (merchant.pausedReason !== null) return { kind: 'trouble', status: 403, word: 'paused' };
    return { principal, flow };
  };

  const start: ThreeDSecureService['start'] = async (id, query, lang) => {
    const found = await whose(id, query.publickey);
    if ('kind' in found) return found;
    const { merchant } = found.principal;
    const back = await returnAddress(query, merchant.threeDSecure, () =>
      merchants.secretKeys(merchant.id, found.flow.livemode),
    );
    if (!back.ok) return { kind: 'trouble', status: 400, word: 'badReturn' };
    const returnUrl = back.url;
    const frame = frameOf(query.frame, {
      settings: merchant.threeDSecure,
      returnUrl,
      livemode: found.flow.livemode === 1,
    });
    if (!frame.ok) return { kind: 'trouble', status: 400, word: 'badFrame' };
    const opener = openerOf(query.opener, { settings: merchant.threeDSecure, livemode: found.flow.livemode === 1 });
    const visit: Visit = { lang, frame: frame.origin, ...(opener === null ? {} : { opener }) };
    const first = found.flow.state === 'created';
    const moved = await flows.move(id, (flow) => ({
      type: 'start',
      nowMs: nowMs(),
      serverTransId: flow.server_trans_id ?? newUuid(entropy, id),
      returnUrl,
    }));
    const flow = moved?.flow ?? found.flow;
    const transId = flow.server_trans_id;
    // Expired before anybody came.
    if (transId === null)
      return { kind: 'end', flow: { ...flow, return_url: returnUrl }, ticket: '', visit, expired: true };
    const ticket = proofs.ticket(id, transId, visit);
    if (flow.state !== 'started' || hasExpired(flow, nowMs())) return stepOf(flow, ticket, visit);
    const card = await store.read((tx) => tx.first(cardToAsk, { id: flow.card_id }));
    if (first && moved?.changed === true) watch.began(flow, card?.brand ?? '-');
    const range =
      card === undefined ? undefined : rangeOfCard(await directory.ranges(), vault.open(card.vault_id, card.sealed));
    const method =
      range === undefined || range.methodUrl === null || flow.method_done === 1
        ? null
        : { url: range.methodUrl, data: writeMethodData(transId, `${config.publicUrl}/3ds/method`) };
    return { kind: 'start', flow, ticket, visit, method };
  };

  /** One AReq, and what came of it. */
  const ask = async (flow: ThreeDSecureFlowRow, browser: BrowserFacts, ticket: string, visit: Visit): Promise<Step> => {
    const beganMs = clock.monotonicMs();
    const took = (): number => clock.monotonicMs() - beganMs;
    const end = async (result: AuthenticationResult, brand: string): Promise<Step> => {
      const decided = await decide(flow.id, result, brand, took());
      return stepOf(decided ?? flow, ticket, visit);
    };
    const card = await store.read((tx) => tx.first(cardToAsk, { id: flow.card_id }));
    const merchant = await merchants.find(flow.merchant_id);
    if (card === undefined || merchant === undefined) return end({ reason: 'no card', challenged: false }, '-');
    const pan = vault.open(card.vault_id, card.sealed);
    const brand: Brand | '-' = brandOf(pan) ?? '-';
    const transId = flow.server_trans_id!;
    const range = rangeOfCard(await directory.ranges(), pan);
    const asked = askedOf(flow, brand);
    const areq = writeAReq({
      version: flow.message_version === '2.1.0' ? '2.1.0' : '2.2.0',
      serverTransId: transId,
      pan,
      expMonth: card.exp_month,
      expYear: card.exp_year,
      cardholderName: card.name,
      email: card.email,
      phone: card.phone,
      kind: flow.kind as FlowKind,
      amountYen: flow.amount,
      nowMs: nowMs(),
      methodCompletion: range === undefined || range.methodUrl === null ? 'U' : flow.method_done === 1 ? 'Y' : 'N',
      browser,
      merchantId: merchant.id,
      merchantName: merchant.name,
      notificationUrl: `${config.publicUrl}/3ds/result`,
      serverUrl: `${config.publicUrl}/3ds/rreq?key=${proofs.serverKey(transId)}`,
      acquirerBin: config.acquirerBin,
      mcc: config.mcc,
      requestorId: config.requestorId,
      operatorId: config.operatorId,
    });
    const got = await directory.authenticate(areq);
    if (got.kind === 'lost') return end({ reason: got.reason, challenged: false }, brand);
    if (got.kind === 'erro') return end({ reason: `Erro ${got.code}`, challenged: false }, brand);
    const ares = readARes(got.elements, asked);
    if (!ares.ok) {
      // Told to the peer whose message it was; there is no transaction any more.
      directory.complain(
        erroOf(ares.complaint, {
          version: asked.version,
          messageType: 'ARes',
          ids: { threeDSServerTransID: transId },
        }),
      );
      return end({ reason: `ARes refused: ${ares.complaint.code} ${ares.complaint.detail}`, challenged: false }, brand);
    }
    if (ares.value.kind === 'decided') return end(ares.value.result, brand);
    const { acsUrl, dsTransId, acsTransId } = ares.value;
    const moved = await flows.move(flow.id, () => ({
      type: 'challenge',
      acsUrl,
      dsTransId: dsTransId.toLowerCase(),
      acsTransId: acsTransId.toLowerCase(),
    }));
    if (moved?.changed !== true) return stepOf(moved?.flow ?? flow, ticket, visit);
    watch.outcome({ merchantId: flow.merchant_id, brand, result: 'ok', latencyMs: took() });
    return {
      kind: 'challenge',
      id: flow.id,
      ticket,
      visit,
      acsUrl,
      // As the ACS wrote its id: it may compare letter by letter.
      creq: writeCReq({ version: asked.version, serverTransId: transId, acsTransId, windowSize: '05' }),
      sessionData: Buffer.from(ticket).toString('base64url'),
    };
  };

  const look: ThreeDSecureService['look'] = async (id, ticket) => {
    const flow = await find(id);
    if (flow === undefined || flow.server_trans_id === null) return null;
    const visit = proofs.readTicket(ticket, id, flow.server_trans_id);
    return visit === null ? null : stepOf(flow, ticket, visit);
  };

  return {
    start,
    look,
    openersTold: async (flow, visit) => {
      const opener = visit.opener ?? null;
      const merchant = opener === null ? await merchants.find(flow.merchant_id) : undefined;
      return openersTold(opener, { settings: merchant?.threeDSecure, livemode: flow.livemode === 1 });
    },
    async authenticate(id, ticket, browser) {
      const before = await find(id);
      const visit = before?.server_trans_id == null ? null : proofs.readTicket(ticket, id, before.server_trans_id);
      if (before === undefined || visit === null) return { kind: 'trouble', status: 404, word: 'notFound' };
      if (before.state !== 'started') return stepOf(before, ticket, visit);
      const card = await store.read((tx) => tx.first(cardToAsk, { id: before.card_id }));
      const range =
        card === undefined ? undefined : rangeOfCard(await directory.ranges(), vault.open(card.vault_id, card.sealed));
      // Written before it is sent: a form that is posted twice asks once.
      const moved = await flows.move(id, () => ({ type: 'ask', nowMs: nowMs(), version: range?.version ?? '2.2.0' }));
      if (moved?.changed !== true) return stepOf(moved?.flow ?? before, ticket, visit);
      return ask(moved.flow, browser, ticket, visit);
    },
    async result(text, key) {
      if (text.length > messageBytesMax) return erroOf(complain('101', 'Message is too long'), {});
      const read = readJsonObject(text);
      if (read === null) return erroOf(complain('101', 'Message is no JSON object'), {});
      if (!read.ok) return erroOf(complain('204', read.duplicates.join(',')), {});
      const elements = read.value;
      const said = (name: string): string | undefined => {
        const value = elements[name];
        return typeof value === 'string' && value.length <= 36 ? value : undefined;
      };
      const refuse = (complaint: Complaint): Elements => {
        log.warn({ event: 'three-d-secure.refused', message: 'RReq', code: complaint.code });
        return erroOf(complaint, {
          version: versions.find((version) => version === said('messageVersion')),
          ...(elements.messageType === 'RReq' ? { messageType: 'RReq' } : {}),
          ids: {
            threeDSServerTransID: said('threeDSServerTransID'),
            dsTransID: said('dsTransID'),
            acsTransID: said('acsTransID'),
          },
        });
      };
      const ids = rreqIds(elements);
      if (!ids.ok) return refuse(ids.complaint);
      const flow = await store.read((tx) => tx.first(flowByServerTransId, { id: ids.value.serverTransId }));
      if (flow === undefined) return refuse(complain('301', 'threeDSServerTransID'));
      if (!sameProof(key, proofs.serverKey(ids.value.serverTransId)))
        return refuse(complain('303', 'not the address of this transaction'));
      const hash = createHash('sha256').update(canonical(elements)).digest('hex');
      // The same once more, because our RRes was lost: acknowledged again, and nothing is done.
      if (flow.result_hash === hash) return writeRRes(elements);
      if (flow.state === 'decided' || flow.state === 'finished') {
        // We had given up before the ARes came: it was never delivered.
        if (flow.result_hash === null && resultOf(flow).transStatus === undefined)
          return { ...writeRRes(elements), resultsStatus: '03' };
        return refuse(complain('301', 'duplicate: the transaction is decided'));
      }
      if (flow.state !== 'challenged') return refuse(complain('305', 'no result is expected'));
      if (flow.ds_trans_id !== ids.value.dsTransId) return refuse(complain('301', 'dsTransID'));
      if (flow.acs_trans_id !== ids.value.acsTransId) return refuse(complain('301', 'acsTransID'));
      const card = await store.read((tx) => tx.first(cardToAsk, { id: flow.card_id }));
      const brand = card?.brand ?? '-';
      const rreq = readRReq(elements, askedOf(flow, brand));
      if (!rreq.ok) {
        // From the right peer and about this transaction, and against the rules: it proves nothing.
        const { code, detail } = rreq.complaint;
        await decide(flow.id, { reason: `RReq refused: ${code} ${detail}`, challenged: true }, brand, undefined);
        return refuse(rreq.complaint);
      }
      await decide(flow.id, rreq.value, brand, undefined, hash);
      return writeRRes(elements);
    },
    async returned(cres, sessionData) {
      const text = cres.length > messageBytesMax ? null : fromBase64(cres);
      const read = text === null ? null : readJsonObject(text);
      if (read === null) return complain('101', 'cres');
      if (!read.ok) return complain('204', read.duplicates.join(','));
      const found = readCRes(read.value);
      if (!found.ok) return found.complaint;
      const { serverTransId, acsTransId } = found.value;
      const flow = await store.read((tx) => tx.first(flowByServerTransId, { id: serverTransId }));
      if (flow === undefined) return complain('301', 'threeDSServerTransID');
      if (read.value.messageType === 'CRes' && flow.acs_trans_id !== acsTransId) return complain('301', 'acsTransID');
      const ticket = Buffer.from(sessionData, 'base64url').toString('utf8');
      const visit = proofs.readTicket(ticket, flow.id, serverTransId);
      // Without it the browser is nobody's, and is told nothing but that it may go.
      if (visit === null && sessionData !== '') return complain('303', 'threeDSSessionData');
      const { transStatus } = read.value;
      if (transStatus === 'Y' && flow.status !== 'verified' && flow.state !== 'challenged')
        log.warn({ event: 'three-d-secure.cres-disagrees', flow: flow.id, status: flow.status });
      const plain: Visit = { lang: 'ja', frame: null };
      return stepOf(flow, visit === null ? proofs.ticket(flow.id, serverTransId, plain) : ticket, visit ?? plain);
    },
    async methodDone(data) {
      const text = data.length > messageBytesMax ? null : fromBase64(data);
      const read = text === null ? null : readJsonObject(text);
      if (read === null) return complain('101', 'threeDSMethodData');
      if (!read.ok) return complain('204', read.duplicates.join(','));
      const { threeDSServerTransID: transId } = read.value;
      if (typeof transId !== 'string') return complain('201', 'threeDSServerTransID');
      const flow = await store.read((tx) => tx.first(flowByServerTransId, { id: transId.toLowerCase() }));
      if (flow === undefined) return complain('301', 'threeDSServerTransID');
      await flows.move(flow.id, () => ({ type: 'method_done' }));
      return null;
    },
    async takeUp() {
      for (const { id } of await store.read((tx) => tx.all(decidedRequests, {}))) await finishRequest(id);
    },
  };
};

/** The same elements in whatever order they were written. */
const canonical = (elements: Elements): string =>
  JSON.stringify(elements, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
