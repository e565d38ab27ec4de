/** The rules that are set, drawn per authentication and issuer, with their counts. */
import type { Clock, Random, Timer } from '../../ports.ts';
import { type ActiveFault, delayOf, type TdsFaultRule } from './fault.ts';

export interface TdsFaultView {
  readonly id: string;
  readonly rule: TdsFaultRule;
  /** Authentications that were drawn for, and those to which it happened. */
  readonly intended: number;
  readonly injected: number;
  /** Wall time; null = until it is taken away. */
  readonly endsAtMs: number | null;
  readonly ended: boolean;
}

export interface TdsFaults {
  readonly isIdle: boolean;
  set(rule: TdsFaultRule): TdsFaultView;
  remove(id: string): TdsFaultView | undefined;
  list(): readonly TdsFaultView[];
  /** Of all rules, ended ones too. */
  totals(): { readonly intended: number; readonly injected: number };
  /** @param key what the authentication is: its draws are its own */
  drawnFor(issuer: string, key: string): readonly ActiveFault[];
  reset(): void;
}

interface Held {
  readonly id: string;
  readonly rule: TdsFaultRule;
  readonly stream: Random;
  readonly endsAtMs: number | null;
  timer: Timer | null;
  ended: boolean;
  intended: number;
  injected: number;
}

const ENDED_MAX = 1_000;
const nobody: readonly ActiveFault[] = [];

export const createTdsFaults = (clock: Clock, random: Random): TdsFaults => {
  const held = new Map<string, Held>();
  let given = 0;
  let acting: readonly Held[] = [];

  const settle = (): void => {
    acting = [...held.values()].filter(({ ended }) => !ended);
    for (const [id, { ended }] of held) {
      if (held.size <= ENDED_MAX) break;
      if (ended) held.delete(id);
    }
  };
  const end = (one: Held): void => {
    one.timer?.cancel();
    one.timer = null;
    one.ended = true;
    settle();
  };
  const view = ({ id, rule, intended, injected, endsAtMs, ended }: Held): TdsFaultView => ({
    id,
    rule,
    intended,
    injected,
    endsAtMs,
    ended,
  });

  return {
    get isIdle() {
      return acting.length === 0;
    },
    set(rule) {
      if (rule.id === undefined) given += 1;
      const id = rule.id ?? `tds-${given}`;
      held.get(id)?.timer?.cancel();
      const one: Held = {
        id,
        rule,
        stream: random.fork(`fault/${id}`),
        endsAtMs: rule.ttlMs === undefined ? null : clock.wallMs() + rule.ttlMs,
        timer: null,
        ended: false,
        intended: 0,
        injected: 0,
      };
      if (rule.ttlMs !== undefined) one.timer = clock.after(rule.ttlMs, () => end(one));
      held.delete(id);
      held.set(id, one);
      settle();
      return view(one);
    },
    remove(id) {
      const one = held.get(id);
      if (one === undefined || one.ended) return undefined;
      end(one);
      return view(one);
    },
    list: () => [...held.values()].map(view),
    totals() {
      let [intended, injected] = [0, 0];
      for (const one of held.values()) {
        intended += one.intended;
        injected += one.injected;
      }
      return { intended, injected };
    },
    drawnFor(issuer, key) {
      if (acting.length === 0) return nobody;
      return acting.flatMap((one): ActiveFault[] => {
        if (one.rule.issuers !== undefined && !one.rule.issuers.includes(issuer)) return [];
        const stream = one.stream.fork(key);
        if (stream.float() >= one.rule.share) return [];
        one.intended += 1;
        let counted = false;
        return [
          {
            rule: one.rule,
            delayMs: delayOf(one.rule, stream),
            happened() {
              if (counted) return;
              counted = true;
              one.injected += 1;
            },
          },
        ];
      });
    },
    reset() {
      for (const one of held.values()) one.timer?.cancel();
      held.clear();
      acting = [];
    },
  };
};
