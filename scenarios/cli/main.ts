/**
 * The command line. Parses arguments, hands over to one file per command, turns whatever comes
 * back into an exit status. Nothing heavy is imported before a command needs it.
 */
import { Command, CommanderError } from 'commander';
import { commands } from './commands/all.ts';
import { exitStatus, HarnessError, UsageError } from './exit-status.ts';
import { realShell } from './real-shell.ts';
import type { Shell } from './shell.ts';

/** One line, whatever commander makes of it. */
const oneLine = (text: string): string =>
  `breakwater: ${text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')}\n`;

const commandLine = (shell: Shell, end: (status: number) => void): Command => {
  const program = new Command('breakwater')
    .description('Rehearse the day your acquirer goes down.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.out(text),
      writeErr: (text) => shell.note(text),
      outputError: (text, write) => write(oneLine(text)),
    })
    .addHelpText(
      'after',
      '\nExit status: 0 holds, 1 fails, 2 wrong usage or invalid file, 3 missing tool or broken harness, 130 interrupted.',
    );
  for (const define of commands) define(program, shell, end);
  return program;
};

/** Runs one command. Resolves with the exit status; writes everything there is to say. */
export const main = async (args: readonly string[], shell: Shell = realShell()): Promise<number> => {
  let status: number = exitStatus.holds;
  const program = commandLine(shell, (ended) => {
    status = ended;
  });
  try {
    if (args.length === 0) throw new UsageError('breakwater: say a command; breakwater --help lists them');
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.holds : exitStatus.usage;
    if (error instanceof UsageError) {
      for (const line of error.lines) shell.note(`${line}\n`);
      return exitStatus.usage;
    }
    const reason =
      error instanceof HarnessError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    shell.note(`breakwater: ${reason}\n`);
    return exitStatus.harness;
  }
};
