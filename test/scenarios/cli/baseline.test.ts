import { describe, expect, it } from 'vitest';
import {
  deviationsOf,
  formatDeviation,
  readBaseline,
  readTolerance,
  remarksOn,
  type Tolerance,
} from '../../../scenarios/cli/baseline.ts';
import { UsageError } from '../../../scenarios/cli/exit-status.ts';
import { aResult } from './results.ts';
import { inFolder } from './run.ts';

const before = aResult();
const moved = aResult({
  requests: 30_300,
  wallMs: 9_000,
  traceHash: 'b2',
  timings: { ...before.timings, firstNotice: 5_000 },
});
const lines = (tolerance: Tolerance | null, now = moved): readonly string[] =>
  deviationsOf([now], [before], tolerance).map(formatDeviation);

describe('a comparison with a baseline', () => {
  it('finds nothing between a run and itself, whatever the machine took for it', () => {
    expect(lines(null, aResult({ wallMs: 1, cpuMs: 1, traceHash: 'z' }))).toEqual([]);
  });

  it('without a tolerance names every figure that is not equal', () => {
    expect(lines(null)).toEqual([
      'small-day protected seed 1: requests was 30000, is 30300',
      'small-day protected seed 1: timings.firstNotice was null, is 5000 (better)',
    ]);
  });

  it.each([
    ['an absolute tolerance at its bound', { absolute: 300 }, true],
    ['an absolute tolerance just under it', { absolute: 299 }, false],
    ['a relative tolerance at its bound', { relative: 0.01 }, true],
    ['a relative tolerance just under it', { relative: 0.0099 }, false],
    ['being ignored', { ignore: true }, true],
  ] as const)('judges a figure by %s', (_, allowed, passes) => {
    const found = lines({ figures: { requests: allowed } }).some((line) => line.includes('requests'));
    expect(found).toBe(!passes);
  });

  it('never lets a moment that did not come pass for one that came', () => {
    expect(lines({ figures: { 'timings.*': { absolute: 1e9 }, requests: { ignore: true } } })).toHaveLength(1);
  });

  it('lets the first pattern that fits decide', () => {
    const figures = {
      'timings.firstNotice': { ignore: true },
      'timings.*': { absolute: 0 },
      requests: { ignore: true },
    } as const;
    expect(lines({ figures })).toEqual([]);
  });

  it('treats a run that the baseline does not have as a deviation', () => {
    expect(lines(null, aResult({ seed: 2 }))).toEqual(['small-day protected seed 2: not in the baseline']);
  });

  it('takes a figure that only the newer version knows for no movement', () => {
    const { page: _, ...older } = before;
    expect(deviationsOf([before], [older], null)).toEqual([]);
  });
});

describe('what moved', () => {
  const expectation = {
    id: 'told-in-time',
    bound: '<= 60000 ms',
    measured: 1,
    holds: true,
    sample: 1,
    title: { en: 'told', ja: '告知' },
    reason: null,
  };

  it('names the expectation that no longer holds and says that this is worse', () => {
    const was = aResult({ expectations: [expectation] });
    const is = aResult({ verdict: 'fails', expectations: [{ ...expectation, holds: false }] });
    expect(deviationsOf([is], [was], null).map(formatDeviation)).toEqual([
      'small-day protected seed 1: verdict was "holds", is "fails" (worse)',
      'small-day protected seed 1: expectations.told-in-time.holds was true, is false (worse)',
    ]);
  });

  it('is remarked when another version made the baseline, and what of it was not played', () => {
    const was = aResult({ versions: { breakwater: '0.0.9' } });
    const is = aResult({ versions: { breakwater: '0.1.0' } });
    expect(remarksOn([is], [was, { ...was, scenario: 'other-day' }])).toEqual([
      'the baseline was made by breakwater 0.0.9, this by breakwater 0.1.0',
      'in the baseline and not played: other-day',
    ]);
    expect(remarksOn([is], [is])).toEqual([]);
  });
});

describe('a baseline file', () => {
  const read = (text: string) => inFolder({ 'b.json': text }, async (folder) => readBaseline(`${folder}/b.json`));

  it('may be what --json printed or one result', async () => {
    expect(await read(JSON.stringify({ runs: [before] }))).toMatchObject([{ scenario: 'small-day', seed: 1 }]);
    expect(await read(JSON.stringify(before))).toMatchObject([{ scenario: 'small-day', seed: 1 }]);
  });

  it('of another result format says which version wrote it', async () => {
    const newer = aResult({ versions: { breakwater: '9.0.0', result: '7' } });
    await expect(read(JSON.stringify(newer))).rejects.toThrow(
      'is of result format 7 (breakwater 9.0.0); this one reads format 1',
    );
  });

  it.each(['{', '[]', '{"runs":[]}', '{"runs":[{"scenario":"a"}]}'])('is refused when it is %s', async (text) => {
    await expect(read(text)).rejects.toThrow(UsageError);
  });
});

describe('a tolerance file', () => {
  const read = (text: string) => inFolder({ 't.yaml': text }, async (folder) => readTolerance(`${folder}/t.yaml`));

  it('is YAML with a bound per figure', async () => {
    expect(await read('figures:\n  timings.*: { absolute: 1000 }\n')).toEqual({
      figures: { 'timings.*': { absolute: 1000 } },
    });
  });

  it.each([
    ['figures: { requests: { absolut: 1 } }\n', 't.yaml:1:24: figures.requests.absolut: unknown key'],
    ['figures: { requests: {} }\n', 't.yaml:1:12: figures.requests: needs exactly one of absolute, relative, ignore'],
    ['figures: [', 't.yaml:1:11: not YAML'],
    ['figures: { timing.*: { absolute: 1 } }\n', 't.yaml:1:12: figures["timing.*"]: is no figure that is compared'],
  ])('that says %j is refused at its place', async (text, line) => {
    await expect(read(text)).rejects.toThrow(line);
  });
});
