/** Runs the command line as a user does, in a folder of its own, and looks at what it left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from '../../../scenarios/cli/main.ts';

export const root = path.resolve(import.meta.dirname, '..', '..', '..');
const bin = path.join(root, 'scenarios', 'bin.mjs');
/** Makes a Node say it is older than it is, which is all that `bin.mjs` looks at. */
const pretendOld = [
  '--import',
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.1.0"}})',
];

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly oldNode?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Does something to the child while it runs. */
  readonly onStart?: (child: ChildProcess) => Promise<void>;
}

export const run = (args: readonly string[], { cwd, oldNode = false, env = {}, onStart }: RunOptions): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...(oldNode ? pretendOld : []), bin, ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: '1', ...env },
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, out, err }));
    onStart?.(child).catch(reject);
  });

/** The same in this process: what a command says and how it ends, without the second that a new process takes. */
export const call = async (args: readonly string[], cwd: string): Promise<Ended> => {
  let [out, err] = ['', ''];
  const before = process.cwd();
  process.chdir(cwd);
  try {
    const status = await main(args, {
      out: (text) => {
        out += text;
      },
      note: (text) => {
        err += text;
      },
      outTty: null,
      noteTty: null,
      nowMs: () => 0,
      after: () => () => {},
      onInterrupt: () => () => {},
    });
    return { status, out, err };
  } finally {
    process.chdir(before);
  }
};

/** A folder that is gone after `use`, with some files in it. */
export const inFolder = async <Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: string) => Promise<Result>,
): Promise<Result> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-cli-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Files and folders below a folder, sorted. */
export const leftIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true }).map(String).sort();
