/** How a command is defined: arguments, options, and one line that loads what it does. */
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

/**
 * Adds a command to the program. Nothing heavy is imported before the command is asked for; `end` takes its exit
 * status, what it throws becomes one in `main.ts`.
 */
export type DefineCommand = (program: Command, shell: Shell, end: (status: number) => void) => void;
