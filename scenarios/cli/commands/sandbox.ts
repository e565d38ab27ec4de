/** `breakwater sandbox`. */
import { Option } from 'commander';
import { countOf, portOf } from '../options.ts';
import type { SandboxCommand } from '../sandbox.ts';
import type { DefineCommand } from './command.ts';

export const sandboxCommand: DefineCommand = (program, shell, end) => {
  program
    .command('sandbox')
    .description('a gateway, its acquirers and its status page to build against, until it is stopped')
    .addOption(new Option('--port <n>', 'first of six ports; 0 takes free ones').argParser(portOf).default(4240))
    .option('--state <dir>', 'keep everything there across restarts; otherwise it is forgotten')
    .option('--policy <policy>', 'the policy of the default world: a name, or a file', 'sandbox')
    .addOption(new Option('--worlds-max <n>', 'worlds beside the default one').argParser(countOf).default(200))
    .addOption(new Option('--idle-hours <n>', 'a world that nobody asked this long is reclaimed').argParser(countOf))
    .action(async (options: SandboxCommand) => {
      const { sandbox } = await import('../sandbox.ts');
      end(await sandbox(shell, options));
    });
};
