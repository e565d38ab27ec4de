/**
 * The record after an incident: what happened, when, which operations and how many payments,
 * minute by minute, in the manner of PAY.JP's report of July 2017. Pure.
 *
 * It holds what the gateway counted and what it and people said; it guesses at nothing. Minutes in
 * which nothing failed and nothing was said have no line, and an incident longer than two hours is
 * told in longer steps, so that the record fits one fact.
 */
import {
  type AfterAction,
  type AfterActionEntry,
  afterActionEntriesMax,
  type Component,
  components,
  type IncidentView,
} from '../status-page/facts.ts';
import type { Both } from '../words.ts';
import { type Minute, minuteMs, sumOf } from './tally.ts';
import { causeSentence, countSentence, joined } from './templates.ts';

/** Something that happened, for the record and for operators; the public page shows it only there. */
export interface Note {
  readonly atMs: number;
  readonly text: Both;
}

/** Lines for counts at most; the others are for what was said and done. */
const countLines = 120;

export interface RecordInput {
  readonly view: IncidentView;
  readonly minutes: readonly Minute[];
  readonly notes: readonly Note[];
  readonly merchantsAffected: number;
  readonly endedAtMs: number;
  readonly resolvedAtMs: number;
  readonly measures: Both | null;
}

const hitIn = (minutes: readonly Minute[]): Component[] =>
  components.filter((component) => sumOf(minutes, component).failed > 0);

/** Lines with counts, one for each step in which something failed. */
const counted = (minutes: readonly Minute[], stepMinutes: number): AfterActionEntry[] => {
  const steps = new Map<number, Minute[]>();
  for (const minute of minutes) {
    const step = Math.floor(minute.atMs / (stepMinutes * minuteMs));
    const held = steps.get(step);
    if (held === undefined) steps.set(step, [minute]);
    else held.push(minute);
  }
  return [...steps.values()].flatMap((held) => {
    const hit = hitIn(held);
    if (hit.length === 0) return [];
    const sums = hit.map((component) => sumOf(held, component));
    const attempted = sums.reduce((sum, one) => sum + one.attempted, 0);
    const failed = sums.reduce((sum, one) => sum + one.failed, 0);
    return [
      {
        atMs: held[0]?.atMs ?? 0,
        text: countSentence(hit, attempted, failed, held.length),
        components: hit,
        attempted,
        failed,
      },
    ];
  });
};

export const recordOf = (input: RecordInput): AfterAction => {
  const { view, minutes, notes } = input;
  const stepMinutes = Math.max(1, Math.ceil(minutes.length / countLines));
  const lines = counted(minutes, stepMinutes);
  const said = [...view.updates, ...notes]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, text }): AfterActionEntry => ({ atMs, text, components: [], attempted: 0, failed: 0 }));
  // The first and the last words matter most.
  const room = afterActionEntriesMax - lines.length;
  const kept =
    said.length <= room ? said : [...said.slice(0, Math.ceil(room / 2)), ...said.slice(-Math.floor(room / 2))];
  return {
    incident: view.id,
    title: view.title,
    cause: view.cause,
    causeText: causeSentence(view.cause),
    startedAtMs: view.startedAtMs,
    endedAtMs: Math.max(view.startedAtMs, input.endedAtMs),
    resolvedAtMs: input.resolvedAtMs,
    operations: hitIn(minutes).map((component) => ({ component, ...sumOf(minutes, component) })),
    merchantsAffected: input.merchantsAffected,
    // A line of counts is about a whole minute, so what was said within it comes after.
    timeline: joined(lines, kept),
    measures: input.measures,
  };
};
