/** What a live run ran on: without it two runs cannot be compared. */
import { cpus, loadavg, release, totalmem } from 'node:os';
import { hasTool, toolVersions } from './tools.ts';

export const machineFacts = (): Readonly<Record<string, string>> => {
  const processors = cpus();
  return {
    machine: `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${release()} ${process.arch}`,
    loadBefore: loadavg()
      .map((load) => load.toFixed(1))
      .join(' '),
    toxiproxy: toolVersions.toxiproxy,
    ...(hasTool('k6') ? { k6: toolVersions.k6 } : {}),
  };
};
