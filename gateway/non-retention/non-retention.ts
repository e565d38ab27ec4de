/**
 * Card numbers that pass a merchant's server: found in every call that could carry them, let through,
 * warned about or refused by date.
 *
 * A number in a call by secret key has passed the merchant's server, whatever else is true of it; one
 * that a browser sends with the public key has not (NONRET-02, -04). What is let through is turned into
 * a token here, so that no other room ever learns what a charge with a card number in it looks like.
 */
import type { Answer, Call } from '../http/endpoint.ts';
import { refused } from '../http/endpoint.ts';
import type { NonRetention as NonRetentionPolicy } from '../policy/non-retention.ts';
import type { Clock, Log, Store } from '../ports.ts';
import { integrationOf } from './integration.ts';
import { type CardEndpoint, passedThrough, passthroughKeyPrefix, splitForm } from './parameters.ts';
import { createRecords, type Records } from './records.ts';
import { createSchedule, deprecationHeaders, type Schedule } from './schedule.ts';

/** Says that a server means to send a number, which it may in test mode (NONRET-X4). */
export const directHeader = 'X-Payjp-Direct-Token-Generate';

export interface NonRetention {
  readonly schedule: Schedule;
  readonly records: Records;
  /** Handles a call by secret key at an endpoint that once took numbers: `handle` is who answers it. */
  receive(
    endpoint: CardEndpoint,
    call: Call,
    header: (name: string) => string | undefined,
    handle: (call: Call) => Promise<Answer>,
  ): Promise<Answer>;
}

export interface NonRetentionDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly policy: NonRetentionPolicy;
  /** `required`: without the header no number is taken from a server, in neither mode. */
  readonly directTokens: 'relaxed' | 'required';
  /** Makes a token of card fields. */
  readonly createToken: (call: Call) => Promise<Answer>;
}

export const createNonRetention = (deps: NonRetentionDeps): NonRetention => {
  const { clock, log, policy, directTokens, createToken } = deps;
  const schedule = createSchedule(policy);
  const records = createRecords(deps);

  /** The same call with a token where the card was. Its text is what repetitions are compared by: no code in it. */
  const withToken = async (
    endpoint: CardEndpoint,
    call: Call,
    handle: (call: Call) => Promise<Answer>,
  ): Promise<Answer> => {
    const { card, rest } = splitForm(endpoint, call.form);
    const key = call.idempotencyKey;
    const made = await createToken({
      ...call,
      form: { card },
      path: '/v1/tokens',
      text: '',
      id: '',
      idempotencyKey: key === null ? null : `${passthroughKeyPrefix}${call.path}/${key}`,
    });
    if (made.status !== 200) return made;
    const { id } = JSON.parse(made.body) as { id: string };
    const { cvc: _, ...comparable } = card;
    return handle({ ...call, form: { ...rest, card: id }, text: JSON.stringify({ ...rest, card: comparable }) });
  };

  const received = async (
    endpoint: CardEndpoint,
    call: Call,
    parameters: readonly string[],
    header: (name: string) => string | undefined,
    handle: (call: Call) => Promise<Answer>,
  ): Promise<Answer> => {
    const { merchant, mode } = call.principal;
    const direct = header(directHeader)?.toLowerCase() === 'true';
    const scheduled = schedule.at(endpoint, clock.wallMs());
    // In test mode a token may be made of a number at any date: by the header, and without it where that is relaxed.
    const inTest = mode === 'test' && endpoint === 'tokens';
    const byDate = policy.enabled && scheduled.stage === 'refused' && !inTest;
    const undeclared = directTokens === 'required' && endpoint === 'tokens' && !direct;
    const refusing = byDate || undeclared;
    if (policy.enabled && scheduled.stage !== 'accepted') {
      const integration = integrationOf(header('User-Agent'), header('X-Payjp-Client-User-Agent'));
      const livemode = mode === 'live' ? 1 : 0;
      await records.see({ merchantId: merchant.id, livemode, endpoint, parameters, integration, refused: refusing });
    }
    if (refusing) {
      log.debug({ event: 'passthrough.refused', merchant: merchant.id, endpoint });
      return refused({ kind: 'request', code: 'unsafe_credit_card_param' });
    }
    const answer = await (endpoint === 'tokens' ? handle(call) : withToken(endpoint, call, handle));
    if (!policy.enabled || scheduled.stage === 'accepted') return answer;
    return { ...answer, headers: { ...answer.headers, ...deprecationHeaders(scheduled, parameters) } };
  };

  return {
    schedule,
    records,
    // No promise of its own where nothing passed through: every charge comes by.
    receive(endpoint, call, header, handle) {
      if (!policy.enabled && (directTokens === 'relaxed' || endpoint !== 'tokens')) return handle(call);
      const parameters = passedThrough(endpoint, call.form);
      return parameters.length === 0 ? handle(call) : received(endpoint, call, parameters, header, handle);
    },
  };
};
