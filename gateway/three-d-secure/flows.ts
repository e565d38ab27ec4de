/**
 * Flows in the store: every change of one is a unit that reads it, asks `flow.ts` what comes of it, and writes
 * it with what belongs to it (the status on the charge or the card). Of two changes at once one is made first
 * and the other sees it.
 */
import type { Store, Tx } from '../ports.ts';
import type { ThreeDSecureFlowRow } from '../store/database.ts';
import type { ThreeDSecureConfig } from './config.ts';
import { advance, begin, type FlowEvent, type NewFlow } from './flow.ts';
import { flowById, insertFlow, saveFlow, setCardStatus, setChargeStatus } from './store.ts';

/** What a change came to. */
export interface Moved {
  readonly flow: ThreeDSecureFlowRow;
  /** False: the event did not belong to the state, and nothing was written. */
  readonly changed: boolean;
}

export interface Flows {
  /** In the unit that makes what it is for. */
  open(tx: Tx, flow: NewFlow): Promise<ThreeDSecureFlowRow>;
  find(tx: Tx, id: string): Promise<ThreeDSecureFlowRow | undefined>;
  /** In a unit of the caller. @throws FlowRaced */
  apply(tx: Tx, flow: ThreeDSecureFlowRow, event: FlowEvent): Promise<Moved>;
  /** In a unit of its own; undefined: there is no such flow. `choose` may be asked again. */
  move(id: string, choose: (flow: ThreeDSecureFlowRow) => FlowEvent | null): Promise<Moved | undefined>;
}

/** Somebody else wrote the flow since this unit read it. The unit is given up, and may be tried again. */
export class FlowRaced extends Error {
  override readonly name = 'FlowRaced';
}

const triesMax = 5;

export const createFlows = ({
  store,
  config,
}: {
  readonly store: Store;
  readonly config: ThreeDSecureConfig;
}): Flows => {
  const apply: Flows['apply'] = async (tx, flow, event) => {
    const next = advance(flow, event);
    if (next === null) return { flow, changed: false };
    const written = { ...next, version: flow.version + 1 };
    if ((await tx.run(saveFlow, { ...written, was: flow.version })) === 0) throw new FlowRaced(flow.id);
    if (written.status !== flow.status) {
      const { status } = written;
      if (flow.kind === 'charge') await tx.run(setChargeStatus, { id: flow.id, status });
      else await tx.run(setCardStatus, { id: flow.card_id, status });
    }
    return { flow: written, changed: true };
  };

  return {
    async open(tx, subject) {
      const flow = begin(subject, config.expiresAfterMs[subject.kind]);
      await tx.run(insertFlow, flow);
      return flow;
    },
    find: (tx, id) => tx.first(flowById, { id }),
    apply,
    async move(id, choose) {
      for (let tried = 1; ; tried += 1)
        try {
          return await store.unit(async (tx) => {
            const flow = await tx.first(flowById, { id });
            if (flow === undefined) return undefined;
            const event = choose(flow);
            return event === null ? { flow, changed: false } : apply(tx, flow, event);
          });
        } catch (reason) {
          if (!(reason instanceof FlowRaced) || tried === triesMax) throw reason;
        }
    },
  };
};
