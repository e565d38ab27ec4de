/** A merchant finds what is its own and nothing else: an object of another is answered as one that does not exist. */
import { hashOf } from '../hash-of.ts';
import { createNotebook, type Invariant, second } from '../invariant.ts';

const objectsMax = 1_000_000;

export const inv32: Invariant = {
  id: 'INV-32',
  title: 'nobody is shown an object of another merchant',
  watch() {
    const { judged, violate, judgement } = createNotebook();
    /** Who was first given each object, both as hashes. */
    const owners = new Map<number, number>();
    const names = new Map<string, number>();
    const nameOf = (merchant: string): number => {
      let name = names.get(merchant);
      if (name === undefined) {
        name = hashOf(merchant);
        names.set(merchant, name);
      }
      return name;
    };
    return {
      asked({ key, status, objectId, chargeId, exchange, kind }) {
        if (key === null || status !== 200) return;
        const shown =
          objectId ?? chargeId ?? (kind === 'token' ? /"id":"(tok_\w+)"/.exec(exchange.replyBody)?.[1] : undefined);
        if (shown === undefined || !/^(ch|tok|cus|sub|tr|pln|evnt)_/.test(shown)) return;
        const id = hashOf(shown);
        const merchant = nameOf(key.merchant);
        const owner = owners.get(id);
        if (owner === undefined) {
          if (owners.size < objectsMax) owners.set(id, merchant);
          return;
        }
        judged();
        if (owner !== merchant)
          violate({
            atMs: exchange.endedMs,
            objects: [shown, key.merchant],
            text: `${key.merchant} was shown ${shown} at ${second(exchange.endedMs)}, which is another merchant's`,
          });
      },
      judge: judgement,
    };
  },
};
