/** Sites and their members: who stored a card for later (gmo-pg-protocol.md section 2). */
import { createWallet, type StoredCard, type Wallet } from './wallet.ts';

export interface Member {
  readonly id: string;
  name: string;
  /** A deleted member is still found, says so, and has no cards. */
  deleted: boolean;
  readonly wallet: Wallet;
}

export interface Site {
  readonly id: string;
  member(memberId: string): Member | undefined;
  /** Adds a member; one that was deleted begins anew, without cards. */
  add(memberId: string, name: string): Member;
  save(): SavedMember[];
  load(saved: readonly SavedMember[]): void;
}

export type SavedMember = Pick<Member, 'id' | 'name' | 'deleted'> & { readonly cards: readonly StoredCard[] };

export const createSite = (id: string): Site => {
  const members = new Map<string, Member>();
  return {
    id,
    member: (memberId) => members.get(memberId),
    add(memberId, name) {
      const member = members.get(memberId) ?? { id: memberId, name, deleted: false, wallet: createWallet() };
      member.name = name;
      member.deleted = false;
      members.set(memberId, member);
      return member;
    },
    save: () => [...members.values()].map(({ wallet, ...member }) => ({ ...member, cards: wallet.saved() })),
    load(saved) {
      members.clear();
      for (const { cards, ...member } of saved) members.set(member.id, { ...member, wallet: createWallet(cards) });
    },
  };
};

/** Deletes a member and every card that was left. */
export const deleteMember = (member: Member): void => {
  member.deleted = true;
  member.wallet.clear();
};
