/**
 * Card tokens: one use, about half an hour, one shop (gmo-pg-protocol.md sections 3 and 8).
 *
 * A token is spent when a call that takes it is decided, approved or not: the buyer types the number
 * again after a decline, as with the real one.
 */
import type { HeldCard } from '../members/held-card.ts';
import type { StatePart } from '../state.ts';

export interface TokenContent {
  /** The tenant whose shop id the token was made for. */
  readonly tenant: string;
  readonly card: HeldCard;
  readonly holderName: string;
  readonly hasSecurityCode: boolean;
  /** Wall time. */
  readonly expiresAtMs: number;
}

export type TokenFault = 'unknown' | 'spent' | 'expired';

export interface TokenVault {
  keep(token: string, content: TokenContent): void;
  has(token: string): boolean;
  /** What a token stands for, without spending it. */
  look(token: string, atMs: number): TokenContent | TokenFault;
  /** The same, and from now on it is spent. */
  spend(token: string, atMs: number): TokenContent | TokenFault;
  readonly state: StatePart<[string, TokenContent & { spent: boolean }][]>;
}

export const createTokenVault = (): TokenVault => {
  const tokens = new Map<string, TokenContent & { spent: boolean }>();
  const look: TokenVault['look'] = (token, atMs) => {
    const found = tokens.get(token);
    if (found === undefined) return 'unknown';
    if (found.spent) return 'spent';
    return atMs >= found.expiresAtMs ? 'expired' : found;
  };
  return {
    keep: (token, content) => void tokens.set(token, { ...content, spent: false }),
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
