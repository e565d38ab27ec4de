/**
 * Calls about members and their cards (gmo-pg-protocol.md section 2): fields checked at once, state
 * looked at and changed when a worker is done, so two calls about one member never interleave.
 */
import type { Demand, Front } from '../capacity/front.ts';
import { type HeldCard, holdCard, type Mask, tradeMask } from '../members/held-card.ts';
import { deleteMember, type Member } from '../members/sites.ts';
import type { CardDetails, NumberedCard } from '../members/wallet.ts';
import type { Clock } from '../ports.ts';
import type { Streams } from '../streams.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { TokenContent, TokenVault } from '../tokens/vault.ts';
import {
  cardDetailAnswer,
  cardListAnswer,
  declineErrInfo,
  type Pairs,
  savedCardAnswer,
  tradedCardAnswer,
} from './answers.ts';
import type { Call, Calls } from './call.ts';
import type { Directory, SiteAccount } from './directory.ts';
import {
  type Faults,
  type Fields,
  readCard,
  readCardName,
  readCardNo,
  readCardPass,
  readCardSeq,
  readHolderName,
  readMemberId,
  readMemberName,
  readOrderId,
  readSeqMode,
  readSwitch,
  readToken,
} from './fields.ts';
import type { Orders } from './orders.ts';
import { type Answer, type Passed, tokenErrors } from './service.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly streams: Streams;
  readonly front: Front;
  readonly directory: Directory;
  readonly orders: Orders;
  readonly vault: TokenVault;
}

const writeDemand: Demand = { service: 'search', capped: true };
const saveCardDemand: Demand = { service: 'check', capped: true };
const readDemand: Demand = { service: 'search', capped: false };

const NO_MEMBER = 'E01390002';
const NO_CARD = 'E01240002';

const errors = (...errInfos: string[]): Answer => ({ decidedBy: 'acquirer', errInfos });
const says = (pairs: Pairs): Answer => ({ decidedBy: 'acquirer', pairs });

const siteMask = ({ settings }: SiteAccount): Mask => ({ lastDigits: settings.maskLastDigits, floating: false });

type ActOnMember = (member: Member | undefined, account: SiteAccount, memberId: string) => Answer;

/** For the calls that need a member who was saved and not deleted. */
const ifThere =
  (act: (member: Member, account: SiteAccount) => Answer): ActOnMember =>
  (member, account) =>
    member === undefined || member.deleted ? errors(NO_MEMBER) : act(member, account);

const memberAnswer = (member: Member): Answer => says([['MemberID', member.id]]);

export const createMemberCalls = ({ clock, streams, front, directory, orders, vault }: Dependencies): Calls => {
  const { readShop, readSite } = directory;

  const pass = (tenant: Tenant, demand: Demand, name: string, act: () => Answer): Passed =>
    front.pass(tenant, demand, streams.next(`${tenant.id}/${name}`), act);

  /** A call of a site about one member. `read` takes what else the call needs, and answers what to do then. */
  const aboutMember = (
    api: string,
    demand: Demand,
    fields: Fields,
    read: (faults: Faults, account: SiteAccount | undefined) => ActOnMember,
  ): ReturnType<Call> => {
    const faults: Faults = [];
    const account = readSite(fields, faults);
    const memberId = readMemberId(fields, faults);
    const act = read(faults, account);
    if (account === undefined || faults.length > 0) return { faults };
    return pass(account.tenant, demand, `${api}/${account.site.id}/${memberId}`, () =>
      act(account.site.member(memberId), account, memberId),
    );
  };

  const saveMember: Call = (fields) =>
    aboutMember('SaveMember', writeDemand, fields, (faults) => {
      const name = readMemberName(fields, faults) ?? '';
      return (member, { site }, memberId) =>
        member === undefined || member.deleted ? memberAnswer(site.add(memberId, name)) : errors('E01390010');
    });

  const updateMember: Call = (fields) =>
    aboutMember('UpdateMember', writeDemand, fields, (faults) => {
      const name = readMemberName(fields, faults);
      return ifThere((member) => {
        if (name !== undefined) member.name = name;
        return memberAnswer(member);
      });
    });

  const removeMember: Call = (fields) =>
    aboutMember('DeleteMember', writeDemand, fields, () =>
      ifThere((member) => {
        deleteMember(member);
        return memberAnswer(member);
      }),
    );

  /** A deleted member is found too, and says so. */
  const searchMember: Call = (fields) =>
    aboutMember('SearchMember', readDemand, fields, () => (member) => {
      if (member === undefined) return errors(NO_MEMBER);
      return says([
        ['MemberID', member.id],
        ['MemberName', member.name],
        ['DeleteFlag', member.deleted ? '1' : '0'],
      ]);
    });

  /** What a token of a shop of this site stands for. */
  const tokenOf = (account: SiteAccount, content: TokenContent | keyof typeof tokenErrors): TokenContent | string => {
    if (typeof content === 'string') return tokenErrors[content];
    const site = directory.shopOf(content.tenant)?.credentials.site;
    return site?.siteId === account.site.id ? content : tokenErrors.unknown;
  };

  const objectionToCard = (card: HeldCard): string | null =>
    card.rule.declinesCheck === 'brand-refused' ? declineErrInfo('brand-refused') : null;

  const saveCard: Call = (fields) =>
    aboutMember('SaveCard', saveCardDemand, fields, (faults, account) => {
      const token = readToken(fields);
      const mode = readSeqMode(fields, faults);
      const seq = readCardSeq(fields, faults);
      const sent = token === '' ? readCard(fields, faults) : null;
      if (token !== '' && account !== undefined) {
        const content = tokenOf(account, vault.look(token, clock.wallMs()));
        if (typeof content === 'string') faults.push(content);
      }
      const details: CardDetails = {
        isDefault: readSwitch(fields, 'DefaultFlag', 'E01440008', faults),
        name: readCardName(fields, faults),
        holderName: readHolderName(fields, faults),
        pass: readCardPass(fields, faults),
      };
      return ifThere(({ wallet }, site) => {
        if (seq !== undefined && wallet.find(mode, seq) === undefined) return errors(NO_CARD);
        if (seq === undefined && wallet.size() >= site.settings.cardsMax) return errors('E01230009');
        const content = sent === null ? tokenOf(site, vault.spend(token, clock.wallMs())) : null;
        if (typeof content === 'string') return errors(content);
        const card = content === null ? holdCard(sent?.number ?? '', sent?.expiry ?? '') : content.card;
        const objection = objectionToCard(card);
        if (objection !== null) return errors(objection);
        const holderName = details.holderName === '' ? (content?.holderName ?? '') : details.holderName;
        const kept = { ...details, holderName };
        if (seq !== undefined) wallet.replace(mode, seq, card, kept);
        const number = seq ?? wallet.add(mode, card, kept);
        return says(savedCardAnswer(number, card, siteMask(site)));
      });
    });

  const deleteCard: Call = (fields) =>
    aboutMember('DeleteCard', writeDemand, fields, (faults) => {
      const mode = readSeqMode(fields, faults);
      const seq = readCardSeq(fields, faults);
      if (seq === undefined) faults.push('E01230001');
      return ifThere(({ wallet }) =>
        seq !== undefined && wallet.remove(mode, seq) ? says([['CardSeq', String(seq)]]) : errors(NO_CARD),
      );
    });

  /** One card of a member, or all of them; empty when there is none. */
  const cardsOf = (
    { wallet }: Member,
    mode: 'logical' | 'physical',
    seq: number | undefined,
  ): readonly NumberedCard[] =>
    seq === undefined ? wallet.list(mode) : wallet.list(mode).filter((numbered) => numbered.seq === seq);

  const searchCard: Call = (fields) =>
    aboutMember('SearchCard', readDemand, fields, (faults) => {
      const mode = readSeqMode(fields, faults);
      const seq = readCardSeq(fields, faults);
      return ifThere((member, account) => {
        const cards = cardsOf(member, mode, seq);
        return cards.length === 0 ? errors(NO_CARD) : says(cardListAnswer(cards, siteMask(account)));
      });
    });

  const detailOfMember = (fields: Fields, more: boolean): ReturnType<Call> =>
    aboutMember('SearchCardDetail', readDemand, fields, (faults) => {
      const mode = readSeqMode(fields, faults);
      const seq = readCardSeq(fields, faults);
      return ifThere((member, account) => {
        const cards = cardsOf(member, mode, seq).filter(({ stored }) => !stored.deleted);
        if (cards.length === 0) return errors(NO_CARD);
        const held = cards.map(({ stored }) => stored.card);
        return says(cardDetailAnswer(held, siteMask(account), more));
      });
    });

  /** By token, number, order or member, in this order; the first three are a shop's to ask. */
  const searchCardDetail: Call = (fields) => {
    const faults: Faults = [];
    const more = readSwitch(fields, 'SearchType', 'E00000010', faults);
    const token = readToken(fields);
    const has = (name: string): boolean => (fields.get(name) ?? '') !== '';
    const isShops = token !== '' || has('CardNo') || has('OrderID');
    if (!isShops) return detailOfMember(fields, more);
    // A site may ask about a card or a token, but it has no orders.
    const asSite = !has('ShopID') && has('SiteID') && !(token === '' && !has('CardNo'));
    const asker = asSite ? readSite(fields, faults) : readShop(fields, faults);
    const number = token === '' && has('CardNo') ? readCardNo(fields, faults) : '';
    const orderId = token === '' && number === '' ? readOrderId(fields, faults) : '';
    if (asker === undefined || faults.length > 0) return { faults };
    const { tenant } = asker;
    const siteIdOf = (id: string): string | undefined => directory.shopOf(id)?.credentials.site?.siteId;
    const known = token === '' ? undefined : vault.look(token, clock.wallMs());
    const named = token === '' ? (number === '' ? orderId : holdCard(number, '').fingerprint) : 'token';
    return pass(tenant, readDemand, `SearchCardDetail/${named}`, () => {
      if (known !== undefined) {
        if (typeof known === 'string') return errors(tokenErrors[known]);
        const mine = known.tenant === tenant.id || (asSite && siteIdOf(known.tenant) === siteIdOf(tenant.id));
        return mine ? says(cardDetailAnswer([known.card], tradeMask, more)) : errors(tokenErrors.unknown);
      }
      if (number !== '') return says(cardDetailAnswer([holdCard(number, '')], tradeMask, more));
      const order = orders.byOrderId(tenant.id, orderId);
      if (order === undefined) return errors('E01110002');
      return order.card === null ? errors('E01110010') : says(cardDetailAnswer([order.card], tradeMask, more));
    });
  };

  /** Stores the card of an order that was executed. */
  const tradedCard: Call = (fields) => {
    const shopFaults: Faults = [];
    const shop = readShop(fields, shopFaults);
    const orderId = readOrderId(fields, shopFaults);
    return aboutMember('TradedCard', writeDemand, fields, (faults) => {
      faults.unshift(...shopFaults);
      const mode = readSeqMode(fields, faults);
      const isDefault = readSwitch(fields, 'DefaultFlag', 'E01440008', faults);
      const details = { isDefault, name: '', holderName: readHolderName(fields, faults), pass: '' };
      return ifThere(({ wallet }, { settings }) => {
        const order = orders.byOrderId(shop?.tenant.id ?? '', orderId);
        if (order === undefined) return errors('E01110002');
        if (order.card === null) return errors('E01110010');
        if (wallet.size() >= settings.cardsMax) return errors('E01230009');
        const seq = wallet.add(mode, order.card, details);
        return says(tradedCardAnswer(seq, order.card, tradeMask));
      });
    });
  };

  return {
    SaveMember: saveMember,
    UpdateMember: updateMember,
    DeleteMember: removeMember,
    SearchMember: searchMember,
    SaveCard: saveCard,
    DeleteCard: deleteCard,
    SearchCard: searchCard,
    SearchCardDetail: searchCardDetail,
    TradedCard: tradedCard,
  };
};
