/** Who plays the merchants and buyers of a live run: k6, or the cast of the virtual stage. */
import type { Hono } from 'hono';
import type { KeyedAnswer } from '../audit/books.ts';
import type { Operation, ToldCharge } from '../judge/observation.ts';
import type { Recorder } from '../judge/recorder.ts';
import type { Scenario } from '../play/scenario.ts';
import type { Household } from './children.ts';
import type { Traffic } from './director.ts';
import type { Programs } from './programs.ts';

export interface ClientDeps {
  /** The excerpt. */
  readonly scenario: Scenario;
  readonly policy: string;
  readonly seed: number;
  readonly lengthMs: number;
  readonly programs: Programs;
  readonly recorder: Recorder;
  /** For files that the run leaves behind in no case. */
  readonly folder: string;
  /** For those that belong to the report. */
  readonly logFolder: string;
  readonly household: Household;
  readonly startWallMs: () => number;
  readonly onOperation: (operation: Operation) => void;
  readonly onAnswer: (answer: KeyedAnswer) => void;
  readonly onFailure: (error: unknown) => void;
}

export interface ClientFigures {
  readonly operations: number;
  readonly requests: number;
  /** Bounds of its own that did not hold. */
  readonly crossed: readonly string[];
}

/** A last look at every charge, once the books are straight. */
export interface LooksInTheEnd {
  readonly asked: number;
  /** Of them, with an answer. */
  readonly answered: number;
}

export interface LiveClient extends Traffic {
  /** For the report. */
  readonly name: string;
  /** What it needs to be ready before the excerpt, so that everybody counts from the same moment. */
  readonly leadMs: number;
  /** The merchants' own servers. */
  readonly receivers: Hono;
  /** Merchants and their customers, before the excerpt. */
  enrol(): Promise<void>;
  /** Traffic begins at that wall time, and ends by itself with the excerpt. */
  open(startWallMs: number): Promise<void>;
  /** Resolves when every operation has ended and unknown charges were looked at. */
  drain(): Promise<void>;
  /** Reads every charge that it was told of; what it sees goes where its other exchanges are. */
  lookAtAll?(): Promise<LooksInTheEnd>;
  /** Nothing more is sent or read. */
  stop(): Promise<void>;
  told(): Promise<readonly ToldCharge[]>;
  /** HTTP requests so far. */
  requests(): number;
  /** What the client itself counted; null: it keeps no count of its own. */
  figures(): ClientFigures | null;
  close(): Promise<void>;
}

export type MakeClient = (deps: ClientDeps) => LiveClient;
