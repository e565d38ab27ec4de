/** What a leaning is, and the faults that several of them are made of. */
import type { Policy } from '../../../gateway/app.ts';
import type { WrittenScenario } from '../world.ts';
import type { Dice } from './dice.ts';
import type { DrawnEvent, Span } from './faults.ts';
import type { Shape } from './shape.ts';

export type Cast = WrittenScenario['cast'];
export type Group = Cast['merchants'][number];
type Place = WrittenScenario['world'];

export interface Leaning {
  /** Faults that strike, whatever else does not. */
  readonly faults?: (dice: Dice, span: Span, shape: Shape) => readonly DrawnEvent[];
  /** What every group of merchants does. */
  readonly group?: (dice: Dice) => Partial<Group>;
  readonly cast?: (cast: Cast) => Partial<Cast>;
  readonly place?: (place: Place) => Partial<Place>;
  readonly shape?: Partial<Shape>;
  /** Over what was drawn; merged key by key. */
  readonly policy?: { readonly [Section in keyof Policy]?: unknown };
  /** Business of the day is compared with the acquirers when their files have closed. */
  readonly reconciles?: true;
}

export const acquirers = ['escott', 'gmo'] as const;

/** One of the acquirers at least, often both: which one a payment takes is the gateway's to say. */
export const someAcquirers = (dice: Dice): readonly (typeof acquirers)[number][] =>
  dice.some(acquirers, dice.of([1, 2, 2]));

export const linkTo = (acquirer: string, { from, to }: Span, toxic: object): DrawnEvent => ({
  at: from,
  until: to,
  what: { kind: 'link', link: `gateway->${acquirer}`, toxic },
});

export const rulesAt = (acquirer: string, { from, to }: Span, rule: object): DrawnEvent => ({
  at: from,
  what: { kind: 'faults.set', acquirer, rules: [{ ...rule, ttlMs: (to - from) * 1000 }] },
});

export const threeDSecureRules = ({ from, to }: Span, kinds: readonly string[], share: number): DrawnEvent => ({
  at: from,
  what: {
    kind: 'three-d-secure.faults',
    rules: kinds.map((kind) => ({ kind, share, ttlMs: (to - from) * 1000 })),
  },
});

export const instancesOf = ({ instances }: Shape): readonly string[] =>
  Array.from({ length: instances }, (_, index) => `gateway-${index + 1}`);

export const several = { instances: 2 } as const;

export const threeDSecure = (dice: Dice): Partial<Group> => ({
  storedCardShare: 0,
  mix: { create: 100, registration: 0 },
  threeDSecure: { share: 1, thinkMs: { median: 4_000, sigma: 0.5 } },
  awkward: { finishesAnyway: 1, failsAuthentication: dice.of([0, 0.3]), onceMore: 0.2 },
});
export const withThreeDSecure = { shape: { threeDSecure: true }, place: () => ({ threeDSecure: {} }) } as const;
