/** Where the tools of the live stage are, and the one command that gets each. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { HarnessError } from '../cli/exit-status.ts';
import pins from '../tool-versions.json' with { type: 'json' };

/** What `scenarios/setup.mjs` builds. */
export const toolVersions: Readonly<Record<'k6' | 'toxiproxy', string>> = pins;

const cache = (): string => process.env.BREAKWATER_CACHE ?? path.join(homedir(), '.cache', 'breakwater');

const setUp = 'node scenarios/setup.mjs live';

interface Tool {
  readonly what: string;
  readonly file: () => string;
  readonly command: string;
}

const tools = {
  toxiproxy: {
    what: `Toxiproxy ${toolVersions.toxiproxy}`,
    file: () => path.join(cache(), `toxiproxy-${toolVersions.toxiproxy}`, 'toxiproxy-server'),
    command: setUp,
  },
  k6: {
    what: `k6 ${toolVersions.k6}`,
    file: () => path.join(cache(), `k6-${toolVersions.k6}`, 'k6'),
    command: setUp,
  },
  postgres: {
    what: 'PostgreSQL 15',
    file: () => '/usr/lib/postgresql/15/bin/postgres',
    command: 'sudo apt-get install postgresql-15',
  },
  redis: {
    what: 'Redis',
    file: () => '/usr/bin/redis-server',
    command: 'sudo apt-get install redis-server',
  },
} satisfies Record<string, Tool>;
export type ToolName = keyof typeof tools;

export const hasTool = (name: ToolName): boolean => existsSync(tools[name].file());

/** The program's file. @throws HarnessError naming the command that gets it */
export const toolFile = (name: ToolName): string => {
  const { what, file, command } = tools[name];
  const found = file();
  if (!existsSync(found)) throw new HarnessError(`${what} is missing (${found}); get it with: ${command}`);
  return found;
};
