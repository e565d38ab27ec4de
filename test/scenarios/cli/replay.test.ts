/** Whole runs of a small day, in processes of their own, as a user starts them. */
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../scenarios/judge/result.ts';
import { inFolder, leftIn, run } from './run.ts';
import { tinyDay } from './tiny-day.ts';

/** Ids of the processes below one, from Linux's own list. */
const below = (pid: number): readonly number[] => {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...below(child)]);
};

const isWorker = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('cli/worker.ts');

/** Looks often until a worker process runs below the child. */
const workersOf = async (child: ChildProcess): Promise<readonly number[]> => {
  for (;;) {
    const workers = below(child.pid ?? 0).filter(isWorker);
    if (workers.length > 0) return workers;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe('breakwater replay', () => {
  it('plays every policy of the scenario, writes reports and results, and ends with 0 when all holds', async () => {
    await inFolder({ 'tiny-day.yaml': tinyDay }, async (cwd) => {
      const { status, out, err } = await run(['replay', 'tiny-day.yaml', '--junit', 'junit.xml'], { cwd });
      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(out).toContain('2 runs: 2 hold, 0 fail\n');
      expect(out).toMatch(/\n2 runs, [\d,]+ requests, .+ requests per CPU-second\n/);
      expect(out).toContain('report: out/tiny-day/report.html\n');
      expect(leftIn(cwd)).toEqual([
        'junit.xml',
        'out',
        'out/tiny-day',
        'out/tiny-day/as-it-was',
        'out/tiny-day/as-it-was/result.json',
        'out/tiny-day/as-it-was/trace.ndjson',
        'out/tiny-day/protected',
        'out/tiny-day/protected/result.json',
        'out/tiny-day/protected/trace.ndjson',
        'out/tiny-day/report.html',
        'tiny-day.yaml',
      ]);
    });
  });

  it('with --json prints one document and nothing else, and is its own baseline', async () => {
    await inFolder({ 'tiny-day.yaml': tinyDay }, async (cwd) => {
      const args = ['replay', 'tiny-day.yaml', '--policy', 'protected', '--seed', '7', '--json'];
      const first = await run(args, { cwd });
      const { runs } = JSON.parse(first.out) as { readonly runs: readonly RunResult[] };
      expect(first.status).toBe(0);
      expect(runs).toHaveLength(1);
      expect(runs[0]).toMatchObject({
        scenario: 'tiny-day',
        policy: 'protected',
        seed: 7,
        stage: 'virtual',
        partial: false,
      });
      const written = path.join(cwd, 'out', 'tiny-day', 'result.json');
      expect(JSON.parse(readFileSync(written, 'utf8'))).toEqual(runs[0]);

      const again = await run([...args, '--baseline', written, '--out', 'again'], { cwd });
      expect(again.status).toBe(0);
      expect(JSON.parse(again.out)).toMatchObject({ deviations: [], runs: [{ traceHash: runs[0]?.traceHash }] });
    });
  });

  it('with --who-was-hurt plays the day without the incident too, which changes nothing but one figure', async () => {
    await inFolder({ 'tiny-day.yaml': tinyDay }, async (cwd) => {
      const args = ['replay', 'tiny-day.yaml', '--policy', 'as-it-was', '--json'];
      const [without, withIt] = [await run(args, { cwd }), await run([...args, '--who-was-hurt'], { cwd })];
      const [plain, compared] = [without, withIt].map(
        ({ out }) => (JSON.parse(out) as { readonly runs: readonly RunResult[] }).runs[0],
      );
      expect(compared?.traceHash).toBe(plain?.traceHash);
      expect(plain?.traffic.innocent.extraFailures).toBeNull();
      const { sent, succeeded, extraFailures } = compared!.traffic.innocent;
      expect(extraFailures).toBeGreaterThanOrEqual(0);
      expect(extraFailures).toBeLessThanOrEqual(sent - succeeded);
    });
  });

  it('ends with 1 when an expectation fails, and still writes everything', async () => {
    await inFolder({ 'tiny-day.yaml': tinyDay.replace('atLeast: 0.9', 'atMost: 0.1') }, async (cwd) => {
      const { status, out } = await run(['replay', 'tiny-day.yaml', '--policy', 'as-it-was', '--lang', 'ja'], { cwd });
      expect(status).toBe(1);
      expect(out).toContain('1回の実行: 合格 0、不合格 1');
      expect(leftIn(path.join(cwd, 'out', 'tiny-day'))).toEqual(['report.html', 'result.json', 'trace.ndjson']);
    });
  });

  it.each([false, true])(
    'ends with 130, partial results and no process left when it is interrupted (older Node: %s)',
    async (oldNode) => {
      await inFolder({}, async (cwd) => {
        const workers: number[] = [];
        const ended = await run(['replay', 'payjp-2017-07-12', '--json'], {
          cwd,
          oldNode,
          onStart: async (child) => {
            workers.push(...(await workersOf(child)));
            child.kill('SIGINT');
          },
        });
        const document = JSON.parse(ended.out) as { readonly partial: boolean; readonly runs: readonly RunResult[] };
        expect(ended.status).toBe(130);
        expect(document.partial).toBe(true);
        expect(document.runs.every(({ partial, verdict }) => partial && verdict === 'fails')).toBe(true);
        expect(workers.length).toBeGreaterThan(0);
        // They end by themselves when their parent has: it does not wait for the system to have taken note.
        await expect.poll(() => workers.every(isGone), { timeout: 10_000 }).toBe(true);
      });
    },
  );
});
