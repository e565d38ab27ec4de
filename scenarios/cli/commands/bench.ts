/** `breakwater bench-…`: what it all costs, as ratios to something bare measured in the same minute. */
import { Option } from 'commander';
import type { DefineCommand } from './command.ts';

export const benchCommands: DefineCommand = (program, shell, end) => {
  program
    .command('bench-stage')
    .description('requests per CPU-second of the stage and of a day, beside a bare node:http echo')
    .action(async () => {
      const { benchStage } = await import('../bench-stage.ts');
      end(await benchStage(shell));
    });

  program
    .command('bench-gateway')
    .description('charges per second of a gateway process, beside two bare node:http servers in a row')
    .addOption(new Option('--memory', 'also 100,000 charges, for what memory they leave behind').default(false))
    .action(async (options: { memory: boolean }) => {
      const { benchGateway } = await import('../bench-gateway.ts');
      end(await benchGateway(shell, options));
    });

  program
    .command('bench-sim')
    .description(
      'the simulator beside mountebank, WireMock and MockServer (wants Java 17; installs them into the cache)',
    )
    .action(async () => {
      const { benchSim } = await import('../../bench-sim/bench.ts');
      end(await benchSim(shell));
    });

  program
    .command('bench-protection')
    .description('what all protections cost a charge, beside the same gateway with them off')
    .action(async () => {
      const { benchProtection } = await import('../../bench-protection/bench.ts');
      end(await benchProtection(shell));
    });

  program
    .command('bench-status')
    .description('what 500 readers a second of the status page cost a charge, during an incident')
    .action(async () => {
      const { benchStatus } = await import('../../bench-status/bench.ts');
      end(await benchStatus(shell));
    });

  program
    .command('bench-live')
    .description('charges per second of 1, 2 and 4 gateway instances on PostgreSQL, as ratios')
    .action(async () => {
      const { benchLive } = await import('../../bench-live/bench.ts');
      end(await benchLive(shell));
    });
};
