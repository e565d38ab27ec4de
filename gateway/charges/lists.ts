/** Pages of charges, for every call that lists some. */
import { cardById } from '../cards/store.ts';
import { listView } from '../http/list.ts';
import type { Tx } from '../ports.ts';
import { countCharges, type ListOf, listCharges } from './store.ts';
import { chargeView } from './view.ts';

/** Whether captured or not. */
export const always = { capturedFrom: -1, capturedTo: Number.MAX_SAFE_INTEGER } as const;

export const chargeList = async (tx: Tx, url: string, filter: ListOf & { limit: number; offset: number }) => {
  const count = Number((await tx.first(countCharges, filter))?.count ?? 0);
  const views: unknown[] = [];
  for (const charge of await tx.all(listCharges, filter)) {
    const card = await tx.first(cardById, { id: charge.card_id });
    if (card !== undefined) views.push(chargeView(charge, card));
  }
  return listView(url, views, count, filter.offset);
};
