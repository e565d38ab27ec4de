/**
 * What every kind of fault provides: its settings, a line for people, and what it does to a request
 * on its way. Kinds stand around the acquirer like the skins of an onion, in the order in which
 * their rules were set.
 */
import type { z } from 'zod';
import type { Clock, Random } from '../ports.ts';
import type { Way } from './departure.ts';
import type { Reply } from './reply.ts';
import type { Asked, Operation, Subject } from './subject.ts';

export interface Words {
  readonly en: string;
  readonly ja: string;
}

/** What comes back: a reply, and how it leaves. No reply: nothing was carried out for this caller. */
export interface Parting {
  readonly reply: Reply | null;
  readonly way: Way;
}

/** What a rule may lay over the acquirer's capacity; it is lifted when the rule ends. */
export interface Laid {
  readonly workers?: number;
  readonly slowdown?: number;
}

/** The parts of the acquirer that a fault may reach into. */
export interface Reach {
  /** As it is now. */
  readonly capacity: { readonly workers: number; readonly slowdown: number };
  /** Makes an OrderID free again; its trade stays reachable by its keys. */
  forgetOrder(tenant: string, orderId: string): void;
  /** The fields by which a tenant says who it is; for what the acquirer does by itself. */
  credentialsOf(tenant: string): Readonly<Record<string, string>>;
}

/** One request that a rule was drawn for. */
export interface Incident {
  readonly subject: Subject;
  readonly asked: Asked;
  /** The rule's own draws for this request. */
  readonly draws: Random;
  readonly clock: Clock;
  readonly reach: Reach;
  /** What the rule remembers between requests. Gone with the rule. */
  readonly memory: Map<string, unknown>;
  /** Milliseconds since the rule began to act. */
  readonly sinceMs: number;
  /** Carries a request out at the acquirer, past every rule. Defaults to the request itself. */
  carryOut(asked?: Asked): Promise<Reply>;
  /** Whether the connection carried a reply before. Within one process it always did. */
  readonly connection: 'new' | 'kept';
  /** Lays this over the capacity until the rule ends; replaces what the rule laid before. */
  lay(over: Laid): void;
  /** Waits, and says so in the reply's header. */
  delay(delayMs: number): Promise<void>;
  /** Says in the header that it waited already. */
  waited(delayMs: number): void;
  /** It happened: in the ledger, or in the acquirer. Counted at once. */
  happened(): void;
  /**
   * The reply is the fault's doing. Counted when it leaves to somebody, unless what counts is
   * something else that `happened`.
   */
  say(parting: Parting, reply: Reply, counts?: boolean): Parting;
  /** How it leaves is the fault's doing; counted likewise. */
  leave(parting: Parting, way: Way): Parting;
}

export interface FaultKind<Schema extends z.ZodType = z.ZodType> {
  readonly kind: string;
  readonly title: Words;
  /** Rows of the catalogue (README.md: how they are numbered). */
  readonly rows: readonly string[];
  readonly parameters: Schema;
  /** Operations it means something for; absent: all. */
  readonly only?: readonly Operation[];
  /** The one dialect it means something in. */
  readonly dialect?: Subject['dialect'];
  /** What a selector must name, or the kind would be another one. */
  readonly needs?: 'brands';
  inject(parameters: z.infer<Schema>, incident: Incident, next: (asked?: Asked) => Promise<Parting>): Promise<Parting>;
}

/** Ties the types of a kind's functions to its schema. */
export const faultKind = <Schema extends z.ZodType>(kind: FaultKind<Schema>): FaultKind<Schema> => kind;

/** Nothing was carried out, and nothing is said so far. */
export const nothing: Parting = { reply: null, way: { how: 'whole' } };

/** A kind that changes the reply and nothing else. `change` answers null for one that it leaves as it is. */
export const replyKind = <Schema extends z.ZodType>({
  change,
  ...kind
}: Omit<FaultKind<Schema>, 'inject'> & {
  change(parameters: z.infer<Schema>, reply: Reply, incident: Incident): Reply | null;
}): FaultKind<Schema> => ({
  ...kind,
  async inject(parameters, incident, next) {
    const parting = await next();
    const changed = parting.reply === null ? null : change(parameters, parting.reply, incident);
    return changed === null ? parting : incident.say(parting, changed);
  },
});

/** Operations that move or hold money. */
export const moneyOperations: readonly Operation[] = ['authorise', 'gather', 'capture', 'change', 'void'];
/** Operations that only look. */
export const inquiries: readonly Operation[] = ['search', 'listing'];
