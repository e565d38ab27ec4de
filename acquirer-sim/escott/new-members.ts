/** Makes a member, for 4MemAdd and for a payment that keeps its card (AuthKaiinAddFlg). */
import { drawAlphanumeric, drawDigits, drawFree } from '../handles.ts';
import { jstDate } from '../jst.ts';
import type { Random } from '../ports.ts';
import type { MeantCard } from './card-sources.ts';
import type { Members } from './members.ts';
import type { NewMember } from './message.ts';

/** Why a member cannot be made, or null. */
export const objectionToAdding = (members: Members, tenant: string, { keys }: NewMember): string | null =>
  keys !== null && members.has(tenant, keys.kaiinId) ? 'K69' : null;

/** Keeps the card; answers the fields of the reply. The password is told only when it was made here. */
export const addMember = (
  members: Members,
  tenant: string,
  { keys }: NewMember,
  { number, card }: Pick<MeantCard, 'number' | 'card'>,
  stream: Random,
  atMs: number,
): Record<string, string> => {
  const id =
    keys?.kaiinId ??
    drawFree(
      () => drawDigits(stream, 13),
      (drawn) => members.has(tenant, drawn),
    );
  const pass = keys?.kaiinPass ?? drawAlphanumeric(stream, 12);
  const { expiry } = card;
  const enabledOn = jstDate(atMs);
  members.keep({ tenant, id, pass, number, expiry, status: 'active', failures: 0, lockedUntilMs: 0, enabledOn });
  return keys === null ? { KaiinId: id, KaiinPass: pass } : { KaiinId: id };
};
