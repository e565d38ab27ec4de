/**
 * `POST /v1/tokens/:id/tds_finish`: a token that waited for its card holder is good for its one use now
 * (payjp-api section 6). Pages call it with the public key; it moves no money.
 */
import { cardById } from '../cards/store.ts';
import { type Answer, type Call, ok, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { ownerOf, Refused } from '../http/written.ts';
import type { KeyedWrite } from '../idempotency/keyed-write.ts';
import { NoFields } from '../subscriptions/schema.ts';
import { planFinish } from '../three-d-secure/flow.ts';
import { FlowRaced, type Flows } from '../three-d-secure/flows.ts';
import { finishToken, tokenById } from './store.ts';
import { tokenView } from './view.ts';

export interface TokenFinishDeps {
  readonly write: KeyedWrite;
  readonly flows: Flows | null;
  readonly wallMs: () => number;
  /** Its holder came back with it: told for detection. */
  readonly cameBack: (id: string, merchantId: string) => void;
}

const wrongState = { kind: 'request', code: 'invalid_three_d_secure_state' } as const;

export const createTokenFinish =
  ({ write, flows, wallMs, cameBack }: TokenFinishDeps) =>
  async (call: Call): Promise<Answer> => {
    const parsed = checkForm(NoFields, call.form);
    if (!parsed.ok) return refused(parsed.error);
    const { merchant } = call.principal;
    return write(call, async (tx) => {
      const token = await tx.first(tokenById, { id: call.id, ...ownerOf(call) });
      const card = token === undefined ? undefined : await tx.first(cardById, { id: token.card_id });
      if (token === undefined || card === undefined) throw new Refused({ kind: 'no_such', what: 'token', id: call.id });
      const flow = flows === null ? undefined : await flows.find(tx, token.id);
      if (flow !== undefined) cameBack(token.id, merchant.id);
      const nowMs = wallMs();
      const plan = planFinish(flow, { amountYen: null, fingerprint: card.fingerprint }, merchant.threeDSecure, nowMs);
      if (!plan.ok) throw new Refused(plan.error);
      try {
        await flows!.apply(tx, flow!, { type: 'finish', nowMs });
      } catch (reason) {
        throw reason instanceof FlowRaced ? new Refused(wrongState) : reason;
      }
      if ((await tx.run(finishToken, { id: token.id })) === 0) throw new Refused(wrongState);
      return { answer: ok(tokenView({ ...token, three_d_secure: 'finished' }, card)), deliveries: [] };
    });
  };
