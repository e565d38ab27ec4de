/** The members of every tenant. An id is free again once its member was deleted. */
import type { StatePart } from '../state.ts';
import type { Member } from './member-life.ts';

export interface Members {
  find(tenant: string, kaiinId: string): Member | undefined;
  /** Whether the id is taken: K69. */
  has(tenant: string, kaiinId: string): boolean;
  keep(member: Member): void;
  readonly state: StatePart<Member[]>;
}

export const createMembers = (): Members => {
  const members = new Map<string, Member>();
  const keyOf = (tenant: string, kaiinId: string) => `${tenant}/${kaiinId}`;
  const keep = (member: Member) => void members.set(keyOf(member.tenant, member.id), member);
  return {
    find: (tenant, kaiinId) => members.get(keyOf(tenant, kaiinId)),
    has(tenant, kaiinId) {
      const member = members.get(keyOf(tenant, kaiinId));
      return member !== undefined && member.status !== 'deleted';
    },
    keep,
    state: {
      save: () => [...members.values()],
      load(saved) {
        members.clear();
        for (const member of saved) keep(member);
      },
      reset(tenant) {
        for (const [key, member] of members) if (tenant === null || member.tenant === tenant) members.delete(key);
      },
    },
  };
};
