/**
 * The record of deprecated and refused passthrough calls: one row for each kind of call (merchant, mode,
 * endpoint, parameters, integration), however many calls there are.
 *
 * A kind seen for the first time is written at once, so that a crash forgets no merchant; its count is
 * brought up to date at most once a minute, on a later call, and whenever a report is asked for.
 */
import { createHash } from 'node:crypto';
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
  /** Resolves at once unless something is to be written. */
  see(sight: Sight): Promise<void> | undefined;
  /** Writes what was counted and not written. */
  flush(): Promise<void>;
}

const writeEveryMs = 60_000;
/** Kinds remembered; a merchant that sends a new one with each call must not fill the memory or the table. */
const kindsMax = 5_000;
const kindsOfMerchantMax = 100;

interface Kind {
  readonly row: Omit<PassthroughUseRow, 'accepted' | 'refused' | 'first_ms' | 'last_ms'>;
  accepted: number;
  refused: number;
  lastMs: number;
  writtenMs: number;
}

export const createRecords = ({ store, clock }: { readonly store: Store; readonly clock: Clock }): Records => {
  const kinds = new Map<string, Kind>();
  const ofMerchant = new Map<string, number>();

  /** What is counted is taken before it is written: a call that comes meanwhile counts for the next time. */
  const take = (kind: Kind): PassthroughUseRow => {
    const { accepted, refused, lastMs } = kind;
    kind.accepted = 0;
    kind.refused = 0;
    kind.writtenMs = clock.wallMs();
    return { ...kind.row, accepted, refused, first_ms: lastMs, last_ms: lastMs };
  };
  const write = async (kind: Kind): Promise<void> => {
    const row = take(kind);
    try {
      await store.unit((tx) => tx.run(addUse, row));
    } catch (reason) {
      kind.accepted += row.accepted;
      kind.refused += row.refused;
      throw reason;
    }
  };

  const identify = (sight: Sight, parameters: string, integration: string): string =>
    createHash('sha256')
      .update(JSON.stringify([sight.merchantId, sight.livemode, sight.endpoint, parameters, integration]))
      .digest('hex')
      .slice(0, 32);

  return {
    see(sight) {
      const { merchantId, livemode, endpoint } = sight;
      const many = (ofMerchant.get(merchantId) ?? 0) >= kindsOfMerchantMax;
      const parameters = many ? 'various' : sight.parameters.join(',');
      const integration = JSON.stringify(
        many ? { name: 'various', version: null, supportEnded: null, remark: null } : sight.integration,
      );
      const id = identify(sight, parameters, integration);
      let kind = kinds.get(id);
      if (kind === undefined) {
        if (kinds.size >= kindsMax) {
          const left = flush();
          kinds.clear();
          ofMerchant.clear();
          return left.then(() => this.see(sight));
        }
        kind = {
          row: { id, merchant_id: merchantId, livemode, endpoint, parameters, integration },
          accepted: 0,
          refused: 0,
          lastMs: 0,
          writtenMs: Number.NEGATIVE_INFINITY,
        };
        kinds.set(id, kind);
        ofMerchant.set(merchantId, (ofMerchant.get(merchantId) ?? 0) + 1);
      }
      kind.lastMs = clock.wallMs();
      if (sight.refused) kind.refused += 1;
      else kind.accepted += 1;
      return kind.lastMs - kind.writtenMs < writeEveryMs ? undefined : write(kind);
    },
    flush,
  };

  async function flush(): Promise<void> {
    for (const kind of [...kinds.values()]) if (kind.accepted + kind.refused > 0) await write(kind);
  }
};
