/** Small operations, samples and recorders for the judge's tests. The day is 2017-07-12 20:45-22:45 JST. */
import type { LoadSample } from '../../../scenarios/judge/load.ts';
import type { Operation } from '../../../scenarios/judge/observation.ts';
import { createRecorder, type Recorder } from '../../../scenarios/judge/recorder.ts';

export const startWallMs = Date.parse('2017-07-12T20:45:00+09:00');
export const dayMs = 2 * 3_600_000;
export const minute = 60_000;

/** A good ordinary create at e-SCOTT that took 300 ms, unless said otherwise. */
export const operation = (changes: Partial<Operation> = {}): Operation => ({
  member: 'big-1',
  ordinal: '1',
  innocent: true,
  kind: 'create',
  amountYen: 1000,
  startedMs: 0,
  endedMs: (changes.startedMs ?? 0) + 300,
  end: 'succeeded',
  requests: 1,
  status: 200,
  decidedBy: 'issuer',
  acquirer: 'escott',
  chargeId: 'ch_1',
  ...changes,
});

export const recorderOf = (length = dayMs): Recorder =>
  createRecorder({ startWallMs, dayMs: length, ourTenant: 'gateway' });

/** One operation each second of the stretch. */
export const everySecond = (
  recorder: Recorder,
  fromMs: number,
  toMs: number,
  changes: Partial<Operation> | ((second: number) => Partial<Operation>) = {},
): void => {
  for (let startedMs = fromMs; startedMs < toMs; startedMs += 1000)
    recorder.operation(
      operation({ startedMs, ...(typeof changes === 'function' ? changes(startedMs / 1000) : changes) }),
    );
};

export const sample = (changes: Partial<LoadSample> = {}): LoadSample => ({
  acquirer: 'escott',
  workers: 10,
  busy: 5,
  queued: 0,
  queueMax: 300,
  caps: {},
  tenants: {
    gateway: { arrived: 0, served: 0, overflowed: 0, capped: 0 },
    others: { arrived: 0, served: 0, overflowed: 0, capped: 0 },
  },
  ...changes,
});

export const tenants = (ours: { capped?: number }, others: { arrived?: number; overflowed?: number }) => ({
  gateway: { arrived: 0, served: 0, overflowed: 0, capped: ours.capped ?? 0 },
  others: { arrived: others.arrived ?? 0, served: 0, overflowed: others.overflowed ?? 0, capped: 0 },
});

export const log = (recorder: Recorder, program: string, atMs: number, event: string, fields: object = {}): void =>
  recorder.log({ program, atMs, fields: { event, ...fields } });
