/**
 * A card tester learns little: of the cards of one attack at most five are confirmed as good, where
 * the policy lets fraud rules decide.
 */
import { firstField, formField } from '../asked.ts';
import { createNotebook, type Invariant } from '../invariant.ts';

const confirmedMax = 5;
const written = /(?:^|&)card(?:%5B|\[)number(?:%5D|\])=([0-9]+)/i;

export const inv35: Invariant = {
  id: 'INV-35',
  title: 'an attack has at most five cards confirmed',
  watch({ promises: { fraudDecides, attackOf } }) {
    if (!fraudDecides) return { judge: () => createNotebook().judgement() };
    const attacks = new Map<string, { tried: number; readonly confirmed: Set<string>; atMs: number }>();
    /** Tokens of attack cards. */
    const tokens = new Map<string, string>();
    const note = (attack: string, token: string | null, atMs: number): void => {
      let entry = attacks.get(attack);
      if (entry === undefined) {
        entry = { tried: 0, confirmed: new Set(), atMs };
        attacks.set(attack, entry);
      }
      entry.tried += 1;
      if (token !== null && !entry.confirmed.has(token)) {
        entry.confirmed.add(token);
        entry.atMs = atMs;
      }
    };
    return {
      asked({ kind, exchange, heard, status }) {
        if (kind === 'token') {
          const number = written.exec(exchange.requestBody)?.[1];
          const attack = number === undefined ? null : attackOf(number);
          if (attack === null) return;
          const token = heard && status === 200 ? firstField(exchange.replyBody, 'id') : null;
          if (token !== null) tokens.set(token, attack);
          // A token whose card nobody was asked about says nothing.
          const isAsked = !exchange.replyBody.includes('"cvc_check":"unchecked"');
          note(attack, isAsked ? token : null, exchange.endedMs);
        } else if (kind === 'create') {
          const token = formField(exchange.requestBody, 'card') ?? '';
          const attack = tokens.get(token);
          if (attack === undefined) return;
          const isPaid = heard && status === 200 && exchange.replyBody.includes('"paid":true');
          note(attack, isPaid ? token : null, exchange.endedMs);
        }
      },
      judge() {
        const { judged, violate, judgement } = createNotebook();
        for (const [attack, { tried, confirmed, atMs }] of attacks) {
          judged(tried);
          if (confirmed.size > confirmedMax)
            violate({
              atMs,
              objects: [attack],
              text: `${attack} had ${confirmed.size} cards confirmed in ${tried} tries`,
            });
        }
        return judgement();
      },
    };
  },
};
