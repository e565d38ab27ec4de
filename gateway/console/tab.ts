/**
 * What a tab of the operator's page is, and what can be done on one.
 *
 * A tab reads and shows. An action is asked for by a link, shows what it would do and asks for a
 * reason, and runs only after the form was sent: written to the audit log before and after.
 */

import type { Both, Lang } from '../words.ts';
import type { Html } from './html.ts';

/** Who is signed in. */
export interface Operator {
  /** As the audit log names them. */
  readonly name: string;
  readonly role: 'operator' | 'viewer';
}

/** What a page is made for. */
export interface Looking {
  readonly lang: Lang;
  readonly nowMs: number;
  readonly operator: Operator;
  /** The address's query, one value a name. */
  readonly query: Readonly<Record<string, string>>;
}

export interface Field {
  readonly name: string;
  readonly label: Both;
  readonly hint?: Both;
  readonly kind: 'line' | 'text' | 'choice';
  readonly choices?: readonly { readonly value: string; readonly label: Both }[];
  /** To begin with. */
  readonly value?: string;
  readonly required?: boolean;
  readonly max?: number;
}

/** What an action is about: names and values of its link. */
export type About = Readonly<Record<string, string>>;

/** What will happen, in words, and what has to be filled in. */
export interface Ask {
  readonly subject: string;
  readonly text: Both;
  readonly fields: readonly Field[];
}

export type Result = { readonly done: true; readonly text: Both } | { readonly done: false; readonly why: Both };

export interface Action {
  /** `incident.publish`; part of its address. */
  readonly id: string;
  readonly title: Both;
  /** Shown in the colour of danger: it stops payments, or cannot be taken back. */
  readonly grave?: boolean;
  /** Undefined: what it is about is not there. */
  ask(about: About): Promise<Ask | undefined>;
  /** `given` holds the fields of `ask`, checked; `reason` is never empty. */
  run(
    about: About,
    given: Readonly<Record<string, string>>,
    by: { operator: Operator; reason: string },
  ): Promise<Result>;
}

export interface Tab {
  /** Part of its address: `/console/<id>`. */
  readonly id: string;
  readonly title: Both;
  /** A number beside its name: how much waits there. Null or 0: nothing. */
  badge?(): number | null;
  render(looking: Looking): Promise<Html>;
  readonly actions?: readonly Action[];
}

export const done = (ja: string, en: string): Result => ({ done: true, text: { ja, en } });
export const refused = (ja: string, en: string): Result => ({ done: false, why: { ja, en } });
