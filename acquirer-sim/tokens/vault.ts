/**
 * Card tokens: one use, about half an hour, one shop (gmo-pg-protocol.md sections 3 and 8).
 *
 * A token is spent when a call that takes it is decided, approved or not: the buyer types the number
 * again after a decline, as with the real one.
 */
import type { HeldCard } from '../members/held-card.ts';
import type { StatePart } from '../state.ts';

/** What every token has; what it stands for is the dialect's. */
export interface Tokenised {
  /** The tenant the token was made for. */
  readonly tenant: string;
  /** Wall time. */
  readonly expiresAtMs: number;
}

/** GMO-PG's. */
export interface TokenContent extends Tokenised {
  readonly card: HeldCard;
  readonly holderName: string;
  readonly hasSecurityCode: boolean;
}

export type TokenFault = 'unknown' | 'spent' | 'expired';

/** Tokens that are remembered; the oldest is forgotten, and is unknown from then on. */
const TOKENS_MAX = 100_000;

export interface TokenVault<Content extends Tokenised = TokenContent> {
  keep(token: string, content: Content): void;
  has(token: string): boolean;
  /** What a token stands for, without spending it. */
  look(token: string, atMs: number): Content | TokenFault;
  /** The same, and from now on it is spent. */
  spend(token: string, atMs: number): Content | TokenFault;
  readonly state: StatePart<[string, Content & { spent: boolean }][]>;
}

export const createTokenVault = <Content extends Tokenised = TokenContent>(): TokenVault<Content> => {
  const tokens = new Map<string, Content & { spent: boolean }>();
  const look: TokenVault<Content>['look'] = (token, atMs) => {
    const found = tokens.get(token);
    if (found === undefined) return 'unknown';
    if (found.spent) return 'spent';
    return atMs >= found.expiresAtMs ? 'expired' : found;
  };
  return {
    keep(token, content) {
      tokens.set(token, { ...content, spent: false });
      if (tokens.size > TOKENS_MAX) tokens.delete(tokens.keys().next().value ?? '');
    },
    has: (token) => tokens.has(token),
    look,
    spend(token, atMs) {
      const content = look(token, atMs);
      const kept = tokens.get(token);
      if (typeof content !== 'string' && kept !== undefined) kept.spent = true;
      return content;
    },
    state: {
      save: () => [...tokens],
      load(saved) {
        tokens.clear();
        for (const [token, content] of saved) tokens.set(token, content);
      },
      reset(tenant) {
        for (const [token, content] of tokens) if (tenant === null || content.tenant === tenant) tokens.delete(token);
      },
    },
  };
};
