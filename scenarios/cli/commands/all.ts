/** Every command, in the order in which `--help` shows them. */
import { benchCommands } from './bench.ts';
import { checkCommand } from './check.ts';
import type { DefineCommand } from './command.ts';
import { exploreCommand } from './explore.ts';
import { fidelityCommand } from './fidelity.ts';
import { fraudMatrixCommand } from './fraud-matrix.ts';
import { historyCommand } from './history.ts';
import { listCommand } from './list.ts';
import { liveCommand } from './live.ts';
import { newCommand } from './new.ts';
import { nightlyCommand } from './nightly.ts';
import { picturesCommand } from './pictures.ts';
import { proveCommand } from './prove.ts';
import { replayCommands } from './replay.ts';
import { sandboxCommand } from './sandbox.ts';

export const commands: readonly DefineCommand[] = [
  listCommand,
  replayCommands,
  exploreCommand,
  liveCommand,
  fidelityCommand,
  checkCommand,
  historyCommand,
  newCommand,
  sandboxCommand,
  nightlyCommand,
  proveCommand,
  picturesCommand,
  fraudMatrixCommand,
  benchCommands,
];
