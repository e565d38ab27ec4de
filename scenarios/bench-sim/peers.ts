/** The other simulators: installed once, at pinned versions, outside the project. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { HarnessError } from '../cli/exit-status.ts';

const versions = { mountebank: '2.9.1', wiremock: '3.13.2', 'mockserver-node': '8.0.0' } as const;

export interface Peers {
  readonly mountebank: string;
  readonly wiremockJar: string;
  readonly mockserverJar: string;
}

/** Where they are, installing them first when they are not there. @throws HarnessError naming what is missing */
export const findPeers = (note: (text: string) => void): Peers => {
  if (spawnSync('java', ['-version']).status !== 0)
    throw new HarnessError('Java is missing; get it with: sudo apt-get install openjdk-17-jre-headless');
  const cache = process.env.BREAKWATER_CACHE ?? path.join(homedir(), '.cache', 'breakwater');
  const folder = path.join(cache, `bench-sim-${Object.values(versions).join('-')}`);
  const at = (...parts: readonly string[]): string => path.join(folder, 'node_modules', ...parts);
  const peers: Peers = {
    mountebank: at('mountebank', 'bin', 'mb'),
    wiremockJar: at('wiremock', 'build', `wiremock-standalone-${versions.wiremock}.jar`),
    mockserverJar: at('mockserver-node', `mockserver-netty-${versions['mockserver-node']}-jar-with-dependencies.jar`),
  };
  if (Object.values(peers).every((file) => existsSync(file))) return peers;
  note('installing mountebank, WireMock and MockServer into the cache\n');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const wanted = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  const installed = spawnSync('npm', ['install', '--ignore-scripts', '--save-exact', ...wanted], { cwd: folder });
  const missing = Object.values(peers).filter((file) => !existsSync(file));
  if (installed.status !== 0 || missing.length > 0)
    throw new HarnessError(`npm install ${wanted.join(' ')} in ${folder} did not bring ${missing.join(', ')}`);
  return peers;
};
