/**
 * The life of a stored card's member, and what may be done in which state (escott-protocol.md sections 4
 * and 5): pure. Who may not is told by the code of the state.
 *
 *     active <-> disabled -> deleted        active -> locked (by wrong passwords) -> active (by time)
 */

export type MemberStatus = 'active' | 'locked' | 'disabled' | 'deleted';

/** `charge`: paying with KaiinId and KaiinPass, on OAUT002. */
export type MemberOperation = 'add' | 'change' | 'refer' | 'refer-masked' | 'disable' | 'enable' | 'delete' | 'charge';

export interface Member {
  readonly tenant: string;
  readonly id: string;
  pass: string;
  /** The number itself: 4MemRef reads it back. Test numbers only. */
  number: string;
  /** `YYMM` */
  expiry: string;
  status: Exclude<MemberStatus, 'locked'>;
  /** Wrong passwords in a row. */
  failures: number;
  /** Wall time until which wrong passwords lock it. */
  lockedUntilMs: number;
  /** `yyyyMMdd`: since when it is active (KaiinEnableDate). */
  enabledOn: string;
}

/** Ours: neither is public. */
export const FAILURES_MAX = 5;
export const LOCK_MS = 1_800_000;

export const statusOf = (member: Member, atMs: number): MemberStatus =>
  member.status !== 'deleted' && atMs < member.lockedUntilMs ? 'locked' : member.status;

/** KaiinStatus: 1 is a card whose month is over. */
export const kaiinStatus = (member: Member, atMs: number, cardLapsed: boolean): string => {
  const status = statusOf(member, atMs);
  if (status === 'active') return cardLapsed ? '1' : '0';
  return { locked: '2', disabled: '3', deleted: '4' }[status];
};

/** The code of why not; a state that is not named may. */
const objections: Readonly<Record<Exclude<MemberOperation, 'add'>, Partial<Record<MemberStatus, string>>>> = {
  change: { locked: 'K74', disabled: 'K75', deleted: 'K79' },
  refer: { locked: 'K74' },
  'refer-masked': { locked: 'K74' },
  disable: { locked: 'K74', disabled: 'K75', deleted: 'K79' },
  enable: { active: 'K73', locked: 'K74', deleted: 'K79' },
  delete: { active: 'K70', locked: 'K74', deleted: 'K79' },
  charge: { locked: 'K74', disabled: 'K75', deleted: 'K79' },
};

/**
 * Why the operation may not be, or null. A wrong password counts; the fifth in a row locks, and a right one
 * forgives. K71 says neither whether the member or the password is wrong.
 */
export const objectionTo = (
  member: Member | undefined,
  pass: string,
  operation: Exclude<MemberOperation, 'add'>,
  atMs: number,
): string | null => {
  if (member === undefined) return 'K71';
  if (statusOf(member, atMs) === 'locked') return 'K74';
  if (member.pass !== pass) {
    member.failures += 1;
    if (member.failures < FAILURES_MAX) return 'K71';
    member.failures = 0;
    member.lockedUntilMs = atMs + LOCK_MS;
    return 'K74';
  }
  member.failures = 0;
  return objections[operation][statusOf(member, atMs)] ?? null;
};
