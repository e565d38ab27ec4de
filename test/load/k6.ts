/** The real k6, as `scenarios/setup.mjs` keeps it, on scripts of `load/`. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasTool, toolFile } from '../../scenarios/live/tools.ts';
import { root } from '../house/source.ts';

export const noK6 = !hasTool('k6') && process.env.CI !== 'true';

export interface K6Run {
  /** 0 all thresholds hold, 99 one is broken. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script with these settings; extra arguments go before them. */
export const runK6 = (
  script: string,
  settings: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Promise<K6Run> =>
  new Promise((resolve, reject) => {
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const file = join(root, 'load', script);
    const child = spawn(
      toolFile('k6'),
      ['run', '--quiet', '--no-usage-report', '--address', '', ...more, ...flags, file],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });

/** The lines that a script wrote about its operations. */
export const journalIn = (file: string): readonly Readonly<Record<string, unknown>>[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    : [];
