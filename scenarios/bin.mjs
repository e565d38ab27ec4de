#!/usr/bin/env node
/**
 * `npx breakwater …`: finds a Node that runs TypeScript, then hands over to `cli/main.ts`.
 *
 * Plain JavaScript on purpose: it must start on whatever Node the machine has. When that is older
 * than 26 it runs itself again under the Node that came with the packages, passing signals on and
 * ending exactly as that one ended.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const nodeMajorMin = 26;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const localNode = join(root, 'node_modules', '.bin', 'node');

const giveUp = (line) => {
  process.stderr.write(`breakwater: ${line}\n`);
  process.exitCode = 3;
};

const runHere = async () => {
  if (!existsSync(join(root, 'node_modules', 'commander')))
    return giveUp('the packages are not installed; get them with: npm ci');
  module.enableCompileCache();
  const { main } = await import('./cli/main.ts');
  process.exitCode = await main(process.argv.slice(2));
  // Left to itself Node once span for ever taking down its handles, after a live run had ended and said so.
  module.flushCompileCache();
  process.exit();
};

const runUnderLocalNode = () => {
  const again = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(localNode, ['--disable-warning=ExperimentalWarning', ...again], {
    stdio: 'inherit',
    env: { ...process.env, BREAKWATER_NODE: 'local' },
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  // A terminal's Ctrl-C reaches the child by itself as well; it takes two that come together for one.
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => giveUp(`Node ${nodeMajorMin} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeAllListeners(name);
    if (signal === null) process.exitCode = code ?? 3;
    else process.kill(process.pid, signal);
  });
};

if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) await runHere();
else if (existsSync(localNode) && process.env.BREAKWATER_NODE !== 'local') runUnderLocalNode();
else giveUp(`needs Node ${nodeMajorMin} or newer, this is ${process.versions.node}; get it with: npm ci`);
