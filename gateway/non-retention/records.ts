/**
 * The record of deprecated and refused passthrough calls: one row for each kind of call (merchant, mode,
 * endpoint, parameters, integration), however many calls there are.
 */
import { createHash } from 'node:crypto';
import { createTally } from '../compliance/tally.ts';
import type { Clock, Store } from '../ports.ts';
import type { Flag, PassthroughUseRow } from '../store/database.ts';
import type { Integration } from './integration.ts';
import type { CardEndpoint } from './parameters.ts';
import { addUse } from './store.ts';

export interface Sight {
  readonly merchantId: string;
  readonly livemode: Flag;
  readonly endpoint: CardEndpoint;
  readonly parameters: readonly string[];
  readonly integration: Integration;
  readonly refused: boolean;
}

export interface Records {
  /** Undefined: nothing is to be written now. */
  see(sight: Sight): Promise<void> | undefined;
  /** Writes what was counted and not written. */
  flush(): Promise<void>;
}

/** A merchant that sends a new kind with each call must not fill the table. */
const kindsOfMerchantMax = 100;

type Kind = Omit<PassthroughUseRow, 'id' | 'accepted' | 'refused' | 'first_ms' | 'last_ms'>;

const various: Integration = { name: 'various', version: null, supportEnded: null, remark: null };

export const createRecords = ({ store, clock }: { readonly store: Store; readonly clock: Clock }): Records => {
  const tally = createTally<Kind>({
    clock,
    write: async (id, kind, { passed, refused, atMs }) => {
      const row = { ...kind, id, accepted: passed, refused, first_ms: atMs, last_ms: atMs };
      await store.unit((tx) => tx.run(addUse, row));
    },
  });
  const idsOf = new Map<string, Set<string>>();

  const kindOf = ({ merchantId, livemode, endpoint }: Sight, parameters: string, integration: Integration): Kind => ({
    merchant_id: merchantId,
    livemode,
    endpoint,
    parameters,
    integration: JSON.stringify(integration),
  });
  const idOf = (kind: Kind): string =>
    createHash('sha256')
      .update(JSON.stringify(Object.values(kind)))
      .digest('hex')
      .slice(0, 32);

  return {
    see(sight) {
      let kind = kindOf(sight, sight.parameters.join(','), sight.integration);
      let id = idOf(kind);
      const ids = idsOf.get(sight.merchantId) ?? new Set();
      if (!ids.has(id)) {
        if (ids.size >= kindsOfMerchantMax) {
          kind = kindOf(sight, 'various', various);
          id = idOf(kind);
        } else idsOf.set(sight.merchantId, ids.add(id));
      }
      return tally.add(id, () => kind, sight.refused);
    },
    flush: tally.flush,
  };
};
