/**
 * Judges a history of operations from outside: is there any order of what was done that explains
 * every answer that clients got?
 *
 * Each charge is judged alone. Its operations took effect at one moment each, between being asked
 * and being answered; one whose outcome is unknown may have had its effect at any later time or
 * never. The check walks through the calls and answers in order of time and keeps every state
 * that is still possible (just-in-time linearisation, after Wing and Gong 1993 and Lowe 2017):
 * linear in the length of a history, exponential only in what is open at once about one charge.
 */
import { apply, type ChargeState, type Effect, nothing, stateText } from './charge-model.ts';
import type { Operation } from './operation.ts';

export const historyChecks = ['one-object-per-key', 'one-answer-per-key', 'explained'] as const;
export type HistoryCheck = (typeof historyChecks)[number];

export interface HistoryViolation {
  readonly check: HistoryCheck;
  readonly atMs: number;
  /** Charges and keys. */
  readonly objects: readonly string[];
  /** First line says what is wrong; what was asked about it follows. */
  readonly text: string;
}

export interface HistoryJudgement {
  readonly operations: number;
  readonly charges: number;
  readonly unknown: number;
  /** How many times each had something to judge. */
  readonly judged: Readonly<Record<HistoryCheck, number>>;
  readonly violations: readonly HistoryViolation[];
  /** Charges about which too much was open at once to be decided. Neither passed nor failed. */
  readonly undecided: readonly string[];
}

export interface JudgeHistoryOptions {
  /** How far clients' clocks may be apart; answers count as that much later. Default 0. */
  readonly skewMs?: number;
}

/** Tries of one intent under one key, as one operation. */
interface Intent {
  readonly op: Operation['op'];
  readonly key: string | null;
  readonly client: string;
  readonly effect: Effect;
  readonly calledMs: number;
  /** Null: nobody was ever told, so it may happen at any time or never. */
  readonly answeredMs: number | null;
}

/** States that are possible at once. More than so many are given up on. */
const configurationsMax = 5_000;
const linesMax = 16;

const effectOf = ({ op, amountYen, seen, outcome }: Operation): Effect => {
  if (op === 'read') return { op, seen: outcome === 'ok' ? (seen ?? null) : null };
  return op === 'charge' || op === 'authorise' ? { op, amountYen: amountYen ?? 0 } : { op, amountYen };
};

const mayHaveHappened = ({ outcome }: Operation): boolean =>
  outcome === 'ok' || outcome === 'unknown' || outcome === 'deferred';

const lineOf = ({ client, op, key, amountYen, startedAtMs, endedAtMs, outcome, seen }: Operation): string => {
  const amount = amountYen === null ? '' : ` ${amountYen} yen`;
  const saw = seen === undefined ? '' : ` (paid ${seen.paid}, captured ${seen.captured}, refunded ${seen.refundedYen})`;
  return `  ${startedAtMs}-${endedAtMs ?? '…'} ms ${client} ${op}${amount}${key === null ? '' : ` key ${key}`}: ${outcome}${saw}`;
};

const storyOf = (operations: readonly Operation[]): string[] => {
  const lines = operations.slice(0, linesMax).map(lineOf);
  return operations.length > linesMax ? [...lines, `  ... and ${operations.length - linesMax} more`] : lines;
};

/** Tries of each key and every keyless operation of one charge, as intents. Reads are one each. */
const intentsOf = (operations: readonly Operation[], skewMs: number): Intent[] => {
  const groups = new Map<string, Operation[]>();
  for (const [index, operation] of operations.entries()) {
    const name = operation.op === 'read' || operation.key === null ? `#${index}` : `${operation.op} ${operation.key}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [operation]);
    else group.push(operation);
  }
  const intents: Intent[] = [];
  for (const group of groups.values()) {
    const first = group[0]!;
    const isRead = first.op === 'read';
    // A refusal did nothing, so only the others can have begun it.
    const tries = isRead
      ? group.filter(({ outcome }) => outcome === 'ok' || outcome === 'absent')
      : group.filter(mayHaveHappened);
    if (tries.length === 0) continue;
    const answers = isRead ? tries : tries.filter(({ outcome }) => outcome === 'ok');
    intents.push({
      op: first.op,
      key: first.key,
      client: first.client,
      effect: effectOf((answers[0] ?? tries[0])!),
      calledMs: Math.min(...tries.map(({ startedAtMs }) => startedAtMs)),
      answeredMs: answers.length === 0 ? null : Math.min(...answers.map(({ endedAtMs }) => endedAtMs!)) + skewMs,
    });
  }
  return intents;
};

interface Configuration {
  readonly state: ChargeState;
  /** Open intents that have had their effect, in order of their index. */
  readonly done: readonly number[];
}

const nameOf = ({ state, done }: Configuration): string =>
  `${state.phase}|${state.amountYen}|${state.returnedYen}|${done.join(',')}`;

const isDone = ({ done }: Configuration, intent: number): boolean => done.includes(intent);

/** All configurations in which `intent` has had its effect, with whatever else that is open before it. */
const reach = (
  from: readonly Configuration[],
  intent: number,
  open: readonly number[],
  intents: readonly Intent[],
): Configuration[] | 'too-many' => {
  const reached = new Map<string, Configuration>();
  const seen = new Set<string>();
  const stack: Configuration[] = [...from];
  while (stack.length > 0) {
    const configuration = stack.pop()!;
    const name = nameOf(configuration);
    if (seen.has(name)) continue;
    seen.add(name);
    if (seen.size > configurationsMax) return 'too-many';
    if (isDone(configuration, intent)) {
      reached.set(name, configuration);
      continue;
    }
    for (const other of open) {
      if (isDone(configuration, other)) continue;
      const state = apply(configuration.state, intents[other]!.effect);
      if (state !== null) stack.push({ state, done: [...configuration.done, other].sort((one, two) => one - two) });
    }
  }
  return [...reached.values()];
};

type Verdict =
  | { readonly kind: 'explained' | 'undecided' }
  | { readonly kind: 'unexplained'; readonly intent: Intent; readonly states: readonly ChargeState[] };

/** Whether some order explains every answer about one charge. */
export const explain = (intents: readonly Intent[]): Verdict => {
  const events = intents
    .flatMap(({ calledMs, answeredMs }, intent) => [
      { atMs: calledMs, isAnswer: 0, intent },
      ...(answeredMs === null ? [] : [{ atMs: answeredMs, isAnswer: 1, intent }]),
    ])
    // At one moment a call may still come before an answer: in doubt they overlap.
    .sort((one, other) => one.atMs - other.atMs || one.isAnswer - other.isAnswer || one.intent - other.intent);
  const open: number[] = [];
  let possible: Configuration[] = [{ state: nothing, done: [] }];
  for (const { intent, isAnswer } of events) {
    if (isAnswer === 0) {
      open.push(intent);
      continue;
    }
    const reached = reach(possible, intent, open, intents);
    if (reached === 'too-many') return { kind: 'undecided' };
    if (reached.length === 0) {
      const states = new Map(possible.map(({ state }) => [stateText(state), state]));
      return { kind: 'unexplained', intent: intents[intent]!, states: [...states.values()] };
    }
    open.splice(open.indexOf(intent), 1);
    const left = new Map<string, Configuration>();
    for (const { state, done } of reached) {
      const next = { state, done: done.filter((one) => one !== intent) };
      left.set(nameOf(next), next);
    }
    possible = [...left.values()];
  }
  return { kind: 'explained' };
};

const unexplainedText = (
  object: string,
  { op, effect, answeredMs }: Intent,
  states: readonly ChargeState[],
): string => {
  const could = states.slice(0, 3).map(stateText).join('; or ');
  if (effect.op === 'read') {
    const { seen } = effect;
    const saw =
      seen === null
        ? 'no such charge'
        : !seen.paid
          ? 'it unpaid'
          : seen.captured
            ? `it captured with ${seen.refundedYen} yen back`
            : 'it held';
    return `${object}: a read answered by ${answeredMs} ms saw ${saw}, and by what was acknowledged before it was ${could}`;
  }
  const amount = effect.amountYen === null ? '' : ` of ${effect.amountYen} yen`;
  return `${object}: a ${op}${amount} was acknowledged by ${answeredMs} ms, and by what was acknowledged before it was ${could}`;
};

/** Judges a whole history. Order of the operations in it does not matter. */
export const judgeHistory = (operations: readonly Operation[], options: JudgeHistoryOptions = {}): HistoryJudgement => {
  const violations: HistoryViolation[] = [];
  const judged: Record<HistoryCheck, number> = { 'one-object-per-key': 0, 'one-answer-per-key': 0, explained: 0 };
  const byKey = new Map<string, Operation[]>();
  const byObject = new Map<string, Operation[]>();
  const objectOfKey = new Map<string, string>();
  for (const operation of operations) {
    const { key, object, op } = operation;
    if (key === null || op === 'read') continue;
    const name = `${op} ${key}`;
    const group = byKey.get(name);
    if (group === undefined) byKey.set(name, [operation]);
    else group.push(operation);
    if (object !== null && !objectOfKey.has(name)) objectOfKey.set(name, object);
  }
  for (const operation of operations) {
    // A try without an answer is about the charge that another try of its key was told of.
    const object =
      operation.object ?? (operation.key === null ? undefined : objectOfKey.get(`${operation.op} ${operation.key}`));
    if (object === undefined) continue;
    const group = byObject.get(object);
    if (group === undefined) byObject.set(object, [operation]);
    else group.push(operation);
  }
  for (const group of byKey.values()) {
    const { key, op } = group[0]!;
    const done = group.filter(({ outcome }) => outcome === 'ok' || outcome === 'deferred');
    const objects = [...new Set(done.flatMap(({ object }) => object ?? []))];
    if (done.length > 0) judged['one-object-per-key'] += 1;
    if (objects.length > 1)
      violations.push({
        check: 'one-object-per-key',
        atMs: done[1]?.endedAtMs ?? 0,
        objects: [key!, ...objects],
        text: [
          `key ${key} was carried out ${objects.length} times: ${op} of ${objects.join(' and ')}`,
          ...storyOf(group),
        ].join('\n'),
      });
    const declined = group.find(({ outcome }) => outcome === 'declined');
    if (group.length > 1) judged['one-answer-per-key'] += 1;
    if (declined !== undefined && done.length > 0)
      violations.push({
        check: 'one-answer-per-key',
        atMs: declined.endedAtMs ?? 0,
        objects: [key!, ...objects],
        text: [`key ${key} was declined for good and carried out as well`, ...storyOf(group)].join('\n'),
      });
  }
  const undecided: string[] = [];
  for (const [object, group] of byObject) {
    const verdict = explain(intentsOf(group, options.skewMs ?? 0));
    judged.explained += 1;
    if (verdict.kind === 'undecided') undecided.push(object);
    if (verdict.kind !== 'unexplained') continue;
    const sorted = group.toSorted((one, other) => one.startedAtMs - other.startedAtMs);
    violations.push({
      check: 'explained',
      atMs: verdict.intent.answeredMs ?? 0,
      objects: [object, ...(verdict.intent.key === null ? [] : [verdict.intent.key])],
      text: [unexplainedText(object, verdict.intent, verdict.states), ...storyOf(sorted)].join('\n'),
    });
  }
  return {
    operations: operations.length,
    charges: byObject.size,
    unknown: operations.filter(({ outcome }) => outcome === 'unknown').length,
    judged,
    violations,
    undecided,
  };
};
