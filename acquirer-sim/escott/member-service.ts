/**
 * Carries out OCRP005, the members (escott-protocol.md section 4). Queued and decided like payments.
 *
 * No transaction exists for any of these, so nothing is booked. A card is checked with its issuer when it is
 * stored, unless EnableCheckUseKbn=0 says not to.
 */
import type { Demand, Front, TurnedAway } from '../capacity/front.ts';
import { decide } from '../issuers/decision.ts';
import { jstDate } from '../jst.ts';
import type { Clock, Random } from '../ports.ts';
import type { Streams } from '../streams.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { type Answer, refusal } from './answer.ts';
import { type CardSources, knownCard, type MeantCard } from './card-sources.ts';
import { companyCdFor, mcSecCdFor, responseCdFor } from './codes.ts';
import { kaiinStatus, type Member, objectionTo } from './member-life.ts';
import type { Members } from './members.ts';
import type { CardSource, Envelope, MemberKeys, MemberMessage, TokenSearch } from './message.ts';
import { addMember, objectionToAdding } from './new-members.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly front: Front;
  readonly streams: Streams;
  readonly members: Members;
  readonly sources: CardSources;
}

export interface MemberService {
  handle(tenant: Tenant, envelope: Envelope, message: MemberMessage): TurnedAway | Promise<Answer>;
  /** Whether a token could be used now: its own code stands next to the message's. */
  searchToken(tenant: Tenant, envelope: Envelope, message: TokenSearch): TurnedAway | Promise<Answer>;
}

/** Reading takes a search's time and is exempt from the cap; the rest costs what a validity check costs. */
const reading: Demand = { service: 'search', capped: false };
const writing: Demand = { service: 'check', capped: true };

const masked = (number: string): string => number.slice(-4).padStart(number.length, '*');

export const createMemberService = ({ clock, front, streams, members, sources }: Dependencies): MemberService => {
  const done = (fields: Record<string, string>): Answer => ({
    decidedBy: 'acquirer',
    responseCd: 'OK',
    transactionId: '',
    fields,
  });

  const described = ({ card, securityCodeSent }: MeantCard): Record<string, string> => ({
    CompanyCd: companyCdFor(card.rule.brand),
    McSecCd: mcSecCdFor(securityCodeSent, card.rule.securityCode),
  });

  /** The card that is to be stored, or the answer of why it is not. */
  const toStore = (tenant: string, source: CardSource, validityCheck: boolean): MeantCard | Answer => {
    const meant = sources.prepare(tenant, source).resolve();
    if (typeof meant === 'string') return refusal(meant);
    const { rule, expiry } = meant.card;
    const decision = decide({ rule, expiry, amountYen: null, atMs: clock.wallMs() });
    if (!validityCheck || decision.approved) return meant;
    return { ...refusal(responseCdFor(decision.code)), decidedBy: 'issuer' };
  };

  const shown = (member: Member, number: string): Record<string, string> => {
    const atMs = clock.wallMs();
    const gone = member.status === 'deleted';
    return {
      KaiinId: member.id,
      CardNo: number,
      CardExp: gone ? '' : member.expiry,
      CompanyCd: gone ? '' : companyCdFor(knownCard(member.number, member.expiry).rule.brand),
      KaiinStatus: kaiinStatus(member, atMs, !gone && member.expiry < jstDate(atMs).slice(2, 6)),
      KaiinEnableDate: member.enabledOn,
    };
  };

  /** The member that may be read, or the code of why not. */
  const readable = (tenant: string, { kaiinId, kaiinPass }: MemberKeys): Member | string => {
    const member = members.find(tenant, kaiinId);
    const objection = objectionTo(member, kaiinPass, 'refer', clock.wallMs());
    return objection ?? member ?? 'K71';
  };

  const many = (tenant: string, keys: readonly MemberKeys[]): Answer => {
    const found: Record<string, string>[] = [];
    for (const one of keys) {
      const member = readable(tenant, one);
      if (typeof member === 'string') return refusal(member);
      found.push(shown(member, masked(member.number)));
    }
    const names = Object.keys(found[0] ?? {});
    return done(Object.fromEntries(names.map((name) => [name, found.map((fields) => fields[name] ?? '').join('|')])));
  };

  const move = (member: Member, operation: 'disable' | 'enable' | 'delete'): void => {
    const atMs = clock.wallMs();
    if (operation === 'disable') member.status = 'disabled';
    else if (operation === 'enable') {
      member.status = 'active';
      member.enabledOn = jstDate(atMs);
    } else {
      member.status = 'deleted';
      // The card goes with the member; that there was one stays to be read.
      member.number = '';
      member.expiry = '';
    }
  };

  const change = (member: Member, tenant: string, message: Extract<MemberMessage, { operation: 'change' }>): Answer => {
    let fields: Record<string, string> = {};
    if (message.card !== null) {
      const meant = toStore(tenant, message.card, message.validityCheck);
      if ('responseCd' in meant) return meant;
      member.number = meant.number;
      member.expiry = meant.card.expiry;
      fields = described(meant);
    }
    if (message.newPass !== '') member.pass = message.newPass;
    return done({ KaiinId: member.id, ...fields });
  };

  const decided = (tenant: string, message: MemberMessage, stream: Random): Answer => {
    switch (message.operation) {
      case 'add': {
        const objection = objectionToAdding(members, tenant, message.member);
        if (objection !== null) return refusal(objection);
        const meant = toStore(tenant, message.card, message.validityCheck);
        if ('responseCd' in meant) return meant;
        const keys = addMember(members, tenant, message.member, meant, stream, clock.wallMs());
        return done({ ...keys, ...described(meant) });
      }
      case 'refer':
      case 'refer-masked': {
        const member = readable(tenant, message.keys);
        if (typeof member === 'string') return refusal(member);
        return done(shown(member, message.operation === 'refer' ? member.number : masked(member.number)));
      }
      case 'refer-token': {
        const content = sources.look(tenant, message.token);
        if (typeof content === 'string') return refusal(content);
        const { number, expiry } = content;
        const CompanyCd = companyCdFor(knownCard(number, expiry).rule.brand);
        return done({ CardNo: masked(number), CardExp: expiry, CompanyCd });
      }
      case 'refer-many':
        return many(tenant, message.keys);
      default: {
        const { kaiinId, kaiinPass } = message.keys;
        const member = members.find(tenant, kaiinId);
        const objection = objectionTo(member, kaiinPass, message.operation, clock.wallMs());
        if (objection !== null || member === undefined) return refusal(objection ?? 'K71');
        if (message.operation === 'change') return change(member, tenant, message);
        move(member, message.operation);
        return done({ KaiinId: member.id });
      }
    }
  };

  return {
    handle(tenant, { operateId, free1 }, message) {
      const stream = streams.next(`${tenant.id}/${operateId}/${free1}`);
      const demand = message.operation.startsWith('refer') ? reading : writing;
      return front.pass(tenant, demand, stream, () => decided(tenant.id, message, stream));
    },
    searchToken(tenant, { operateId, free1 }, { token }) {
      const stream = streams.next(`${tenant.id}/${operateId}/${free1}`);
      return front.pass(tenant, reading, stream, () => {
        const content = sources.look(tenant.id, token);
        return done({ TokenResponseCd: typeof content === 'string' ? content : 'OK' });
      });
    },
  };
};
