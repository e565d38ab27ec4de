/** The lines of the report's time axis, in steps of ten seconds. */
import { loadStepMs } from './load.ts';
import type { Recorder } from './recorder.ts';
import type { Series } from './result.ts';

/** All lines of a run. Settle deferred operations first: `innocentSuccess` counts those that came good. */
export const seriesOf = (recorder: Recorder): Series[] => {
  const { bins, loadBook } = recorder;
  const perStep = loadStepMs / 1000;
  const steps = Math.ceil(bins.seconds / perStep);
  const bySteps = (counts: Uint32Array): number[] => {
    const sums: number[] = new Array(steps).fill(0);
    for (let second = 0; second < counts.length; second += 1) {
      const step = Math.floor(second / perStep);
      sums[step] = (sums[step] ?? 0) + (counts[second] ?? 0);
    }
    return sums;
  };
  const line = (
    id: Series['id'],
    subject: string | null,
    unit: Series['unit'],
    values: readonly (number | null)[],
  ): Series => ({ id, subject, unit, fromMs: 0, stepMs: loadStepMs, values });
  const rate = (values: readonly number[]): number[] => values.map((value) => value / perStep);

  const innocent = { who: 'innocent' } as const;
  const sent = bySteps(bins.perSecond('sent', innocent));
  const good = bySteps(bins.perSecond('good', innocent));
  const deferredGood = bySteps(bins.perSecond('deferredGood', innocent));
  const share = sent.map((all, step) => (all === 0 ? null : ((good[step] ?? 0) + (deferredGood[step] ?? 0)) / all));
  const lines = [
    line('innocentSuccess', null, 'share', share),
    line('ordinaryPerSecond', null, 'perSecond', rate(sent)),
    line('abuserPerSecond', null, 'perSecond', rate(bySteps(bins.perSecond('sent', { who: 'abusive' })))),
    line('abuserUpstreamPerSecond', null, 'perSecond', rate(bySteps(bins.perSecond('upstream', { who: 'abusive' })))),
    line('unknownOpen', null, 'count', recorder.unknownOpen()),
    line('deferredOpen', null, 'count', recorder.deferredOpen()),
  ];
  for (const acquirer of loadBook.acquirers())
    lines.push(
      line('queueLength', acquirer, 'count', loadBook.queueLength(acquirer)),
      line('utilisation', acquirer, 'share', loadBook.utilisation(acquirer)),
      line('otherTenantsPerSecond', acquirer, 'perSecond', loadBook.othersPerSecond(acquirer)),
    );
  return lines;
};
