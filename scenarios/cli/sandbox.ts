/** `breakwater sandbox`: stays up until it is asked to end. */
import type { LogFields } from '../../gateway/ports.ts';
import { formatFault } from '../play/faults.ts';
import { loadPolicy } from '../play/load-policy.ts';
import { banner, coloured, plain } from '../sandbox/banner.ts';
import { openSandbox, PortError, type Sandbox, StateError } from '../sandbox/sandbox.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { requireWritable } from './files.ts';
import type { Shell } from './shell.ts';

export interface SandboxCommand {
  readonly port: number;
  readonly state?: string;
  readonly policy: string;
  readonly worldsMax: number;
  readonly idleHours?: number;
}

/** Only what is broken is worth a line: everything else is on the pages. */
const logTo = (shell: Shell) => {
  const quiet = (): void => undefined;
  const error = ({ event, ...fields }: LogFields): void => shell.note(`sandbox: ${event} ${JSON.stringify(fields)}\n`);
  return { debug: quiet, info: quiet, warn: quiet, error };
};

/** Serves until it is asked to end: 130 after Ctrl-C, 0 after SIGTERM, which is how supervisors ask. @throws UsageError */
export const sandbox = async (shell: Shell, command: SandboxCommand): Promise<number> => {
  const { port, policy, worldsMax, idleHours } = command;
  const state = command.state ?? null;
  if (state !== null) requireWritable('--state', state, 'folder');
  const loaded = loadPolicy(policy);
  if (!loaded.ok) throw new UsageError(...loaded.faults.map(formatFault));
  const ended = Promise.withResolvers<number>();
  const forget = shell.onInterrupt((signal) =>
    ended.resolve(signal === 'SIGINT' ? exitStatus.interrupted : exitStatus.holds),
  );
  let open: Sandbox;
  try {
    open = await openSandbox({
      port,
      state,
      policy,
      worldsMax,
      ...(idleHours === undefined ? {} : { idleMs: idleHours * 3_600_000 }),
      log: logTo(shell),
    });
  } catch (error) {
    forget();
    if (error instanceof PortError || error instanceof StateError) throw new UsageError(`breakwater: ${error.message}`);
    throw error;
  }
  shell.out(banner(open, shell.nowMs(), state, shell.outTty?.colour === true ? coloured : plain));
  const status = await ended.promise;
  shell.note('\nstopping\n');
  await open.close();
  forget();
  return status;
};
