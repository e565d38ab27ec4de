/**
 * One seed, one hash: the same run twice in each of two processes, while a third keeps a core busy,
 * against the hash that the worker pool got for it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../cli/exit-status.ts';
import type { Shell } from '../cli/shell.ts';

export interface HashRequest {
  /** Id or file. */
  readonly argument: string;
  readonly policy: string;
  readonly seed: number;
  /** What the pool got; null when it has not played this run. */
  readonly known: string | null;
}

export interface HashProof extends HashRequest {
  /** Of the first process, then of the second. */
  readonly hashes: readonly string[];
  readonly same: boolean;
}

const twice = fileURLToPath(new URL('./twice.ts', import.meta.url));
const stderrMax = 2_000;

const hashesOf = (child: ChildProcess, name: string): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    let [out, err] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      err = (err + text).slice(-stderrMax);
    });
    child.on('error', (error) => reject(new HarnessError(`${name} could not be played`, { cause: error })));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(JSON.parse(out) as readonly string[]);
      else reject(new HarnessError(`${name}: its process ended with ${signal ?? code}\n${err}`.trimEnd()));
    });
  });

/** Proves one run after the other; null when it was interrupted. @throws HarnessError when one cannot be played */
export const proveSameHash = async (
  shell: Shell,
  requests: readonly HashRequest[],
): Promise<readonly HashProof[] | null> => {
  if (requests.length === 0) return [];
  const busy = spawn(process.execPath, ['-e', 'for (;;) Math.sqrt(2)'], { stdio: 'ignore' });
  const players = new Set<ChildProcess>();
  let interrupted = false;
  const forget = shell.onInterrupt(() => {
    interrupted = true;
    for (const child of players) child.kill('SIGKILL');
  });
  const playTwice = async ({ argument, policy, seed }: HashRequest): Promise<readonly string[]> => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', twice, argument, policy, `${seed}`],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    players.add(child);
    return hashesOf(child, `${argument} under ${policy}`).finally(() => players.delete(child));
  };
  try {
    const proofs: HashProof[] = [];
    for (const request of requests) {
      const hashes = (await Promise.all([playTwice(request), playTwice(request)])).flat();
      const same = new Set(request.known === null ? hashes : [...hashes, request.known]).size === 1;
      proofs.push({ ...request, hashes, same });
    }
    return proofs;
  } catch (error) {
    if (interrupted) return null;
    throw error;
  } finally {
    forget();
    for (const child of players) child.kill('SIGKILL');
    busy.kill('SIGKILL');
  }
};

export const hashLine = ({ argument, policy, seed, known, hashes, same }: HashProof): string => {
  const where = `twice in each of two processes beside a busy one${known === null ? '' : ', and in the pool'}`;
  return same
    ? `${argument} under ${policy}, seed ${seed}: one hash ${hashes[0]}, ${where}`
    : `${argument} under ${policy}, seed ${seed}: DIFFERENT HASHES ${[...hashes, known ?? ''].join(' ')} (${where})`;
};
