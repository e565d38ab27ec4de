/**
 * The cards of one member, and the two ways to count them (gmo-pg-protocol.md sections 2 and 3).
 *
 * *Physical* numbers are given out once and never move; a deleted card keeps its own. *Logical* ones
 * count what is left, so they close up after a deletion. A shop that mixes the two charges the wrong
 * card, which is why the simulator keeps both.
 */
import type { HeldCard } from './held-card.ts';

export type SeqMode = 'logical' | 'physical';

/** What a shop may say about a card it stores. */
export interface CardDetails {
  readonly isDefault: boolean;
  readonly name: string;
  readonly holderName: string;
  readonly pass: string;
}

export interface StoredCard extends CardDetails {
  readonly card: HeldCard;
  readonly deleted: boolean;
}

export interface NumberedCard {
  readonly seq: number;
  readonly stored: StoredCard;
}

export interface Wallet {
  /** Cards that are left. */
  size(): number;
  /** In order of number. Deleted ones are listed in physical mode only. */
  list(mode: SeqMode): readonly NumberedCard[];
  /** The card of a number, unless there is none or it was deleted. */
  find(mode: SeqMode, seq: number): StoredCard | undefined;
  /** The card marked as the default one. */
  defaultCard(): StoredCard | undefined;
  /** Adds a card; answers its number. */
  add(mode: SeqMode, card: HeldCard, details: CardDetails): number;
  /** Replaces what is stored under a number; false when there is no such card. */
  replace(mode: SeqMode, seq: number, card: HeldCard, details: CardDetails): boolean;
  /** False when there is no such card. */
  remove(mode: SeqMode, seq: number): boolean;
  clear(): void;
  /** Every card there ever was, in order of physical number: what a snapshot keeps. */
  saved(): readonly StoredCard[];
}

export const createWallet = (saved: readonly StoredCard[] = []): Wallet => {
  /** The place in here is the physical number. */
  const cards: StoredCard[] = [...saved];

  const numbered = (mode: SeqMode): NumberedCard[] =>
    (mode === 'physical' ? cards : cards.filter(({ deleted }) => !deleted)).map((stored, seq) => ({ seq, stored }));

  /** The physical number of a card that is left, or -1. */
  const placeOf = (mode: SeqMode, seq: number): number => {
    const found = numbered(mode)[seq];
    return found === undefined || found.stored.deleted ? -1 : cards.indexOf(found.stored);
  };

  /** One default at most: a new one takes the mark from the old. */
  const put = (place: number, stored: StoredCard): void => {
    if (stored.isDefault) {
      for (const [index, other] of cards.entries()) if (other.isDefault) cards[index] = { ...other, isDefault: false };
    }
    cards[place] = stored;
  };

  return {
    size: () => numbered('logical').length,
    list: numbered,
    find: (mode, seq) => cards[placeOf(mode, seq)],
    defaultCard: () => cards.find(({ isDefault, deleted }) => isDefault && !deleted),
    add(mode, card, details) {
      put(cards.length, { ...details, card, deleted: false });
      return numbered(mode).length - 1;
    },
    replace(mode, seq, card, details) {
      const place = placeOf(mode, seq);
      if (place >= 0) put(place, { ...details, card, deleted: false });
      return place >= 0;
    },
    remove(mode, seq) {
      const place = placeOf(mode, seq);
      const stored = cards[place];
      if (stored === undefined) return false;
      cards[place] = { ...stored, deleted: true, isDefault: false };
      return true;
    },
    saved: () => cards,
    clear() {
      for (const [place, stored] of cards.entries()) cards[place] = { ...stored, deleted: true, isDefault: false };
    },
  };
};
