/** From what a message names (a number, a token, a member) to the card that is meant. */
import { ruleFor } from '../issuers/cards.ts';
import { fingerprintOf, type KnownCard } from '../ledger/ledger.ts';
import type { Clock } from '../ports.ts';
import type { TokenFault, Tokenised, TokenVault } from '../tokens/vault.ts';
import { objectionTo } from './member-life.ts';
import type { Members } from './members.ts';
import type { CardSource } from './message.ts';

/** What a token stands for. The number itself: a member made from it is read back by 4MemRef. */
export interface TokenisedCard extends Tokenised {
  readonly number: string;
  /** `YYMM` */
  readonly expiry: string;
  readonly securityCodeSent: boolean;
}

export interface MeantCard {
  readonly card: KnownCard;
  readonly number: string;
  readonly securityCodeSent: boolean;
  /** Whose stored card it is; empty for one that was sent. */
  readonly kaiinId: string;
}

export interface PreparedSource {
  /** Names the card in the request's stream of draws. */
  readonly name: string;
  /** To be called when the request is decided: a token is spent, a wrong password counts. The code of why not. */
  resolve(): MeantCard | string;
}

export interface CardSources {
  prepare(tenant: string, source: CardSource): PreparedSource;
  /** What a token stands for, without spending it. */
  look(tenant: string, token: string): TokenisedCard | string;
}

export const tokenCodes: Readonly<Record<TokenFault, string>> = { unknown: 'KHX', spent: 'KI2', expired: 'KI3' };

export const knownCard = (number: string, expiry: string): KnownCard => ({
  fingerprint: fingerprintOf(number),
  rule: ruleFor(number),
  expiry,
  lastFour: number.slice(-4),
});

export const createCardSources = (
  clock: Pick<Clock, 'wallMs'>,
  vault: TokenVault<TokenisedCard>,
  members: Members,
): CardSources => {
  const look: CardSources['look'] = (tenant, token) => {
    const content = vault.look(token, clock.wallMs());
    if (typeof content === 'string') return tokenCodes[content];
    return content.tenant === tenant ? content : tokenCodes.unknown;
  };
  return {
    look,
    prepare(tenant, source) {
      switch (source.by) {
        case 'number': {
          const { number, expiry, securityCodeSent } = source;
          const card = knownCard(number, expiry);
          return { name: card.fingerprint, resolve: () => ({ card, number, securityCodeSent, kaiinId: '' }) };
        }
        case 'token':
          return {
            name: `token/${source.token}`,
            resolve() {
              const content = look(tenant, source.token);
              if (typeof content === 'string') return content;
              vault.spend(source.token, clock.wallMs());
              const { number, expiry, securityCodeSent } = content;
              return { card: knownCard(number, expiry), number, securityCodeSent, kaiinId: '' };
            },
          };
        case 'member':
          return {
            name: `member/${source.keys.kaiinId}`,
            resolve() {
              const { kaiinId, kaiinPass } = source.keys;
              const member = members.find(tenant, kaiinId);
              const objection = objectionTo(member, kaiinPass, 'charge', clock.wallMs());
              if (objection !== null || member === undefined) return objection ?? 'K71';
              const { number, expiry } = member;
              const { securityCodeSent } = source;
              return { card: knownCard(number, expiry), number, securityCodeSent, kaiinId };
            },
          };
      }
    },
  };
};
